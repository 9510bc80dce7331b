/** A report of several recordings with branches (`perf record -b`) counts samples, and says so. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { testWhere } from '../../../test-data/test-support/left-out';
import { repositoryFolder, sharedRecordingsFolder } from '../../../test-data/test-support/places';

const recording = join(sharedRecordingsFolder, 'public/quipper-branch-4.14.data');

testWhere(existsSync(recording), 'branches of several recordings', 'no ../shared/recordings', () => {
  const report = (...options: string[]) =>
    spawnSync(
      process.execPath,
      [
        join(repositoryFolder, 'bin/perf-sframe.js'),
        ...['report', recording, recording, '--no-children', '-g', 'none', ...options],
      ],
      { encoding: 'utf8' },
    );
  const { stdout, stderr } = report();
  // perf script prints 13 samples of it.
  expect(stdout).toContain("# Samples: 26  of event 'cycles:ppp'");
  expect(stderr).toContain('samples are counted, and not branches');
  expect(report('--no-branch-stack').stderr).not.toContain('branches');
});
