/**
 * Code that Python generates (-X perf_jit): for each function a piece of machine code that calls the interpreter. Its dump says what the pieces
 * are called. perf reads a dump only after `perf inject --jit` has made files of it; here it is read as it is.
 */
import { describeWhere } from '../test-support/left-out';
import { runProgram } from './program-output';
import { findSet, listRecordings } from './recording-sets';

const set = findSet('fresh/');
const recordings = ['python-jit', 'python-jit.injected'];

interface Frame {
  readonly address: string;
  readonly name: string;
  readonly binary: string;
}

/** The stacks of a recording's samples, innermost frame first. */
async function readStacks(recording: string): Promise<Frame[][]> {
  const { stdout } = await runProgram(set, recording, 'script --no-inline -F comm,time,ip,sym,dso');
  return stdout
    .toString()
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) =>
      block
        .split('\n')
        .filter((line) => line.startsWith('\t'))
        .map((line) => {
          const [, address, name, binary] = /^\s*(\S+) (.*) \((.*)\)$/.exec(line)!;
          return { address, name, binary };
        }),
    );
}

/**
 * Those whose sample is not in generated code itself: at its first and last instructions the frame pointer does not lead to the
 * caller, and only the files of perf inject have tables that do.
 */
async function readAtCalls(recording: string): Promise<Frame[][]> {
  return (await readStacks(recording)).filter(([innermost]) => !isGenerated(innermost));
}

const isGenerated = ({ name }: Frame): boolean => name.startsWith('py::');

describeWhere(
  recordings.every((recording) => listRecordings(set).includes(recording)),
  'code that Python generates',
  set.howToGet,
  () => {
    test('its functions are named as the program calls them, in stacks that lead to _start', async () => {
      const whole = (await readStacks('python-jit')).filter(
        (stack) => stack.at(-1)?.name === '_start' && stack.some(({ name }) => name.includes('run_round')),
      );
      expect(whole.length).toBeGreaterThan(50);
      const source = '/w/src/generated-code.py';
      for (const stack of whole) {
        const called = stack.filter(isGenerated).map(({ name }) => name);
        expect(called.slice(-4)).toEqual([
          `py::run_round:${source}`,
          `py::run_program.<locals>.<genexpr>:${source}`,
          `py::run_program:${source}`,
          `py::<module>:${source}`,
        ]);
      }
      const burners = whole.flatMap((stack) => stack.filter(isGenerated).map(({ name }) => name));
      expect(burners).toEqual(expect.arrayContaining([`py::serialize:${source}`, `py::add_up:${source}`]));
    });

    test('stacks are those that the files of perf inject give, of other binaries', async () => {
      const [plain, injected] = await Promise.all(recordings.map(readAtCalls));
      expect(plain.length).toBeGreaterThan(50);
      const withoutBinary = (stacks: Frame[][]): string[][] =>
        stacks.map((stack) => stack.map(({ address, name }) => `${address} ${name}`));
      expect(withoutBinary(plain)).toEqual(withoutBinary(injected));
      const binariesOf = (stacks: Frame[][]): Set<string> =>
        new Set(
          stacks
            .flat()
            .filter(isGenerated)
            .map(({ binary }) => binary.replace(/\d+/g, 'N')),
        );
      expect([...binariesOf(plain)]).toEqual(['/tmp/jit-N.dump']);
      expect([...binariesOf(injected)]).toEqual(['/tmp/jitted-N-N.so']);
    });
  },
);
