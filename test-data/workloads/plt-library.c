/* The library that plt-calls is linked with: functions so short that the PLT entries in front of them get samples too. */
#include "workload.h"

uint64_t library_add(uint64_t left, uint64_t right) { return left + right; }
uint64_t library_xor(uint64_t left, uint64_t right) { return left ^ right; }
