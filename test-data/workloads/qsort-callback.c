/* The C library calls back into our code: qsort, qsort_r, bsearch and lfind stand between main and our comparison. */
#define _GNU_SOURCE
#include "workload.h"
#include <search.h>
#include <string.h>

enum { COUNT = 400 };

struct record {
    uint64_t key;
    char payload[72];
};

static struct record records[COUNT];

KEEP static int compare_keys(const void *left, const void *right) {
    uint64_t a = ((const struct record *)left)->key, b = ((const struct record *)right)->key;
    uint64_t noise = mix(a ^ b, 60);
    BARRIER();
    return a < b ? -1 : a > b ? 1 : (int)(noise & 0);
}

KEEP static int compare_salted(const void *left, const void *right, void *salt) {
    uint64_t a = mix(((const struct record *)left)->key ^ *(uint64_t *)salt, 40);
    uint64_t b = mix(((const struct record *)right)->key ^ *(uint64_t *)salt, 40);
    return (a > b) - (a < b);
}

KEEP static void fill(uint64_t seed) {
    for (int index = 0; index < COUNT; index++)
        records[index].key = seed = mix(seed + 1, 2);
}

KEEP static size_t sort_and_find(uint64_t seed) {
    fill(seed);
    qsort(records, COUNT, sizeof records[0], compare_keys);
    struct record wanted = records[seed % COUNT];
    struct record *found = bsearch(&wanted, records, COUNT, sizeof records[0], compare_keys);
    size_t count = COUNT;
    struct record *first = lfind(&wanted, records, &count, sizeof records[0], compare_keys);
    qsort_r(records, COUNT, sizeof records[0], compare_salted, &seed);
    return (size_t)(found - first);
}

int main(int argc, char **argv) {
    size_t sum = 0;
    for (long round = rounds_of_work(argc, argv, 350); round > 0; round--)
        sum += sort_and_find((uint64_t)round);
    return sum == 42;
}
