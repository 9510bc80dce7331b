/** A report of several recordings with branches (`perf record -b`) counts samples, and says so. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { testWhere } from '../../../test-data/test-support/left-out';
import { sharedRecordingsFolder } from '../../../test-data/test-support/places';
import { runProgram } from '../../../test-data/test-support/program';

const recording = join(sharedRecordingsFolder, 'public/quipper-branch-4.14.data');

testWhere(existsSync(recording), 'branches of several recordings', 'no ../shared/recordings', () => {
  const report = (...options: string[]) =>
    runProgram(['report', recording, recording, '--no-children', '-g', 'none', ...options]);
  const { stdout, stderr } = report();
  // perf script prints 13 samples of it.
  expect(stdout).toContain("# Samples: 26  of event 'cycles:ppp'");
  expect(stderr).toContain('samples are counted, and not branches');
  expect(report('--no-branch-stack').stderr).not.toContain('branches');
});
