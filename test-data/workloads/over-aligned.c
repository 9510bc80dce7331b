/*
 * Locals that want more alignment than the stack has. The prologue realigns the stack; SFrame V3 describes such functions with
 * flexible FDEs: CFA from r10, then CFA and frame pointer through memory.
 */
#include "workload.h"
#include <stdalign.h>

struct vector {
    alignas(64) uint64_t lanes[8];
};

KEEP uint64_t sum_lanes(const struct vector *vector) {
    uint64_t sum = 0;
    for (int lane = 0; lane < 8; lane++)
        sum += mix(vector->lanes[lane], 25);
    return sum;
}

KEEP uint64_t realigned(uint64_t seed) {
    struct vector vector;
    for (int lane = 0; lane < 8; lane++)
        vector.lanes[lane] = seed + (uint64_t)lane;
    return sum_lanes(&vector) + vector.lanes[seed & 7];
}

KEEP uint64_t realigned_vla(uint64_t seed, int count) {
    struct vector vectors[count];
    uint64_t sum = 0;
    for (int index = 0; index < count; index++) {
        for (int lane = 0; lane < 8; lane++)
            vectors[index].lanes[lane] = seed * (uint64_t)(index + lane + 1);
        sum += sum_lanes(&vectors[index]);
    }
    return sum;
}

/* Arguments beyond the sixth are read relative to the old stack: the saved argument pointer (r10) must stay reachable. */
KEEP uint64_t realigned_many(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
    struct vector vector = {{a, b, c, d, e, f, g, h}};
    return sum_lanes(&vector) + g - h;
}

KEEP uint64_t realigned_recursive(int depth, uint64_t seed) {
    struct vector vector = {{seed, seed + 1, seed + 2, seed + 3, seed, seed, seed, (uint64_t)depth}};
    uint64_t sum = sum_lanes(&vector);
    if (depth > 0)
        sum += realigned_recursive(depth - 1, sum);
    BARRIER();
    return sum + vector.lanes[0];
}

int main(int argc, char **argv) {
    uint64_t sum = 0;
    for (long round = rounds_of_work(argc, argv, 55000); round > 0; round--) {
        sum += realigned(sum);
        sum += realigned_vla(sum, 3 + (int)(round & 3));
        sum += realigned_many(1, 2, 3, 4, 5, 6, sum, (uint64_t)round);
        sum += realigned_recursive(12, sum);
    }
    return sum == 42;
}
