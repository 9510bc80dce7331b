/**
 * Programs in C that compilers and libraries build in several ways, and whose calls are known by construction: every sample is in
 * `leaf`, which `middle` calls, which `outer` calls; so is every stack.
 */

import { testWhere } from '../../test-data/test-support/left-out';
import { missingFor32BitPrograms } from '../../test-data/test-support/places';
import { recordedStacks, temporaryFolder, toolchainHas } from './test-support/recorded-stacks';

const source = `
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#ifndef NO_FIBERS
#include <ucontext.h>
#endif
#include <unistd.h>
#define APART __attribute__((noipa, noinline))
static volatile unsigned long sink;
APART void leaf(void) { for (unsigned long i = 0; i < 30000000; i++) sink += i; __asm__ volatile(""); }
APART void middle(void) { leaf(); __asm__ volatile(""); }
APART void outer(void) { middle(); __asm__ volatile(""); }
#ifndef NO_FIBERS
static ucontext_t start, fiber;
#endif
APART void in_fiber(void) { outer(); __asm__ volatile(""); }
APART void in_handler(int number) { outer(); if (number == SIGILL) _exit(0); }
int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "plain";
  if (!strcmp(how, "trap")) {
    signal(SIGILL, in_handler);
    __builtin_trap();
#ifndef NO_FIBERS
  } else if (!strcmp(how, "fiber")) {
    getcontext(&fiber);
    fiber.uc_stack.ss_size = 1 << 17;
    fiber.uc_stack.ss_sp = malloc(1 << 17);
    fiber.uc_link = &start;
    makecontext(&fiber, in_fiber, 0);
    swapcontext(&start, &fiber);
#endif
  } else if (!strcmp(how, "handler")) {
    stack_t alternative = {.ss_sp = malloc(1 << 17), .ss_size = 1 << 17};
    struct sigaction action = {.sa_handler = in_handler, .sa_flags = SA_ONSTACK};
    sigaltstack(&alternative, 0);
    sigaction(SIGUSR1, &action, 0);
    raise(SIGUSR1);
  } else outer();
  return 0;
}
`;

/** The call path to `leaf`, by how the program is run. */
const calls = {
  plain: /;main;outer;middle;leaf$/,
  fiber: /;in_fiber;outer;middle;leaf$/,
  // On a signal stack, which does not lead back to the stack of main.
  handler: /;in_handler;outer;middle;leaf$/,
  // On the stack of main, whose instruction was interrupted: between them lies the C library's signal trampoline.
  trap: /;main;[^;]+;in_handler;outer;middle;leaf$/,
};
type Run = keyof typeof calls;

const gcc = ['-O0', '-O1', '-O2', '-O3', '-O2 -fno-omit-frame-pointer', '-O2 -static', '-O2 -static-pie'].map(
  (flags) => ({ compiler: 'gcc', flags, without: [] as Run[] }),
);
const builds = [
  ...gcc,
  // mold's segments lie further apart in memory than in the file.
  ...['-O2 -fuse-ld=mold', '-O2 -fuse-ld=mold -no-pie'].map((flags) => ({
    compiler: 'gcc',
    flags,
    without: [] as Run[],
  })),
  // The trampoline of 32-bit programs is in the kernel's 32-bit vDSO, and we have no image of it.
  { compiler: 'gcc', flags: '-O2 -m32', without: ['trap'] as Run[] },
  ...['-O0', '-O1', '-O2', '-O3', '-O2 -fno-omit-frame-pointer', '-O2 -static'].map((flags) => ({
    compiler: 'clang',
    // gcc's attribute `noipa`, which clang does not have, does not matter to this test.
    flags: `-Wno-unknown-attributes ${flags}`,
    without: [] as Run[],
  })),
  // musl has no functions for fibers.
  ...['-O0 -static', '-O2 -static', '-O2 -static -fno-omit-frame-pointer'].map((flags) => ({
    compiler: 'musl-gcc',
    flags: `-DNO_FIBERS ${flags}`,
    without: ['fiber'] as Run[],
  })),
];

/** What a build lacks here; undefined where it can be made and recorded. */
function missingFor(compiler: string, flags: string): string | undefined {
  const needed = flags.includes('mold') ? 'mold' : compiler;
  if (!toolchainHas('perf') || !toolchainHas(needed))
    return `no ${needed} in the toolchain root; setup-more.sh adds clang and mold`;
  return flags.includes('-m32') ? missingFor32BitPrograms() : undefined;
}

describe('stacks of known calls', () => {
  const folder = temporaryFolder();

  for (const { compiler, flags, without } of builds) {
    const missing = missingFor(compiler, flags);
    testWhere(
      missing === undefined,
      `${compiler} ${flags}`,
      missing ?? '',
      () => {
        const runs = (Object.keys(calls) as Run[]).filter((run) => !without.includes(run));
        const stacks = recordedStacks({
          folder,
          sourceName: 'calls.c',
          source,
          build: `${compiler} -g ${flags} -o calls calls.c`,
          runs,
        });
        for (const run of runs) for (const stack of stacks.get(run)!) expect(stack).toMatch(calls[run]);
      },
      60_000,
    );
  }
});
