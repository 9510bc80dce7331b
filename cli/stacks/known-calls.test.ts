/**
 * Programs that are built here in several ways, and whose calls are known by construction: every sample is in `leaf`, which
 * `middle` calls, which `outer` calls; so is every stack.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../../test-data/test-support/left-out';
import { hasToolchain, repositoryFolder } from '../../test-data/test-support/places';

const source = `
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#define APART __attribute__((noipa, noinline))
static volatile unsigned long sink;
APART void leaf(void) { for (unsigned long i = 0; i < 60000000; i++) sink += i; __asm__ volatile(""); }
APART void middle(void) { leaf(); __asm__ volatile(""); }
APART void outer(void) { middle(); __asm__ volatile(""); }
static ucontext_t start, fiber;
APART void in_fiber(void) { outer(); __asm__ volatile(""); }
APART void in_handler(int number) { (void)number; outer(); __asm__ volatile(""); }
int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "plain";
  if (!strcmp(how, "fiber")) {
    getcontext(&fiber);
    fiber.uc_stack.ss_size = 1 << 17;
    fiber.uc_stack.ss_sp = malloc(1 << 17);
    fiber.uc_link = &start;
    makecontext(&fiber, in_fiber, 0);
    swapcontext(&start, &fiber);
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

const builds = [
  '-O0',
  '-O1',
  '-O2',
  '-O3',
  '-O2 -fno-omit-frame-pointer',
  '-O2 -static',
  '-O2 -static-pie',
  '-O2 -m32',
];
/** What is called on the way to `leaf`, by how the program is run. */
const calls = {
  plain: 'main;outer;middle;leaf',
  fiber: 'in_fiber;outer;middle;leaf',
  handler: 'in_handler;outer;middle;leaf',
};

describeWhere(hasToolchain(), 'stacks of known calls', 'no toolchain root', () => {
  const folder = mkdtempSync(join(tmpdir(), 'known-calls-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(builds)(
    'gcc %s',
    (flags) => {
      mkdirSync(join(folder, 'root/w'), { recursive: true });
      writeFileSync(join(folder, 'calls.c'), source);
      const record = Object.keys(calls).map(
        (how) => `perf record -q -e cpu-clock:u -F 499 --call-graph dwarf -o ${how}.data ./calls ${how}`,
      );
      const built = spawnSync(
        join(repositoryFolder, 'test-data/toolchain/enter.sh'),
        ['sh', '-ec', [`gcc -g ${flags} -o calls calls.c`, ...record].join('\n')],
        { encoding: 'utf8', env: { ...process.env, ENTER_BIND: `${folder}:/w` } },
      );
      expect(built.stderr).toBe('');
      cpSync(join(folder, 'calls'), join(folder, 'root/w/calls'));
      for (const [how, expected] of Object.entries(calls)) {
        const { stdout } = spawnSync(
          process.execPath,
          [
            join(repositoryFolder, 'bin/perf-sframe.js'),
            ...[
              'fold',
              '--weight',
              'samples',
              '--symfs',
              join(folder, 'root'),
              '-i',
              join(folder, `${how}.data`),
            ],
          ],
          { encoding: 'utf8' },
        );
        const lines = stdout
          .trimEnd()
          .split('\n')
          .filter((line) => line.includes('leaf'));
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) expect(line.replace(/ \d+$/, '')).toMatch(new RegExp(`;${expected}$`));
      }
    },
    60_000,
  );
});
