/* Code that is mapped twice: the program maps its own text once more and runs a function there, as Node does with its builtins. */
#define _GNU_SOURCE
#include "workload.h"
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

typedef uint64_t mix_function(uint64_t value);

KEEP static uint64_t mix_anywhere(uint64_t value) {
    return mix(value, 400);
}

/* The address of a function in a second mapping of the segment that it lies in. */
static mix_function *map_again(mix_function *function) {
    const ElfW(Phdr) *segments = (const ElfW(Phdr) *)getauxval(AT_PHDR);
    size_t count = getauxval(AT_PHNUM);
    uintptr_t bias = 0;
    for (size_t i = 0; i < count; i++)
        if (segments[i].p_type == PT_PHDR)
            bias = (uintptr_t)segments - segments[i].p_vaddr;
    int file = open("/proc/self/exe", O_RDONLY);
    for (size_t i = 0; i < count; i++) {
        if (segments[i].p_type != PT_LOAD || !(segments[i].p_flags & PF_X))
            continue;
        uintptr_t start = bias + segments[i].p_vaddr;
        char *copy = mmap(NULL, segments[i].p_filesz, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, (off_t)segments[i].p_offset);
        if (copy == MAP_FAILED)
            break;
        close(file);
        return (mix_function *)(copy + ((uintptr_t)function - start));
    }
    _exit(1);
}

KEEP static uint64_t mix_by(mix_function *function, uint64_t value) {
    value = function(value);
    BARRIER();
    return value + mix(value, 100);
}

KEEP static uint64_t run_round(mix_function *twice_mapped, uint64_t value) {
    value = mix_by(mix_anywhere, value);
    value = mix_by(twice_mapped, value);
    BARRIER();
    return value;
}

int main(int argc, char **argv) {
    uint64_t value = 0;
    long rounds = rounds_of_work(argc, argv, 300000);
    /* A while in the first mapping alone: stacks that perf finds. */
    for (volatile long round = rounds / 4; round > 0; round--)
        value = run_round(mix_anywhere, value);
    mix_function *twice_mapped = map_again(mix_anywhere);
    for (volatile long round = rounds; round > 0; round--)
        value = run_round(twice_mapped, value);
    return value == 42;
}
