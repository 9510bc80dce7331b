/** `perf-sframe sframe diff OLD NEW`: what a build changed in the SFrame data. */

import { openLaidOut, type ElfImage } from '../../../parser';
import { FileByteSource } from '../../../parser/io';
import { UsageError } from '../../../profile';
import { compareBuilds } from '../../../sframe';
import { printForReading, printText } from '../../text/byte-writer';
import { writeError } from '../../text/error-output';
import { printable } from '../../text/printable';
import { ExitCode } from '../exit-code';
import { damageOf } from '../files/file-run';
import { sframeJsonHead } from '../json';
import { differenceJson, formatDifference } from './diff-text';

export interface SFrameDiffOptions {
  readonly json: boolean;
  /** Functions of each kind to print; Infinity for all. */
  readonly limit: number;
}

/**
 * @returns the exit code: Unusable when a part of a file is damaged, CheckFailed when a function lost or changed its rows,
 *   NoTable when neither file has any
 * @throws UsageError unless two files are named; ParseError or the system's error when one cannot be read
 */
export function runSFrameDiff(names: readonly string[], { json, limit }: SFrameDiffOptions): ExitCode {
  if (names.length !== 2) {
    throw new UsageError(
      'sframe diff: name two files, the one before and the one after: sframe diff OLD NEW',
    );
  }
  const [before, after] = names;
  const { difference, damaged } = withImage(before, (one) =>
    withImage(after, (other) => ({
      difference: compareBuilds(one, other),
      damaged: [...damageOf(one), ...damageOf(other)],
    })),
  );
  if (json) {
    const rest = JSON.stringify({ before, after, ...differenceJson(difference) }).slice(1);
    printText(`${sframeJsonHead('perf-sframe/sframe-diff')},${rest}\n`);
  } else printForReading(formatDifference(difference, limit));
  for (const { message } of damaged) writeError(`perf-sframe: ${printable(message)}\n`);
  if (damaged.length > 0) return ExitCode.Unusable;
  const { fdeCount, lost, changed } = difference;
  if (fdeCount[0] + fdeCount[1] === 0) return ExitCode.NoTable;
  return lost.length + changed.length > 0 ? ExitCode.CheckFailed : ExitCode.Good;
}

function withImage<T>(path: string, use: (image: ElfImage) => T): T {
  const source = FileByteSource.open(path);
  try {
    return use(openLaidOut(source));
  } finally {
    source.close();
  }
}
