/* Code that belongs to no file: the clock is read in the vDSO, which the kernel maps into every process. */
#include "workload.h"
#include <time.h>

KEEP static uint64_t read_clock(uint64_t value) {
    struct timespec now;
    /* The coarse clock needs no system call, whatever clock source the machine has. */
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return mix(value + (uint64_t)now.tv_nsec, 2);
}

int main(int argc, char **argv) {
    uint64_t value = 0;
    for (volatile long round = rounds_of_work(argc, argv, 12000000); round > 0; round--)
        value = read_clock(value);
    return value == 42;
}
