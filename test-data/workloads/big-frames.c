/* Frames larger than the stack copy in a sample: the unwinder must stop where the copy ends and say so. */
#include "workload.h"

KEEP uint64_t touch(volatile uint64_t *words, int count) {
    uint64_t sum = 0;
    for (int index = 0; index < count; index += 16)
        sum += words[index] = mix(sum, 20);
    return sum;
}

KEEP uint64_t large(int depth) {
    volatile uint64_t words[320];
    uint64_t sum = touch(words, 320);
    if (depth > 0)
        sum += large(depth - 1);
    BARRIER();
    return sum + words[0];
}

KEEP uint64_t huge(void) {
    volatile uint64_t words[4096];
    uint64_t sum = touch(words, 4096);
    BARRIER();
    return sum + words[1];
}

int main(int argc, char **argv) {
    uint64_t sum = 0;
    for (long round = rounds_of_work(argc, argv, 18000); round > 0; round--) {
        sum += large((int)(round & 7));
        sum += huge();
    }
    return sum == 42;
}
