/* The second unit of steps.c. */

#include "steps.h"

static unsigned long table[8];

unsigned long second_unit(unsigned long value) {
    for (int i = 0; i < 8; i++)
        table[i] = step_many(value + i, 4);
    return table[value & 7] + step_once(value);
}
