/* Freestanding C with several levels of inlined functions: compiled for every architecture, needs no C library. */

#include "steps.h"

static volatile unsigned long sink;

static inline unsigned long rotate(unsigned long value, int by) {
    return value << by | value >> (64 - by);
}

static inline unsigned long scramble(unsigned long value) {
    value ^= rotate(value, 13);
    value *= 0x9e3779b97f4a7c15UL;
    return rotate(value, 7) + value;
}

static inline unsigned long checksum(const unsigned char *bytes, unsigned long count) {
    unsigned long sum = 17;
    for (unsigned long i = 0; i < count; i++) {
        if (bytes[i] > 200)
            sum = scramble(sum + bytes[i]);
        else
            sum = step_once(sum) ^ bytes[i];
    }
    return sum;
}

__attribute__((noinline)) unsigned long digest(const unsigned char *bytes, unsigned long count) {
    unsigned long first = checksum(bytes, count / 2);
    unsigned long second = checksum(bytes + count / 2, count - count / 2);
    if (__builtin_expect(first == second, 0)) {
        sink = scramble(first);
        return step_many(sink, 3);
    }
    return first - second;
}

/* gcc makes a clone of it for the constant that every caller passes. */
__attribute__((noinline)) static unsigned long fold(unsigned long value, int by) {
    for (int i = 0; i < 5; i++)
        value = scramble(value) + rotate(value, by);
    return value;
}

unsigned long second_unit(unsigned long value);

void _start(void) {
    unsigned char bytes[64];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 37);
    sink = digest(bytes, sizeof bytes) + fold(sink, 9) + fold(sink + 1, 9);
    sink = second_unit(sink);
    for (;;)
        sink++;
}
