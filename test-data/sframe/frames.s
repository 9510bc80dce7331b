/* x86-64 call frame information that no compiler writes for C: a signal frame, an outermost function, CFA offsets of
   one, two and four bytes, two text sections. */
    .text
    .globl trampoline
    .type trampoline, @function
trampoline:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_def_cfa 7, 8
    nop
    nop
    .cfi_endproc
    .size trampoline, .-trampoline

    .globl outermost
    .type outermost, @function
outermost:
    .cfi_startproc
    .cfi_undefined 16
    nop
    nop
    .cfi_endproc
    .size outermost, .-outermost

    .section .text.other, "ax", @progbits
    .globl other
    .type other, @function
other:
    .cfi_startproc
    nop
    .cfi_adjust_cfa_offset 8
    nop
    .cfi_def_cfa_offset 20000
    nop
    .cfi_def_cfa_offset 200000
    nop
    .cfi_endproc
    .size other, .-other
