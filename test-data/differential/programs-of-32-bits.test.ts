/**
 * Programs of 32 bits on an x86-64 kernel: registers of ABI 32 and a stack of 4-byte words, unwound as i386. perf stops at
 * `main`, whose CFA is the word at a place on the stack, as in every program whose compiler realigned it; ours goes on.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../test-support/left-out';
import { missingFor32BitPrograms, repositoryFolder } from '../test-support/places';
import { compileStatic, makeOwnSet, recordOwn, removeOwnSet } from './own-recording';
import { readPerfOutput } from './perf-output';
import { runProgram } from './program-output';

const sources = ['qsort-callback.c', 'workload.h'];

/**
 * What perf and we agree about by more than chance: stacks that begin in the program's own functions. Where a sample falls is not known
 * before, and in the C library a few instructions are not like the others:
 *
 *   - `free` and `sbrk` have a second name, which perf prints for a function inlined there (`two-names-static`);
 *   - `memcpy` has no rows for the word that it pushes around its string instructions: the rest of the stack is junk, in perf and here;
 *   - of the vDSO's system calls perf has the image where its helper perf-read-vdso32 runs, and else prints no stack;
 *   - code without tables perf leaves by words of twice the size (`wide-words-32`, `pc-thunk-32`).
 */
const ownFunctions = /^\s*[0-9a-f]+ (?:compare_keys|compare_salted|fill|mix|sort_and_find)\+0x/;

/**
 * A handler of each kind interrupts the same loop, never the other one, for the copy of the stack would be too small: the kernel puts other
 * words on the stack for one that asks for siginfo. However slow or busy a machine is, there are as many handlers to be sampled: the loop ends
 * by their number, and times are processor time. Handlers before and after return at once: what they interrupt is not the loop, and
 * one that takes longer than the interval would be called again and again, before the other.
 */
const interrupted = `
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#define KEEP __attribute__((noinline, noclone))
enum { ENOUGH = 30 };
static volatile unsigned long sink;
static volatile int is_waiting, plains, infos;
KEEP static void burn(void) { for (int i = 0; i < 4000000; i++) sink += (unsigned long)i; }
KEEP static void on_plain(int number) { if (is_waiting && plains < ENOUGH) { burn(); plains++; } sink += (unsigned long)number; }
KEEP static void on_info(int number, siginfo_t *info, void *context) { if (is_waiting && infos < ENOUGH) { burn(); infos++; } sink += (unsigned long)number + !!info + !!context; }
KEEP static void wait_busily(void) { is_waiting = 1; while (plains < ENOUGH || infos < ENOUGH) sink++; sink++; }
int main(void) {
    struct sigaction plain, info;
    struct itimerval often = {{0, 7000}, {0, 7000}};
    memset(&plain, 0, sizeof plain);
    memset(&info, 0, sizeof info);
    plain.sa_handler = on_plain;
    info.sa_sigaction = on_info;
    info.sa_flags = SA_SIGINFO;
    sigaddset(&plain.sa_mask, SIGPROF);
    sigaddset(&info.sa_mask, SIGVTALRM);
    sigaction(SIGVTALRM, &plain, 0);
    sigaction(SIGPROF, &info, 0);
    setitimer(ITIMER_VIRTUAL, &often, 0);
    setitimer(ITIMER_PROF, &often, 0);
    wait_busily();
    return 0;
}
`;

const keepOwn = (stack: readonly string[]): string[] => stack.filter((line) => ownFunctions.test(line));
const stacksOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n\n')
    .map((block) => block.split('\n').slice(1));

const missing = missingFor32BitPrograms();

describeWhere(missing === undefined, 'stacks of 32-bit programs', missing ?? '', () => {
  const workloads = join(repositoryFolder, 'test-data/workloads');
  const texts = sources.map((name) => [name, readFileSync(join(workloads, name), 'utf8')]);
  const set = makeOwnSet({
    ...(Object.fromEntries(texts) as Record<string, string>),
    'interrupted.c': interrupted,
  });
  afterAll(() => removeOwnSet(set));
  const stacksOfBoth = async (name: string, options: string): Promise<[string[], string[]][]> => {
    const perf = stacksOf((await readPerfOutput(set, name, options)).toString());
    const ours = stacksOf((await runProgram(set, name, options)).stdout.toString());
    expect(ours.length).toBe(perf.length);
    return ours.map((stack, i) => [stack, perf[i]]);
  };

  test.each([
    ['qsort-callback', '-O2 -fomit-frame-pointer'],
    ['qsort-callback', '-O1 -fno-omit-frame-pointer'],
  ])('%s, %s: perf’s frames, and those above main', async (name, flags) => {
    compileStatic(set, name, ['gcc', '-m32', '-g', ...flags.split(' '), `${name}.c`]);
    recordOwn(set, name);
    const withInlined = await stacksOfBoth(name, 'script');
    // By symbols alone: names of inlined functions depend on the address in the C library, which has no debug information.
    const plain = await stacksOfBoth(name, 'script --no-inline');
    let compared = 0;
    for (const [i, [ours, perf]] of plain.entries()) {
      if (!ownFunctions.test(ours[0])) continue;
      expect(perf.at(-1)).toMatch(/ main\+0x/);
      expect(ours.slice(0, perf.length)).toEqual(perf);
      expect(ours.at(-1)).toMatch(/ _start\+0x/);
      expect(keepOwn(withInlined[i][0])).toEqual(keepOwn(withInlined[i][1]));
      compared++;
    }
    // Nine tenths of the samples, several hundred; some tens where clocks tick a hundred times a second.
    expect(compared).toBeGreaterThan(10);
  });

  test('behind a signal handler stands what it interrupted, though no vDSO of 32 bits is given', async () => {
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
});
