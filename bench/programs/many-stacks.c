/* Nearly every sample has a stack of its own: 64 functions call each other in an order drawn anew for each descent, 10 to 60
 * frames deep. Repeated stacks flatter what is kept by stack; this shows what is left. bench/make-cxx-recording.sh builds it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t random_state = 88172645463325252u;
static volatile uint64_t sink;

static uint64_t draw(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void descend(int depth);

/* Each with a frame of another size, so with rows of its own. */
#define FUNCTION(number)                                                                                                   \
    __attribute__((noinline)) static void step_##number(int depth) {                                                       \
        volatile uint64_t words[(number) % 13 + 1];                                                                        \
        words[0] = draw();                                                                                                 \
        descend(depth - 1);                                                                                                \
        sink += words[0];                                                                                                  \
    }
#define EIGHT(n) FUNCTION(n##0) FUNCTION(n##1) FUNCTION(n##2) FUNCTION(n##3) FUNCTION(n##4) FUNCTION(n##5) FUNCTION(n##6) FUNCTION(n##7)
EIGHT(1) EIGHT(2) EIGHT(3) EIGHT(4) EIGHT(5) EIGHT(6) EIGHT(7) EIGHT(8)

#define NAMES(n) step_##n##0, step_##n##1, step_##n##2, step_##n##3, step_##n##4, step_##n##5, step_##n##6, step_##n##7,
static void (*const steps[])(int) = {NAMES(1) NAMES(2) NAMES(3) NAMES(4) NAMES(5) NAMES(6) NAMES(7) NAMES(8)};

__attribute__((noinline)) static void descend(int depth) {
    if (depth <= 0) {
        for (int i = 0; i < 20000; i++) sink += draw();
        return;
    }
    steps[draw() % (sizeof steps / sizeof *steps)](depth);
    sink++;
}

int main(int argc, char **argv) {
    int descents = argc > 1 ? atoi(argv[1]) : 1000;
    for (int i = 0; i < descents; i++) descend(10 + (int)(draw() % 50));
    printf("%llu\n", (unsigned long long)sink);
    return 0;
}
