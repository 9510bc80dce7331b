/*
 * Time burnt in signal handlers: on the interrupted stack, on an alternate one, and in a handler that interrupts a handler.
 * The frame below a handler is the kernel's signal trampoline; the frame below that was interrupted, not called.
 */
#define _GNU_SOURCE
#include "workload.h"
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

static volatile uint64_t sink;

KEEP static void burn_in_handler(uint64_t value) { sink += mix(value, 8000); }

KEEP static void on_plain(int number) {
    burn_in_handler((uint64_t)number);
    BARRIER();
}

KEEP static void on_alternate_stack(int number, siginfo_t *info, void *context) {
    burn_in_handler((uint64_t)number + (uint64_t)(info != NULL) + (uint64_t)(context != NULL));
    BARRIER();
}

KEEP static void on_nesting(int number) {
    burn_in_handler((uint64_t)number);
    raise(SIGUSR1);
    BARRIER();
}

/* An invalid instruction is the interrupted one itself: the pc below the trampoline is a function's first byte. */
__asm__(".text\n.type trap_at_entry, @function\ntrap_at_entry:\n.cfi_startproc\nud2\nret\n.cfi_endproc\n.size trap_at_entry, .-trap_at_entry\n");
void trap_at_entry(void);

KEEP static void on_trap(int number, siginfo_t *info, void *context) {
    burn_in_handler((uint64_t)number + (uint64_t)(info != NULL));
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
}

static void install(int number, int flags, void *handler) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_flags = flags;
    if (flags & SA_SIGINFO)
        action.sa_sigaction = (void (*)(int, siginfo_t *, void *))handler;
    else
        action.sa_handler = (void (*)(int))handler;
    sigaction(number, &action, NULL);
}

KEEP static uint64_t work_between(uint64_t value, long round) {
    value = mix(value, 3000);
    raise(SIGUSR1);
    value = mix(value, 1000);
    raise(round & 1 ? SIGUSR2 : SIGHUP);
    trap_at_entry();
    BARRIER();
    return value;
}

int main(int argc, char **argv) {
    stack_t alternate = {.ss_size = 64 * 1024};
    alternate.ss_sp = mmap(NULL, alternate.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigaltstack(&alternate, NULL);
    install(SIGUSR1, 0, on_plain);
    install(SIGUSR2, SA_SIGINFO | SA_ONSTACK, on_alternate_stack);
    install(SIGHUP, 0, on_nesting);
    install(SIGILL, SA_SIGINFO, on_trap);
    uint64_t value = 1;
    for (long round = rounds_of_work(argc, argv, 4500); round > 0; round--)
        value += work_between(value, round);
    return value == 42;
}
