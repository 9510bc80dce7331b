/** Runs the built `perf-sframe compare` on the recordings that test-data/record.sh makes. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toolchainIsRequired, workFolder } from '../../../test-data/test-support/places';
import type { ComparisonReport } from '../methods/comparison-report';
import type { DifferenceReport } from '../difference/recording-difference';
import { describeWhere } from '../../../test-data/test-support/left-out';
import { program, runProgram } from '../../../test-data/test-support/program';

const recordings = join(workFolder, 'recordings');
const symfs = join(workFolder, 'symfs');

/** {@link describeWhere} all recordings are there, or have to be. */
export function describeWithRecordings(name: string, needed: readonly string[], tests: () => void): void {
  const missing = needed.filter((recording) => !existsSync(freshPath(recording)));
  const isHere = missing.length === 0 || toolchainIsRequired;
  describeWhere(isHere, name, `no recordings ${missing.join(', ')}; test-data/record.sh makes them`, tests);
}

/** The path of a fresh recording, or of a file beside it. */
export function freshPath(recording: string, suffix = '.data'): string {
  return join(recordings, recording + suffix);
}

export interface CompareOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Runs the command with any arguments. */
export function runCompare(args: readonly string[]): CompareOutput {
  const { stdout, stderr, status } = runProgram(['compare', ...args]);
  return { stdout, stderr, exitCode: status };
}

/** Compares the methods of one fresh recording. */
export function compareMethods(recording: string, ...options: string[]): ComparisonReport {
  return JSON.parse(runJson([freshPath(recording), ...options])) as ComparisonReport;
}

/** Compares two fresh recordings. */
export function compareFresh(a: string, b: string, ...options: string[]): DifferenceReport {
  return JSON.parse(runJson([freshPath(a), freshPath(b), ...options])) as DifferenceReport;
}

/** The options that tell where the binaries of fresh recordings are. */
export const freshOptions = ['--symfs', symfs] as const;

function runJson(args: readonly string[]): string {
  return execFileSync(process.execPath, [program, 'compare', ...args, ...freshOptions, '--format', 'json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
