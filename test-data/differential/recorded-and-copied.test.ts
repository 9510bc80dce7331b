/**
 * A recording with callchains that the kernel recorded (one event) and stack copies (another one): each way of unwinding
 * takes the copies, and leaves the recorded chains as they are. That both are printed as perf prints them, the table says.
 */
import { describeWhere } from '../test-support/left-out';
import { runProgram } from './program-output';
import { readPerfOutput } from './perf-output';
import { findSet, listRecordings } from './recording-sets';

const set = findSet('fresh/');
const recording = 'fp-and-dwarf';

/** The samples of an event, as text. */
const samplesOf = (text: string, event: string): string[] =>
  text.split('\n\n').filter((block) => block.split('\n')[0].includes(` ${event}: `));

describeWhere(
  listRecordings(set).includes(recording),
  'recorded chains beside stack copies',
  set.howToGet,
  () => {
    const samples = async (method: string): Promise<{ text: string; sources: string }> => {
      const { stdout, stderr } = await runProgram(set, recording, `script --no-inline -v --unwind ${method}`);
      return { text: stdout.toString(), sources: stderr };
    };

    test.each([
      ['sframe', 'SFrame'],
      ['dwarf', 'DWARF'],
      ['fp', 'frame pointer'],
    ])('--unwind %s unwinds the copies alone', async (method, source) => {
      const perf = (await readPerfOutput(set, recording, 'script --no-inline')).toString();
      const { text, sources } = await samples(method);
      expect(samplesOf(text, 'by-fp')).toEqual(samplesOf(perf, 'by-fp'));
      const copies = samplesOf(text, 'by-dwarf');
      expect(copies).toHaveLength(samplesOf(perf, 'by-dwarf').length);
      expect(sources).toContain(` ${source} (`);
      expect(sources).toContain(` user frames in ${copies.length} stacks;`);
      for (const copy of copies) expect(copy.split('\n').length).toBeGreaterThan(1);
    });

    test('--unwind recorded unwinds nothing: an event without recorded chains has no frames', async () => {
      const { text } = await samples('recorded');
      for (const copy of samplesOf(text, 'by-dwarf')) expect(copy.split('\n')).toHaveLength(1);
      for (const chain of samplesOf(text, 'by-fp')) expect(chain.split('\n').length).toBeGreaterThan(1);
    });
  },
);
