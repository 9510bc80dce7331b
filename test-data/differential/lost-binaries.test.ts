/**
 * Programs that perf loses while it unwinds, since their code lies at more than one distance from its place in the file: text that was
 * moved away from the first segment (as lld does), and text that is mapped twice (as Node does). The table compares them with
 * --as-perf. What is right, the programs themselves say: all that they do happens below main.
 */
import { describeWhere } from '../test-support/left-out';
import { readPerfOutput } from './perf-output';
import { runProgram } from './program-output';
import { findSet, listRecordings } from './recording-sets';

const set = findSet('fresh/');
const options = 'script --no-inline -F comm,time,ip,sym';

/** A function that burns time, and what may call it. */
const programs = [
  { recording: 'moved-text', burner: 'compare_salted', caller: /sort|sort_and_find|bsearch/ },
  { recording: 'moved-text-fixed', burner: 'compare_salted', caller: /sort|sort_and_find|bsearch/ },
  { recording: 'remapped-code', burner: 'mix_anywhere', caller: /^mix_by$/ },
  { recording: 'remapped-code-fixed', burner: 'mix_anywhere', caller: /^mix_by$/ },
];

/** Names of the functions of each stack, innermost first. */
function parseStacks(text: string): string[][] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => block.split('\n').filter((line) => line.startsWith('\t')))
    .map((frames) => frames.map((frame) => frame.trim().replace(/^\S+ /, '')));
}

async function readPerfStacks(recording: string): Promise<string[][]> {
  return parseStacks((await readPerfOutput(set, recording, options)).toString('latin1'));
}

const fromMain = ['main', '__libc_start_call_main', '__libc_start_main@@GLIBC_2.34', '_start'];

describeWhere(
  programs.every(({ recording }) => listRecordings(set).includes(recording)),
  'a program that perf loses',
  set.howToGet,
  () => {
    test.each(programs)(
      '$recording: stacks of its functions lead to _start',
      async ({ recording, burner, caller }) => {
        const { stdout } = await runProgram(set, recording, options);
        const ours = parseStacks(stdout.toString()).filter((stack) => stack.includes(burner));
        expect(ours.length).toBeGreaterThan(50);
        for (const stack of ours) {
          expect(stack.slice(-4)).toEqual(fromMain);
          expect(stack[stack.indexOf(burner) + 1]).toMatch(caller);
        }
      },
    );

    test.each(['moved-text', 'moved-text-fixed'])('%s: those of perf never do', async (recording) => {
      const perf = await readPerfStacks(recording);
      expect(perf.length).toBeGreaterThan(50);
      expect(perf.filter((stack) => stack.includes('main') && stack.includes('compare_salted'))).toEqual([]);
    });

    test('remapped-code-fixed: perf has no frame of the program any more once it met the second mapping', async () => {
      const perf = await readPerfStacks('remapped-code-fixed');
      const firstLost = perf.findIndex((stack) => stack.length === 0);
      expect(firstLost).toBeGreaterThan(10);
      expect(perf.length - firstLost).toBeGreaterThan(50);
      const program = ['main', 'run_round', 'mix_by', 'mix_anywhere'];
      for (const stack of perf.slice(firstLost)) {
        expect(stack.filter((name) => program.includes(name))).toEqual([]);
      }
    });
  },
);
