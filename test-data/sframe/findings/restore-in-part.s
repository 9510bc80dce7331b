# A part of a function that begins with rbp saved, as the .cold parts of gcc do, and restores it. x86-64.
	.text
	.globl plain, part
	.type plain, @function
plain:	# makes the CIE that .eh_frame uses for both
	.cfi_startproc
	nop
	.cfi_endproc
	.size plain, .-plain

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
	.section .note.GNU-stack,"",@progbits
