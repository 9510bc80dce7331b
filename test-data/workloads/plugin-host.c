/* Code that comes and goes: a library is loaded by dlopen, used, unloaded, and loaded again at another address. */
#define _GNU_SOURCE
#include "workload.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

typedef uint64_t plugin_function(uint64_t (*callback)(uint64_t), uint64_t value);

KEEP static uint64_t host_callback(uint64_t value) { return mix(value, 400); }

KEEP static uint64_t use_plugin(const char *path, long rounds, uint64_t value) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "plugin-host: %s\n", dlerror());
        exit(1);
    }
    plugin_function *apply = (plugin_function *)dlsym(library, "plugin_apply");
    while (rounds-- > 0)
        value += apply(host_callback, value);
    dlclose(library);
    return value;
}

/* libplugin-fp.so for plugin-host-fp, beside it. */
static void path_of_plugin(const char *program, char *path, size_t size) {
    const char *slash = strrchr(program, '/');
    int folder = slash == NULL ? 0 : (int)(slash - program) + 1;
    const char *variant = strstr(program + folder, "plugin-host") + strlen("plugin-host");
    snprintf(path, size, "%.*slibplugin%s.so", folder, program, variant);
}

int main(int argc, char **argv) {
    char path[512];
    path_of_plugin(argv[0], path, sizeof path);
    uint64_t value = 1;
    long rounds = rounds_of_work(argc, argv, 45000);
    value = use_plugin(path, rounds, value);
    /* Takes the addresses that the library had, so that the second load lands elsewhere. */
    void *blocker = mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    value = use_plugin(path, rounds, value);
    munmap(blocker, 1 << 20);
    return value == 42;
}
