/* Two coroutines on stacks of their own, switched by swapcontext: the outermost frame there is makecontext's, not main. */
#define _GNU_SOURCE
#include "workload.h"
#include <ucontext.h>

enum { STACK_BYTES = 64 * 1024 };

static ucontext_t scheduler, producer, consumer;
static char producer_stack[STACK_BYTES], consumer_stack[STACK_BYTES];
static uint64_t channel, consumed;
static long left;

KEEP static void produce_at(int depth) {
    if (depth > 0) {
        produce_at(depth - 1);
        BARRIER();
        return;
    }
    channel = mix(channel + 1, 900);
    swapcontext(&producer, &consumer);
}

KEEP static void produce(void) {
    while (left > 0)
        produce_at((int)(left & 7));
    setcontext(&scheduler);
}

KEEP static uint64_t digest(uint64_t value) { return mix(value, 700); }

KEEP static void consume(int first, int second) {
    consumed = (uint64_t)(first + second);
    for (;;) {
        consumed += digest(channel);
        left--;
        swapcontext(&consumer, &producer);
    }
}

static void make(ucontext_t *context, char *stack) {
    getcontext(context);
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = STACK_BYTES;
    context->uc_link = &scheduler;
}

int main(int argc, char **argv) {
    left = rounds_of_work(argc, argv, 70000);
    make(&producer, producer_stack);
    makecontext(&producer, produce, 0);
    make(&consumer, consumer_stack);
    makecontext(&consumer, (void (*)(void))consume, 2, 1, 2);
    swapcontext(&scheduler, &producer);
    return consumed == 42;
}
