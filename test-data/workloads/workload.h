/* What all workloads share: how much to do, how to burn time, and how to keep a function a function. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdint.h>
#include <stdlib.h>

/* Neither inlined, cloned nor analysed from outside: the frame appears in the stack as it is written here. */
#define KEEP __attribute__((noipa))

/* After a call this keeps it from becoming a tail call, and its result from being thrown away. */
#define BARRIER() __asm__ volatile("" ::: "memory")

/* The only argument: rounds of work. Each workload's default takes some tenths of a second. */
static inline long rounds_of_work(int argc, char **argv, long default_rounds) {
    return argc > 1 ? strtol(argv[1], NULL, 10) : default_rounds;
}

/* About a microsecond for 500 steps: integer mixing without memory, calls or system calls. */
static inline uint64_t mix(uint64_t value, int steps) {
    for (int step = 0; step < steps; step++) {
        value ^= value >> 7;
        value = value * 0x9e3779b97f4a7c15u + (uint64_t)step;
    }
    return value;
}

#endif
