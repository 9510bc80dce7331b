# docs/findings.md: .cfi_restore of the return address after .cfi_undefined.
	.text
	.globl	caller_unknown
	.type	caller_unknown, @function
caller_unknown:
	.cfi_startproc
	nop
	.cfi_undefined rip
	nop
	nop
	.cfi_restore rip
	ret
	.cfi_endproc
	.size	caller_unknown, .-caller_unknown
