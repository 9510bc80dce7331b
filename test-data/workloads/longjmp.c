/* Frames that are abandoned: setjmp at the top, longjmp from deep below, then work again at another depth. */
#include "workload.h"
#include <setjmp.h>

static jmp_buf top;

KEEP static uint64_t dig(int depth, uint64_t value) {
    value = mix(value, 80);
    if (depth == 0 && value != 0)
        longjmp(top, (int)(value & 0xffff) | 1);
    value += depth == 0 ? 1 : dig(depth - 1, value);
    BARRIER();
    return value;
}

KEEP static uint64_t after_jump(uint64_t value) { return mix(value, 600); }

KEEP static uint64_t attempt(long round) {
    int thrown = setjmp(top);
    if (thrown == 0)
        return dig(10 + (int)(round & 15), (uint64_t)round);
    return after_jump((uint64_t)thrown);
}

int main(int argc, char **argv) {
    volatile uint64_t value = 0;
    for (volatile long round = rounds_of_work(argc, argv, 60000); round > 0; round--)
        value += attempt(round);
    return value == 42;
}
