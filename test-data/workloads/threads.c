/* Threads with names of their own; one renames itself midway, one name holds a space, one thread keeps the program's. */
#define _GNU_SOURCE
#include "workload.h"
#include <pthread.h>
#include <sys/prctl.h>

static long rounds;

KEEP static uint64_t parse_chunk(uint64_t value) { return mix(value, 500); }
KEEP static uint64_t write_chunk(uint64_t value) { return mix(value, 300); }

KEEP static uint64_t loop(uint64_t (*step)(uint64_t), long count, uint64_t value) {
    while (count-- > 0)
        value += step(value);
    return value;
}

static void *reader(void *argument) {
    pthread_setname_np(pthread_self(), "reader");
    uint64_t value = loop(parse_chunk, rounds, 1);
    prctl(PR_SET_NAME, "reader-2nd-half");
    return (void *)(loop(parse_chunk, rounds, value) + (uint64_t)(uintptr_t)argument);
}

static void *writer(void *argument) {
    pthread_setname_np(pthread_self(), "disk writer");
    return (void *)(loop(write_chunk, rounds * 2, 2) + (uint64_t)(uintptr_t)argument);
}

static void *unnamed(void *argument) { return (void *)(loop(write_chunk, rounds, 3) + (uint64_t)(uintptr_t)argument); }

int main(int argc, char **argv) {
    rounds = rounds_of_work(argc, argv, 110000);
    void *(*const bodies[])(void *) = {reader, writer, unnamed};
    pthread_t threads[3];
    for (int index = 0; index < 3; index++)
        pthread_create(&threads[index], NULL, bodies[index], NULL);
    uint64_t value = loop(parse_chunk, rounds / 2, 4);
    for (int index = 0; index < 3; index++)
        pthread_join(threads[index], NULL);
    return value == 42;
}
