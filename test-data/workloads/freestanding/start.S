/* The outermost frame: no caller, so its return address is stated as undefined. Calls the C part with argc and argv, then exits. */
    .text
    .globl _start
    .type _start, @function
_start:
    .cfi_startproc
    .cfi_undefined rip
    xorl %ebp, %ebp
    movq (%rsp), %rdi
    leaq 8(%rsp), %rsi
    andq $-16, %rsp
    call run_program
    movl %eax, %edi
    movl $231, %eax /* exit_group */
    syscall
    hlt
    .cfi_endproc
    .size _start, .-_start
    .section .note.GNU-stack, "", @progbits
