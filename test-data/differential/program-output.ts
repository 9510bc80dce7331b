/** Runs the built program as a process, as a user does, on a recording of a set. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { repositoryFolder } from '../test-support/places';
import { splitOptions } from './perf-output';
import { kallsymsPath, recordingPath, type RecordingSet } from './recording-sets';

const program = join(repositoryFolder, 'bin/perf-sframe.js');

export interface ProgramOutput {
  stdout: Buffer;
  stderr: string;
  exitCode: number;
}

/** The command line for a row, also for people who want to repeat it. */
export function programArguments(set: RecordingSet, recording: string, options: string): string[] {
  const args = [...splitOptions(options), '--symfs', set.symfs];
  const kallsyms = kallsymsPath(set, recording);
  if (kallsyms !== undefined) args.push('--kallsyms', kallsyms);
  return [...args, '-i', recordingPath(set, recording)];
}

/** Runs `perf-sframe OPTIONS` on a recording. */
export function runProgram(set: RecordingSet, recording: string, options: string): Promise<ProgramOutput> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...programArguments(set, recording, options)],
      { encoding: 'buffer', maxBuffer: 1 << 30, timeout: 120_000 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ stdout, stderr: stderr.toString(), exitCode });
      },
    );
  });
}
