/** Two containers whose programs share path and addresses and have no build ids: only the process tells the files apart. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../test-data/test-support/left-out';
import { hasToolchain, repositoryFolder } from '../test-data/test-support/places';
import { runProgram } from '../test-data/test-support/program';

const source = `
#include <unistd.h>
static volatile unsigned long sink;
__attribute__((noinline)) void WORK(void) { for (unsigned long i = 0; i < 60000000; i++) sink += i; __asm__ volatile(""); }
int main(int argc, char **argv) { WORK(); if (argc > 1) sleep(60); return 0; }
`;
const build = `
for n in one two; do
  mkdir -p $n/bin
  gcc -O1 -g -static -Wl,--build-id=none -DWORK=work_of_$n app.c -o $n/bin/app
done
perf record -q --namespaces -e cpu-clock:u -F 499 --call-graph dwarf -o c.data -- \\
  sh -c 'unshare -mpf chroot one /bin/app & unshare -mpf chroot two /bin/app & wait'
perf script -i c.data --show-task-events --show-namespace-events
`;

describeWhere(hasToolchain(), 'containers', 'no toolchain root', () => {
  const folder = mkdtempSync(join(tmpdir(), 'containers-'));
  const enter = join(repositoryFolder, 'test-data/toolchain/enter.sh');
  const env = { ...process.env, ENTER_BIND: `${folder}:/w` };
  afterAll(() => rmSync(folder, { recursive: true }));
  let events = '';

  beforeAll(() => {
    writeFileSync(join(folder, 'app.c'), source);
    const { stdout, stderr, status } = spawnSync(enter, ['sh', '-c', build], { encoding: 'utf8', env });
    if (status !== 0) throw new Error(stderr);
    events = stdout;
  }, 60_000);

  /** Runs shell commands that print a recording's events; the number of the program that an unshare forked and that still runs. */
  function recordRunning(commands: string): number {
    const { stdout } = spawnSync(enter, ['sh', '-c', commands], {
      encoding: 'utf8',
      env,
      maxBuffer: 1 << 28,
    });
    return Number(/^unshare .*PERF_RECORD_FORK\((\d+):\d+\)/m.exec(stdout)![1]);
  }

  function fold(recording: string, ...symfs: string[]) {
    const options = symfs.flatMap((each) => ['--symfs', each]);
    const args = ['fold', '--weight', 'samples', '--with-pid', ...options, recording];
    return runProgram(args, { cwd: folder });
  }

  /** The work that each process did, by the pids of the samples. */
  function workByPid(stdout: string): Map<number, Set<string>> {
    const found = new Map<number, Set<string>>();
    for (const [, pid, name] of stdout.matchAll(/^app-(\d+);.*;main;(work_of_\w+) \d+$/gm)) {
      found.set(Number(pid), (found.get(Number(pid)) ?? new Set()).add(name));
    }
    return found;
  }

  test('--symfs PID=FOLDER holds for the process that is named, and for those in its mount namespace', () => {
    // The two that unshare fork the two programs: same mount namespace, another process.
    const outer = [...events.matchAll(/^unshare +(\d+) .*PERF_RECORD_FORK\((\d+):\d+\)/gm)];
    expect(outer.length).toBe(2);
    const [[, firstOuter, first], [, secondOuter, second]] = outer;
    // Which of them is in which folder, their order does not say: both ways round each is as the options say.
    for (const [a, b] of [
      ['one', 'two'],
      ['two', 'one'],
    ]) {
      for (const [pidOfA, pidOfB] of [
        [first, second],
        [firstOuter, secondOuter],
      ]) {
        const work = workByPid(fold('c.data', `${pidOfA}=${a}`, `${pidOfB}=${b}`).stdout);
        expect(work).toEqual(
          new Map([
            [Number(first), new Set([`work_of_${a}`])],
            [Number(second), new Set([`work_of_${b}`])],
          ]),
        );
      }
    }
  });

  test('a process that is not in the recording is said', () => {
    const { stderr } = fold('c.data', '1=one');
    expect(stderr).toMatch(/processes that map nothing in the recording[^]*--symfs 1=one/);
    const { stderr: missing, status } = fold('c.data', '1=nowhere');
    expect([missing, status]).toEqual([
      expect.stringContaining('--symfs nowhere: there is no such folder'),
      2,
    ]);
  });

  test('of a running process the list of generated code, in its own root and by its own number', () => {
    const program = `
      #include <stdio.h>
      #include <string.h>
      #include <sys/mman.h>
      #include <unistd.h>
      int main(void) {
        /* mov $100000000, %ecx; 1: dec %ecx; jnz 1b; ret */
        const unsigned char code[] = {0xb9, 0x00, 0xe1, 0xf5, 0x05, 0xff, 0xc9, 0x75, 0xfc, 0xc3};
        void *at = mmap(0, 4096, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memcpy(at, code, sizeof code);
        char name[64];
        sprintf(name, "/tmp/perf-%d.map", getpid());
        FILE *list = fopen(name, "w");
        fprintf(list, "%lx 1000 generated_in_container\\n", (unsigned long)at);
        fclose(list);
        for (int i = 0; i < 1000; i++) ((void (*)(void))at)();
        return 0;
      }`;
    writeFileSync(join(folder, 'generated.c'), program);
    const inContainer =
      'setsid unshare -mpf chroot listed /bin/generated </dev/null >/dev/null 2>&1 & sleep 1';
    const record =
      'mkdir -p listed/bin listed/tmp && gcc -static generated.c -o listed/bin/generated && ' +
      `perf record -q -e cpu-clock:u -F 499 -g -o listed.data -- sh -c '${inContainer}'; ` +
      'perf script -i listed.data --show-task-events';
    const pid = recordRunning(record);
    try {
      expect(fold('listed.data').stdout).toMatch(/generated_in_container \d+/);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
    // It has ended: nothing says any more where its list is.
    expect(fold('listed.data').stdout).not.toMatch(/generated_in_container/);
  }, 30_000);

  test('of a running process by /proc/PID/root, though its mount namespace is another', () => {
    // The program has a session of its own and no output of ours: it goes on when perf has ended.
    const inContainer = 'setsid unshare -mpf chroot one /bin/app stay </dev/null >/dev/null 2>&1 & sleep 1';
    const record =
      `perf record -q -e cpu-clock:u -F 499 --call-graph dwarf -o live.data -- sh -c '${inContainer}'; ` +
      'perf script -i live.data --show-task-events';
    const pid = recordRunning(record);
    try {
      const { stdout } = fold('live.data', `${pid}=/proc/${pid}/root`);
      expect(workByPid(stdout)).toEqual(new Map([[pid, new Set(['work_of_one'])]]));
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  }, 30_000);
});
