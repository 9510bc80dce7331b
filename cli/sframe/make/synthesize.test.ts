/** The built program: SFrame sections that are made of .eh_frame give the stacks that .eh_frame gives, in programs built without. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../../../test-data/test-support/left-out';
import { toolchainIsRequired, workFolder } from '../../../test-data/test-support/places';
import { runProgram } from '../../../test-data/test-support/program';

const recordings = ['threads-nofp', 'qsort-callback-nofp', 'signals-nofp'];
const pathOf = (name: string): string => join(workFolder, `recordings/${name}.data`);

function run(name: string, ...options: string[]) {
  const fixed = [
    'script',
    '--no-inline',
    '-F',
    'ip,sym',
    '-i',
    pathOf(name),
    '--symfs',
    join(workFolder, 'symfs'),
  ];
  const { stdout, stderr, status } = runProgram([...fixed, ...options]);
  return { stdout, stderr, exitCode: status };
}

/**
 * Stacks without what SFrame cannot say: the frame of a lazy PLT resolver is found by rbx, which no SFrame row gives back, so its
 * callers are known only where it is the innermost frame.
 */
function untilResolver(text: string): string {
  return text.replace(/^((?:\t.*\n)+?\t.*_dl_runtime_resolve_\w+\n)(?:\t.*\n)+/gm, '$1');
}

describeWhere(
  recordings.every((name) => existsSync(pathOf(name))) || toolchainIsRequired,
  '--unwind sframe --synthesize',
  'no fresh recordings; test-data/record.sh makes them',
  () => {
    // Their C library has no SFrame.
    test.each(recordings)('%s: the stacks of DWARF, where SFrame alone has fewer frames', (name) => {
      const dwarf = run(name, '--unwind', 'dwarf').stdout;
      const lines = (text: string): number => text.split('\n').length;
      expect(lines(run(name, '--unwind', 'sframe').stdout)).toBeLessThan(lines(dwarf));
      expect(run(name, '--unwind', 'sframe', '--synthesize').stdout).toBe(untilResolver(dwarf));
    });
  },
);
