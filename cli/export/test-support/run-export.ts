/** Runs the built program on committed recordings (npm run build makes the program). */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryFolder } from '../../../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');

export const pathOf = (recording: string): string => join(recordings, `${recording}.data`);

/** Runs a command of the program, with binaries below the recordings' root. */
export function run(command: string, ...args: string[]) {
  const program = join(repositoryFolder, 'bin/perf-sframe.js');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [program, command, ...args, '--symfs', join(recordings, 'root')],
    { maxBuffer: 1 << 30 },
  );
  return { bytes: stdout, stdout: stdout.toString(), stderr: stderr.toString(), exitCode: status };
}
