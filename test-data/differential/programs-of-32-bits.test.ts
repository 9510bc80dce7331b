/**
 * Programs of 32 bits on an x86-64 kernel: registers of ABI 32 and a stack of 4-byte words, unwound as i386. perf stops at
 * `main`, whose CFA is the word at a place on the stack, as in every program whose compiler realigned it; ours goes on.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../test-support/left-out';
import { repositoryFolder, toolchainFolder } from '../test-support/places';
import { compileStatic, makeOwnSet, recordOwn, removeOwnSet } from './own-recording';
import { readPerfOutput } from './perf-output';
import { runProgram } from './program-output';

const sources = ['qsort-callback.c', 'workload.h'];
const stacksOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n\n')
    .map((block) => block.split('\n').slice(1));

describeWhere(
  existsSync(join(toolchainFolder, 'usr/lib32/libc.a')),
  'stacks of 32-bit programs',
  'the toolchain root has no 32-bit libraries: test-data/toolchain/setup.sh adds them',
  () => {
    const workloads = join(repositoryFolder, 'test-data/workloads');
    const texts = sources.map((name) => [name, readFileSync(join(workloads, name), 'utf8')]);
    const set = makeOwnSet(Object.fromEntries(texts) as Record<string, string>);
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
  },
);
