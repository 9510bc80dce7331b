/* Stack frames whose size is known only at run time: the CFA cannot be stated from the stack pointer. */
#include "workload.h"
#include <alloca.h>

KEEP uint64_t consume(volatile uint64_t *words, int count) {
    uint64_t sum = 0;
    for (int index = 0; index < count; index++)
        sum += words[index] = mix(sum + (uint64_t)index, 12);
    return sum;
}

KEEP uint64_t with_vla(int count) {
    uint64_t words[count];
    uint64_t sum = consume(words, count);
    return sum + words[count / 2];
}

KEEP uint64_t with_alloca(int pieces) {
    uint64_t sum = 0;
    for (int piece = 1; piece <= pieces; piece++) {
        uint64_t *words = alloca(sizeof(uint64_t) * (size_t)piece * 4);
        sum += consume(words, piece * 4);
    }
    return sum;
}

KEEP uint64_t vla_in_vla(int count, int depth) {
    uint64_t words[count + depth];
    uint64_t sum = consume(words, count);
    if (depth > 0)
        sum += vla_in_vla(count + 1, depth - 1);
    BARRIER();
    return sum + words[0];
}

int main(int argc, char **argv) {
    uint64_t sum = 0;
    for (long round = rounds_of_work(argc, argv, 25000); round > 0; round--) {
        sum += with_vla(40 + (int)(round & 31));
        sum += with_alloca(8);
        sum += vla_in_vla(10, 12);
    }
    return sum == 42;
}
