/* A process that forks a child that works, and a child that replaces itself by this program under another argument. */
#define _GNU_SOURCE
#include "workload.h"
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

KEEP static uint64_t parent_work(uint64_t value) { return mix(value, 600); }
KEEP static uint64_t child_work(uint64_t value) { return mix(value, 600); }
KEEP static uint64_t work_after_exec(uint64_t value) { return mix(value, 600); }

KEEP static int repeat(uint64_t (*step)(uint64_t), long rounds) {
    uint64_t value = 1;
    while (rounds-- > 0)
        value += step(value);
    return value == 42;
}

int main(int argc, char **argv) {
    long rounds = rounds_of_work(argc, argv, 70000);
    if (argc > 2 && strcmp(argv[2], "again") == 0)
        return repeat(work_after_exec, rounds);
    pid_t worker = fork();
    if (worker == 0)
        return repeat(child_work, rounds);
    pid_t replaced = fork();
    if (replaced == 0) {
        char count[32];
        snprintf(count, sizeof count, "%ld", rounds);
        execl(argv[0], argv[0], count, "again", NULL);
        _exit(127);
    }
    int result = repeat(parent_work, rounds);
    waitpid(worker, NULL, 0);
    waitpid(replaced, NULL, 0);
    return result;
}
