/* Calls in tail position become jumps: the callers they replace are missing from the stack, rightly. */
#include "workload.h"

typedef uint64_t stage(uint64_t value, int left);

KEEP static uint64_t stage_a(uint64_t value, int left);
KEEP static uint64_t stage_b(uint64_t value, int left);
KEEP static uint64_t stage_c(uint64_t value, int left);

static stage *const stages[] = {stage_a, stage_b, stage_c};

static uint64_t stage_a(uint64_t value, int left) {
    value = mix(value, 60);
    return left == 0 ? value : stages[value % 3](value, left - 1);
}

/* Saves registers around a real call first, then leaves by a jump. */
static uint64_t stage_b(uint64_t value, int left) {
    uint64_t kept = mix(value, 20);
    value = stage_a(value, 0);
    return left == 0 ? value : stage_c(value ^ kept, left - 1);
}

static uint64_t stage_c(uint64_t value, int left) {
    value = mix(value + 1, 40);
    return left == 0 ? value : stage_a(value, left - 1);
}

KEEP static uint64_t run(uint64_t value) {
    uint64_t result = stages[value % 3](value, 30);
    BARRIER();
    return result;
}

int main(int argc, char **argv) {
    uint64_t value = 1;
    for (long round = rounds_of_work(argc, argv, 60000); round > 0; round--)
        value += run(value);
    return value == 42;
}
