/*
 * Signals without the C library: handlers on the interrupted stack and on an alternate one, returning through a trampoline
 * of our own whose rows are expressions over the context that the kernel left on the stack.
 */
#include "freestanding.h"

enum { SYS_RT_SIGACTION = 13, SYS_GETPID = 39, SYS_KILL = 62, SYS_SIGALTSTACK = 131 };
enum { ON_STACK = 0x08000000, RESTORER = 0x04000000 };
enum { USR1 = 10, USR2 = 12 };

static long system_call(long number, long a, long b, long c, long d) {
    register long fourth __asm__("r10") = d;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                     : "rcx", "r11", "memory");
    return result;
}

/*
 * At the trampoline rsp points at the ucontext: CFA = interrupted rsp = *(rsp+160), rbp at rsp+120, rip at rsp+168. The nop
 * before it is for unwinders that look a return address up at minus one.
 */
void trampoline(void);
__asm__(".text\n"
        "    .cfi_startproc\n"
        "    .cfi_signal_frame\n"
        "    .cfi_escape 0x0f, 4, 0x77, 0xa0, 0x01, 0x06\n" /* DW_CFA_def_cfa_expression: breg7+160, deref */
        "    .cfi_escape 0x10, 6, 3, 0x77, 0xf8, 0x00\n"    /* DW_CFA_expression rbp: breg7+120 */
        "    .cfi_escape 0x10, 16, 3, 0x77, 0xa8, 0x01\n"   /* DW_CFA_expression rip: breg7+168 */
        "    nop\n"
        "    .globl trampoline\n"
        "    .type trampoline, @function\n"
        "trampoline:\n"
        "    movl $15, %eax\n" /* rt_sigreturn */
        "    syscall\n"
        "    .cfi_endproc\n"
        "    .size trampoline, .-trampoline\n");

struct action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};

struct alternate_stack {
    void *start;
    int flags;
    size_t sizeBytes;
};

static char alternate[16384];
#ifdef NO_DATA_SECTION
/*
 * With nothing but .bss the data segment has no bytes in the file and its file offset is the text's: perf 7.2 then finds this
 * variable where it should find the function at that file offset, here the trampoline.
 */
static volatile uint32_t sink;
#else
static volatile uint32_t sink = 1;
#endif

KEEP static void burn_in_handler(uint32_t value) {
    for (int step = 0; step < 6000; step++)
        value = mix(value + (uint32_t)step);
    sink = sink + value;
}

KEEP static void on_plain(int number) {
    burn_in_handler((uint32_t)number);
    BARRIER();
}

KEEP static void raise_signal(int number) {
    system_call(SYS_KILL, system_call(SYS_GETPID, 0, 0, 0, 0), number, 0, 0);
    BARRIER();
}

/* A handler that is interrupted by another one. */
KEEP static void on_alternate_stack(int number) {
    burn_in_handler((uint32_t)number);
    raise_signal(USR1);
    BARRIER();
}

KEEP static uint32_t work_between(uint32_t value) {
    for (int step = 0; step < 4000; step++)
        value = mix(value ^ (uint32_t)step);
    raise_signal(USR1);
    raise_signal(USR2);
    BARRIER();
    return value;
}

static void install(int number, void (*handler)(int), unsigned long flags) {
    struct action action = {handler, flags | RESTORER, trampoline, 0};
    system_call(SYS_RT_SIGACTION, number, (long)&action, 0, sizeof action.mask);
}

KEEP int run_program(int argc, char **argv) {
    struct alternate_stack stack = {alternate, 0, sizeof alternate};
    system_call(SYS_SIGALTSTACK, (long)&stack, 0, 0, 0);
    install(USR1, on_plain, 0);
    install(USR2, on_alternate_stack, ON_STACK);
    uint32_t value = 1;
    for (int rounds = rounds_of_work(argc, argv, 2500); rounds > 0; rounds--)
        value += work_between(value);
    return value == 42;
}
