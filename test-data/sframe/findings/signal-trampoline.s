# A signal trampoline with the CFI that libraries give theirs: rules as expressions. x86-64.
	.text
	.globl trampoline
	.cfi_startproc
	.cfi_signal_frame
	.cfi_escape 0x0f, 0x04, 0x77, 0xa0, 0x01, 0x06	# CFA = *(rsp+160)
	.cfi_escape 0x10, 0x10, 0x03, 0x77, 0xa8, 0x01	# rip at rsp+168
	.cfi_escape 0x10, 0x06, 0x03, 0x77, 0xf8, 0x00	# rbp at rsp+120
	nop
	.type trampoline, @function
trampoline:
	mov	$15, %eax
	syscall
	.cfi_endproc
	.size trampoline, .-trampoline
	.section .note.GNU-stack,"",@progbits
