// The return address is kept in another register; there is no other function. AArch64.
	.text
	.globl saved_in_x9
	.type saved_in_x9, %function
saved_in_x9:
	.cfi_startproc
	mov	x9, x30
	.cfi_register x30, x9
	nop
	ret	x9
	.cfi_endproc
	.size saved_in_x9, .-saved_in_x9
