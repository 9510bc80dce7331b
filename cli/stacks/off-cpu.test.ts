/** Time off CPU of a real program, which measures by itself how long it waits in which function. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../../test-data/test-support/left-out';
import { hasToolchain, repositoryFolder } from '../../test-data/test-support/places';
import type { PageHeader } from '../page/page-format';
import { runProgram } from '../../test-data/test-support/program';

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
int main(int argc, char **argv) {
  for (int i = 0; i < 12; i++) { short_wait(); if (i % 3 == 0) long_wait(); }
  FILE *measured = fopen(argv[argc - 1], "w");
  fprintf(measured, "short_wait %ld\\nlong_wait %ld\\n", in_short, in_long);
}
`;

describeWhere(hasToolchain(), 'time off CPU of a program that waits', 'no toolchain root', () => {
  const folder = mkdtempSync(join(tmpdir(), 'off-cpu-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function inRoot(command: string): void {
    const { stderr, status } = spawnSync(
      join(repositoryFolder, 'test-data/toolchain/enter.sh'),
      ['sh', '-c', command],
      { encoding: 'utf8', env: { ...process.env, ENTER_BIND: `${folder}:/w` } },
    );
    if (status !== 0) throw new Error(stderr);
  }

  const run = (...args: string[]): string =>
    runProgram([...args, '--symfs', join(folder, 'root')], { cwd: folder }).stdout;
  const sumOf = (folded: readonly string[]): number =>
    folded.reduce((sum, line) => sum + Number(/\d+$/.exec(line)![0]), 0);

  beforeAll(() => {
    mkdirSync(join(folder, 'root/w'), { recursive: true });
    writeFileSync(join(folder, 'waits.c'), program);
    inRoot('gcc -O2 -g -static -o waits waits.c && cp waits root/w');
  }, 60_000);

  test.each([
    ['a file', (how: string) => `perf record -q -o waits.data ${how} ./waits measured`],
    ['a pipe', (how: string) => `perf record -q -o - ${how} ./waits measured | cat >waits.data`],
  ])('fold, report, export and the page count what the program measures: %s', (_, record) => {
    const how = '-e context-switches -c 1 --switch-events --call-graph dwarf';
    inRoot(record(how));
    const measured = new Map(
      [...readFileSync(join(folder, 'measured'), 'utf8').matchAll(/^(\w+) (\d+)$/gm)].map(([, name, ns]) => [
        name,
        Number(ns),
      ]),
    );
    const folded = run('fold', '--off-cpu', 'waits.data').trimEnd().split('\n');
    for (const [name, ns] of measured) {
      const counted = sumOf(folded.filter((line) => line.includes(`;main;${name};nap;`)));
      // Reading the clock and getting there is what the program measures besides.
      expect(counted).toBeGreaterThan(0.9 * ns);
      expect(counted).toBeLessThanOrEqual(ns);
    }
    const total = sumOf(folded);
    expect(run('report', '--off-cpu', '--stdio', 'waits.data')).toContain(
      `# Event count (approx.): ${total}\n`,
    );
    expect(
      sumOf(run('export', '--off-cpu', '--format', 'folded', '-o', '-', 'waits.data').trimEnd().split('\n')),
    ).toBe(total);
    const page = run('flamegraph', '--off-cpu', '-o', '-', 'waits.data');
    const header = JSON.parse(/id="header-data">(.*?)<\/script>/s.exec(page)![1]) as PageHeader;
    expect(header.periodUnits[header.firstEvent]).toBe('nanoseconds');
    expect(header.unit).toBe('period');
  });

  test('a recording without switches is refused', () => {
    inRoot('perf record -q -o clock.data -e cpu-clock:u --call-graph dwarf ./waits measured');
    const { stderr, status } = runProgram(['fold', '--off-cpu', join(folder, 'clock.data')]);
    expect(stderr).toMatch(
      /^perf-sframe: --off-cpu: the recording does not say when threads leave a CPU: record with/,
    );
    expect(status).toBe(2);
  });
});
