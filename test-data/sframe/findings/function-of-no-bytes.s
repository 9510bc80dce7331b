# docs/findings.md: an FDE for a function of 0 bytes, as compilers make of unreachable code.
	.text
	.globl	before
	.type	before, @function
before:
	.cfi_startproc
	ret
	.cfi_endproc
	.size	before, .-before
	.globl	nothing
	.type	nothing, @function
nothing:
	.cfi_startproc
	.cfi_endproc
	.size	nothing, .-nothing
	.globl	after
	.type	after, @function
after:
	.cfi_startproc
	ret
	.cfi_endproc
	.size	after, .-after
