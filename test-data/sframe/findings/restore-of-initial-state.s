# The same part, first in its file: gas puts the rules that it begins with into the CIE, so that DW_CFA_restore brings
# them back instead of taking them away. x86-64.
	.text
	.globl part, plain
	.type part, @function
part:
	.cfi_startproc
	.cfi_def_cfa_offset 32
	.cfi_offset %rbp, -16
	mov	16(%rsp), %rbp
	.cfi_restore %rbp
	jmp	plain
	.cfi_endproc
	.size part, .-part

	.type plain, @function
plain:
	.cfi_startproc
	nop
	.cfi_endproc
	.size plain, .-plain
	.section .note.GNU-stack,"",@progbits
