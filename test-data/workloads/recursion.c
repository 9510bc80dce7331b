/* Deep recursion: one function into itself, two into each other, and a chain longer than perf prints (127 frames). */
#include "workload.h"

KEEP uint64_t leaf(uint64_t value) { return mix(value, 400); }

KEEP uint64_t descend(int depth, uint64_t value) {
    if (depth == 0)
        return leaf(value);
    uint64_t result = descend(depth - 1, value + (uint64_t)depth);
    BARRIER();
    return result + leaf(result);
}

KEEP uint64_t odd(int depth, uint64_t value);

KEEP uint64_t even(int depth, uint64_t value) {
    uint64_t kept = mix(value, 30);
    uint64_t result = depth == 0 ? leaf(value) : odd(depth - 1, value);
    BARRIER();
    return result ^ kept;
}

KEEP uint64_t odd(int depth, uint64_t value) {
    uint64_t first = value + 1, second = value * 3, third = mix(value, 20);
    uint64_t result = depth == 0 ? leaf(value) : even(depth - 1, first ^ second);
    BARRIER();
    return result + first * second + third;
}

int main(int argc, char **argv) {
    uint64_t value = 1;
    for (long round = rounds_of_work(argc, argv, 4500); round > 0; round--) {
        value = descend(20, value);
        value = even(40, value);
        if (round % 4 == 0)
            value = descend(180, value);
    }
    return value == 42;
}
