/** The built program, as a person runs it. */

import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { join } from 'node:path';
import { repositoryFolder } from './places';

export const program = join(repositoryFolder, 'bin/perf-sframe.js');

/** Runs the program to its end. @returns what it printed, as text, and its exit code as `status` */
export function runProgram(
  args: readonly string[],
  options: Pick<SpawnSyncOptions, 'cwd' | 'env' | 'input'> = {},
) {
  return spawnSync(process.execPath, [program, ...args], {
    ...options,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
}
