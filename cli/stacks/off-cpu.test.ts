/** Time off CPU of a real program, which measures by itself how long it waits in which function. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../../test-data/test-support/left-out';
import { hasToolchain, repositoryFolder } from '../../test-data/test-support/places';

const program = `
#include <stdio.h>
#include <time.h>
static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
static void __attribute__((noinline)) nap(long ms) {
  struct timespec t = {0, ms * 1000000};
  nanosleep(&t, 0);
  __asm__ volatile("");
}
long in_short, in_long;
void __attribute__((noinline)) short_wait(void) { long t = now(); nap(10); in_short += now() - t; }
void __attribute__((noinline)) long_wait(void) { long t = now(); nap(40); in_long += now() - t; }
int main(void) {
  for (int i = 0; i < 12; i++) { short_wait(); if (i % 3 == 0) long_wait(); }
  printf("short_wait %ld\\nlong_wait %ld\\n", in_short, in_long);
}
`;

describeWhere(hasToolchain(), 'time off CPU of a program that waits', 'no toolchain root', () => {
  const folder = mkdtempSync(join(tmpdir(), 'off-cpu-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function inRoot(command: string): string {
    const { stdout, stderr, status } = spawnSync(
      join(repositoryFolder, 'test-data/toolchain/enter.sh'),
      ['sh', '-c', command],
      { encoding: 'utf8', env: { ...process.env, ENTER_BIND: `${folder}:/w` } },
    );
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  test('fold, report and export count what the program measures', () => {
    mkdirSync(join(folder, 'root/w'), { recursive: true });
    writeFileSync(join(folder, 'waits.c'), program);
    const how = '-e context-switches -c 1 --switch-events --call-graph dwarf';
    const printed = inRoot(
      `gcc -O2 -g -static -o waits waits.c && cp waits root/w && perf record -q -o waits.data ${how} ./waits`,
    );
    const measured = new Map(
      [...printed.matchAll(/^(\w+) (\d+)$/gm)].map(([, name, ns]) => [name, Number(ns)]),
    );
    const run = (...args: string[]): string =>
      spawnSync(
        process.execPath,
        [join(repositoryFolder, 'bin/perf-sframe.js'), ...args, '--symfs', join(folder, 'root')],
        { encoding: 'utf8', cwd: folder },
      ).stdout;
    const folded = run('fold', '--off-cpu', 'waits.data').trimEnd().split('\n');
    for (const [name, ns] of measured) {
      const counted = folded
        .filter((line) => line.includes(`;main;${name};nap;`))
        .reduce((sum, line) => sum + Number(/\d+$/.exec(line)![0]), 0);
      // Reading the clock and getting there is what the program measures besides.
      expect(counted).toBeGreaterThan(0.9 * ns);
      expect(counted).toBeLessThanOrEqual(ns);
    }
    const total = folded.reduce((sum, line) => sum + Number(/\d+$/.exec(line)![0]), 0);
    expect(run('report', '--off-cpu', '--stdio', 'waits.data')).toContain(
      `# Event count (approx.): ${total}\n`,
    );
    expect(
      run('export', '--off-cpu', '--format', 'folded', '-o', '-', 'waits.data')
        .trimEnd()
        .split('\n')
        .map((line) => Number(/\d+$/.exec(line)![0]))
        .reduce((a, b) => a + b),
    ).toBe(total);
  });

  test('a recording without switches is refused', () => {
    inRoot('perf record -q -o clock.data -e cpu-clock:u --call-graph dwarf ./waits');
    const { stderr, status } = spawnSync(
      process.execPath,
      [join(repositoryFolder, 'bin/perf-sframe.js'), 'fold', '--off-cpu', join(folder, 'clock.data')],
      { encoding: 'utf8' },
    );
    expect(stderr).toMatch(
      /^perf-sframe: --off-cpu: the recording does not say when threads leave a CPU: record with/,
    );
    expect(status).toBe(2);
  });
});
