/**
 * Programs whose text lies further from their first segment in memory than in the file. perf takes both to lie alike
 * and loses their stacks; the table compares that with --as-perf. What is right, the program itself says: all that
 * it does happens below main.
 */
import { describeWhere } from '../test-support/left-out';
import { readPerfOutput } from './perf-output';
import { runProgram } from './program-output';
import { findSet, listRecordings } from './recording-sets';

const set = findSet('fresh/');
const recordings = ['moved-text', 'moved-text-fixed'];
const options = 'script --no-inline -F comm,time,ip,sym';

/** Names of the functions of each stack, innermost first. */
function parseStacks(text: string): string[][] {
  return text
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line.startsWith('\t')))
    .map((frames) => frames.map((frame) => frame.trim().replace(/^\S+ /, '')));
}

const fromMain = ['main', '__libc_start_call_main', '__libc_start_main@@GLIBC_2.34', '_start'];

describeWhere(
  recordings.every((recording) => listRecordings(set).includes(recording)),
  'a program whose text was moved',
  set.howToGet,
  () => {
    test.each(recordings)('%s: stacks of its functions lead to _start', async (recording) => {
      const { stdout } = await runProgram(set, recording, options);
      const ours = parseStacks(stdout.toString()).filter((stack) => stack.includes('compare_salted'));
      expect(ours.length).toBeGreaterThan(50);
      for (const stack of ours) {
        expect(stack.slice(-4)).toEqual(fromMain);
        expect(stack[stack.indexOf('compare_salted') + 1]).toMatch(/sort|sort_and_find|bsearch/);
      }
    });

    test.each(recordings)('%s: those of perf do not', async (recording) => {
      const perf = parseStacks((await readPerfOutput(set, recording, options)).toString('latin1'));
      expect(perf.length).toBeGreaterThan(50);
      expect(perf.filter((stack) => stack.includes('main') && stack.includes('compare_salted'))).toEqual([]);
    });
  },
);
