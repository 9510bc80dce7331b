/* The library in which hot-host spends most of its time; built with and without SFrame. */
#include "../workload.h"

KEEP static uint64_t innermost(uint64_t value) { return mix(value, 2000); }

KEEP static uint64_t middle(uint64_t value) {
    value = innermost(value + 1);
    BARRIER();
    return value;
}

uint64_t work_in_library(uint64_t value) {
    value = middle(value) + 1;
    BARRIER();
    return value;
}
