/**
 * s390x keeps return addresses of leaf functions in floating-point registers, which the kernel does not refresh for samples
 * of user mode. perf follows the outdated words and prints junk; by default such a stack ends there, and `-v` says why.
 * (`c-fpr-kernel` was made for this, but its program is missing: recording-sets.ts.)
 */
import { describeWhere } from '../test-support/left-out';
import { readPerfOutput } from './perf-output';
import { runProgram } from './program-output';
import { findSet, listRecordings } from './recording-sets';

const set = findSet('s390x/');
const recording = 'c-omit-leaf';

const stacksOf = (text: string): string[][] => text.split('\n\n').map((block) => block.trim().split('\n'));

describeWhere(
  listRecordings(set).includes(recording),
  'outdated floating-point registers',
  set.howToGet,
  () => {
    const readPerf = async (): Promise<string> =>
      (await readPerfOutput(set, recording, 'script --no-inline')).toString();

    test('are not trusted by default: those stacks end there, with that reason, and nothing else differs', async () => {
      const perf = stacksOf(await readPerf());
      const { stdout, stderr } = await runProgram(set, recording, 'script --no-inline -v');
      const ours = stacksOf(stdout.toString());
      expect(ours).toHaveLength(perf.length);
      let shorter = 0;
      ours.forEach((stack, i) => {
        expect(stack).toEqual(perf[i].slice(0, stack.length));
        if (stack.length < perf[i].length) shorter++;
      });
      expect(shorter).toBeGreaterThan(0);
      expect(stderr).toContain(`value in a register that the kernel did not save (${shorter})\n`);
      expect(stdout.toString()).not.toMatch(/ \(\[unknown\]\)$/m);
    });

    test('lead to the junk that perf prints with --as-perf', async () => {
      const { stdout } = await runProgram(set, recording, 'script --no-inline --as-perf');
      expect(stdout.toString()).toBe(await readPerf());
      expect(stdout.toString()).toMatch(/^\t9a05d970eb8069a5 \[unknown\] \(\[unknown\]\)$/m);
    });
  },
);
