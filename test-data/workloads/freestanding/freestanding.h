/* What the programs without any library share. All their frames are ours, down to _start (start.S), which calls run_program. */
#ifndef FREESTANDING_H
#define FREESTANDING_H

#include <stddef.h>
#include <stdint.h>

#define KEEP __attribute__((noipa))
#define BARRIER() __asm__ volatile("" ::: "memory")

#ifdef __cplusplus
extern "C" {
#endif

int run_program(int argc, char **argv);

/* The compiler may call these two by itself. */
__attribute__((weak)) void *memset(void *target, int value, size_t sizeBytes) {
    for (volatile char *at = (volatile char *)target; sizeBytes-- > 0;)
        *at++ = (char)value;
    return target;
}

__attribute__((weak)) void *memcpy(void *target, const void *source, size_t sizeBytes) {
    volatile char *at = (volatile char *)target;
    for (const char *from = (const char *)source; sizeBytes-- > 0;)
        *at++ = *from++;
    return target;
}

#ifdef __cplusplus
}
#endif

/* The only argument: rounds of work. */
static inline int rounds_of_work(int argc, char **argv, int default_rounds) {
    if (argc < 2)
        return default_rounds;
    int rounds = 0;
    for (const char *digit = argv[1]; *digit >= '0' && *digit <= '9'; digit++)
        rounds = rounds * 10 + (*digit - '0');
    return rounds;
}

static inline uint32_t mix(uint32_t value) {
    value ^= value >> 15;
    value *= 0x2c1b3c6du;
    return value ^ (value >> 12);
}

#endif
