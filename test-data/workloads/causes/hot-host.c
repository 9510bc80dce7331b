/*
 * A program without libc that spends a quarter of its time itself and the rest in a library: what SFrame covers depends
 * on how the library was built. An argument makes it spend that many times as long in the library.
 */
#include "../workload.h"

uint64_t work_in_library(uint64_t value);

KEEP static uint64_t work_in_host(uint64_t value) { return mix(value, 700); }

int run_program(int argc, char **argv) {
    int times = argc > 1 ? argv[1][0] - '0' : 1;
    uint64_t sum = 0;
    for (int round = 0; round < 80000; round++) {
        sum += work_in_host(sum);
        for (int time = 0; time < times; time++)
            sum += work_in_library(sum);
    }
    return sum == 42;
}
