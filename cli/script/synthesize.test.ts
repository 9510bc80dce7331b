/** `--synthesize`: stacks by made SFrame sections are the stacks that DWARF gives, also of binaries without any SFrame. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../../test-data/test-support/left-out';
import { repositoryFolder, sharedRecordingsFolder } from '../../test-data/test-support/places';
import { runProgram } from '../../test-data/test-support/program';

function script(recording: string, symfs: string, ...unwind: string[]) {
  const { status, stdout, stderr } = runProgram([
    'script',
    '-i',
    recording,
    '--symfs',
    symfs,
    '--no-inline',
    ...unwind,
  ]);
  return { status, stdout, stderr };
}

const recordings = join(repositoryFolder, 'test-data/recordings');

function expectDwarfStacks(recording: string, symfs: string): void {
  const made = script(recording, symfs, '--unwind', 'sframe', '--synthesize');
  expect(made.status).toBe(0);
  expect(made.stdout).toBe(script(recording, symfs, '--unwind', 'dwarf').stdout);
}

test.each(['blur-image-nofp', 'shapes-nofp', 'own-signals-nofp'])('%s', (name) => {
  expectDwarfStacks(join(recordings, `${name}.data`), join(recordings, 'root'));
});

test('a signal trampoline for which gas wrote no rows has made ones', () => {
  const files = [
    join(recordings, 'own-signals-nofp.data'),
    join(recordings, 'root'),
    '--unwind',
    'sframe',
  ] as const;
  expect(script(...files, '--synthesize').stdout).not.toBe(script(...files).stdout);
});

const s390x = join(sharedRecordingsFolder, 's390x');
describeWhere(existsSync(s390x), 'the shared s390x recordings', 'they are not here', () => {
  // libc there has no SFrame at all.
  test.each(['c-omit-leaf', 'c-omit-qsort'])('%s', (name) => {
    expectDwarfStacks(join(s390x, 'data', `${name}.data`), join(s390x, 'root'));
  });
});

test('only with a method that asks SFrame', () => {
  const { status, stderr } = script(
    join(recordings, 'shapes-nofp.data'),
    recordings,
    '--unwind',
    'fp',
    '--synthesize',
  );
  expect([status, stderr.includes('--unwind sframe')]).toEqual([2, true]);
});
