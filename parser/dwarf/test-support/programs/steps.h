/* Inline functions that both units of the program share. */

static inline unsigned long step_once(unsigned long value) {
    return value * 31 + (value >> 5);
}

static inline __attribute__((always_inline)) unsigned long step_many(unsigned long value, int count) {
    while (count-- > 0)
        value = step_once(value) ^ step_once(value + 1);
    return value;
}
