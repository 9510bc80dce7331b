/* The shared library that plugin-host loads: its code calls back into the host. */
#include "workload.h"

KEEP static uint64_t transform(uint64_t value) { return mix(value, 700); }

KEEP uint64_t plugin_apply(uint64_t (*callback)(uint64_t), uint64_t value) {
    value = transform(value);
    value += callback(value);
    BARRIER();
    return value;
}
