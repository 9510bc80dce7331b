/* Calls through lazily bound PLT entries: samples in the PLT, whose rows come as a repeating pattern (PC type MASK). */
#include "workload.h"

uint64_t library_add(uint64_t left, uint64_t right);
uint64_t library_xor(uint64_t left, uint64_t right);

KEEP static uint64_t through_plt(uint64_t value) {
    for (int index = 0; index < 50; index++)
        value = library_xor(library_add(value, 3), value >> 1);
    return value;
}

int main(int argc, char **argv) {
    uint64_t value = 1;
    for (long round = rounds_of_work(argc, argv, 1500000); round > 0; round--)
        value = through_plt(value);
    return value == 42;
}
