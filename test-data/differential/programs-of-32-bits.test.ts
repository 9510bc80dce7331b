/**
 * Programs of 32 bits on an x86-64 kernel: registers of ABI 32 and a stack of 4-byte words, unwound as i386. perf stops at
 * `main`, whose CFA is the word at a place on the stack, as in every program whose compiler realigned it; ours goes on.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../test-support/left-out';
import { repositoryFolder, toolchainFolder } from '../test-support/places';
import { compileStatic, makeOwnSet, recordOwn, removeOwnSet } from './own-recording';
import { readPerfOutput } from './perf-output';
import { runProgram } from './program-output';

const sources = ['qsort-callback.c', 'workload.h'];

/** A handler of each kind interrupts the same loop, never the other one, for the copy of the stack would be too small: the kernel puts other words on the stack for one that asks for siginfo. */
const interrupted = `
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#define KEEP __attribute__((noinline, noclone))
static volatile unsigned long sink;
KEEP static void burn(void) { for (int i = 0; i < 900000; i++) sink += (unsigned long)i; }
KEEP static void on_plain(int number) { burn(); sink += (unsigned long)number; }
KEEP static void on_info(int number, siginfo_t *info, void *context) { burn(); sink += (unsigned long)number + !!info + !!context; }
KEEP static void wait_busily(void) { for (int i = 0; i < 400000000; i++) sink ^= (unsigned long)i; sink++; }
int main(void) {
    struct sigaction plain, info;
    struct itimerval often = {{0, 7000}, {0, 7000}};
    memset(&plain, 0, sizeof plain);
    memset(&info, 0, sizeof info);
    plain.sa_handler = on_plain;
    info.sa_sigaction = on_info;
    info.sa_flags = SA_SIGINFO;
    sigaddset(&plain.sa_mask, SIGPROF);
    sigaddset(&info.sa_mask, SIGALRM);
    sigaction(SIGALRM, &plain, 0);
    sigaction(SIGPROF, &info, 0);
    setitimer(ITIMER_REAL, &often, 0);
    setitimer(ITIMER_PROF, &often, 0);
    wait_busily();
    return 0;
}
`;
const stacksOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n\n')
    .map((block) => block.split('\n').slice(1));

const loader = join(toolchainFolder, 'usr/lib32/ld-linux.so.2');
// Some virtual machines start no 32-bit programs, whatever their kernel was built with.
const isStarted = spawnSync(loader, ['--version']).status === 0;

describeWhere(
  existsSync(loader) && isStarted,
  'stacks of 32-bit programs',
  existsSync(loader)
    ? 'this machine starts no 32-bit programs'
    : 'the toolchain root has no 32-bit libraries: test-data/toolchain/setup.sh adds them',
  () => {
    const workloads = join(repositoryFolder, 'test-data/workloads');
    const texts = sources.map((name) => [name, readFileSync(join(workloads, name), 'utf8')]);
    const set = makeOwnSet({
      ...(Object.fromEntries(texts) as Record<string, string>),
      'interrupted.c': interrupted,
    });
    afterAll(() => removeOwnSet(set));

    test.each([
      ['qsort-callback', '-O2 -fomit-frame-pointer'],
      ['qsort-callback', '-O1 -fno-omit-frame-pointer'],
    ])('%s, %s: perf’s frames, and those above main', async (name, flags) => {
      compileStatic(set, name, ['gcc', '-m32', '-g', ...flags.split(' '), `${name}.c`]);
      recordOwn(set, name);
      const perf = stacksOf((await readPerfOutput(set, name, 'script')).toString());
      const { stdout } = await runProgram(set, name, 'script');
      const ours = stacksOf(stdout.toString());
      expect(ours.length).toBe(perf.length);
      expect(ours.length).toBeGreaterThan(50);
      const whole = ours.filter((stack) => / _start\+0x/.test(stack.at(-1)!));
      expect(whole.length / ours.length).toBeGreaterThan(0.9);
      for (const [i, stack] of whole.entries()) {
        const theirs = perf[ours.indexOf(stack)];
        if (/ main\+0x/.test(theirs.at(-1)!)) expect([i, stack.slice(0, theirs.length)]).toEqual([i, theirs]);
      }
      expect(perf.filter((stack) => / main\+0x/.test(stack.at(-1)!)).length).toBeGreaterThan(20);
    });

    test('behind a signal handler stands what it interrupted, though nobody has the vDSO of 32 bits', async () => {
      compileStatic(set, 'interrupted', ['gcc', '-m32', '-O2', '-fomit-frame-pointer', 'interrupted.c']);
      recordOwn(set, 'interrupted');
      const { stdout } = await runProgram(set, 'interrupted', 'script');
      const stacks = stacksOf(stdout.toString());
      for (const handler of [/ on_plain\+0x/, / on_info\+0x/]) {
        const within = stacks.filter((stack) => stack.some((line) => handler.test(line)));
        expect(within.length).toBeGreaterThan(3);
        const whole = within.filter(
          (stack) =>
            stack.some((line) => / wait_busily\+0x/.test(line)) &&
            stack.some((line) => / main\+0x/.test(line)) &&
            / _start\+0x/.test(stack.at(-1)!),
        );
        expect(whole.length / within.length).toBeGreaterThan(0.9);
      }
    });
  },
);
