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

/*
 * A realigned function that passes arguments on the stack needs a register for where its own frame began: gcc takes r10 and
 * keeps it in memory, so the CFA is r10 first and *(rbp - 8) or so afterwards.
 */
KEEP uint64_t sum_many(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, const struct vector *vector,
                       uint64_t h) {
    return mix(a ^ b ^ c ^ d ^ e ^ f, 100) + sum_lanes(vector) + h;
}

KEEP uint64_t through_r10(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
    struct vector vector = {{a, b, c, d, e, f, g, h}};
    uint64_t sum = sum_many(a, b, c, d, e, f, &vector, h);
    return sum_many(f, e, d, c, b, sum, &vector, g) + g - h + vector.lanes[1];
}

KEEP uint64_t through_r10_vla(uint64_t seed, int count) {
    struct vector vectors[count];
    for (int index = 0; index < count; index++)
        vectors[index] = (struct vector){{seed, seed + 1, seed, seed, (uint64_t)index, seed, seed, seed}};
    uint64_t sum = sum_many(seed, 2, 3, 4, 5, 6, &vectors[count / 2], 8);
    return sum + vectors[0].lanes[1];
}

KEEP uint64_t through_r10_recursive(int depth, uint64_t seed) {
    struct vector vector = {{seed, seed, seed, seed, seed, seed, seed, (uint64_t)depth}};
    uint64_t sum = sum_many(seed, seed, seed, seed, seed, seed, &vector, (uint64_t)depth);
    if (depth > 0)
        sum += through_r10_recursive(depth - 1, sum);
    BARRIER();
    return sum + vector.lanes[2];
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
    for (long round = rounds_of_work(argc, argv, 24000); round > 0; round--) {
        sum += realigned(sum);
        sum += realigned_vla(sum, 3 + (int)(round & 3));
        sum += through_r10(1, 2, 3, 4, 5, 6, sum, (uint64_t)round);
        sum += through_r10_vla(sum, 2 + (int)(round & 3));
        sum += through_r10_recursive(12, sum);
        sum += realigned_recursive(12, sum);
    }
    return sum == 42;
}
