/** `perf-sframe sframe make`: writes the SFrame section that an assembler would have written, as a file beside the binary. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ElfImage } from '../../../parser';
import { makeSFrame, writeDetachedSFrame } from '../../../sframe';
import { printForReading, printText } from '../../text/byte-writer';
import { findElfFiles } from '../files/elf-files';
import { ExitCode } from '../exit-code';
import { forEachElfFile, finishFileRun } from '../files/file-run';
import { notLookedAtJson, sframeJsonHead } from '../json';
import { formatMade, madeJson } from '../coverage/prediction-text';

export interface SFrameMakeOptions {
  readonly json: boolean;
  /** The folder that the files go to. */
  readonly output: string;
  /** Functions left out to list for a file; Infinity for all. */
  readonly limit: number;
}

/**
 * @returns the exit code: 1 when a file cannot be read, or holds nothing to make a section from
 * @throws the system's error when the output cannot be written
 */
export function runSFrameMake(names: readonly string[], options: SFrameMakeOptions): ExitCode {
  const files = findElfFiles(names);
  const parts: string[] = [];
  const outcome = forEachElfFile(files, {
    visit: (image) => {
      const made = makeSFrame(image);
      const path = join(options.output, detachedName(image));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, writeDetachedSFrame(made, image));
      if (options.json) parts.push(JSON.stringify(madeJson(made, image, path)));
      else printForReading(formatMade(made, image, { path, limit: options.limit }));
    },
  });
  if (options.json) {
    const rest = JSON.stringify(notLookedAtJson(files.leftOut, outcome.failed));
    printText(
      `${sframeJsonHead('perf-sframe/sframe-make')},"files":[\n${parts.join(',\n')}\n],\n${rest.slice(1)}\n`,
    );
  }
  return finishFileRun(outcome, files, ExitCode.Good);
}

/** As debug files are named: .build-id/ab/cdef….sframe; a binary without a build id goes by its own name. */
function detachedName(image: ElfImage): string {
  const { buildId } = image;
  if (!buildId || buildId.length < 2) return `${basename(image.name)}.sframe`;
  const hex = Buffer.from(buildId).toString('hex');
  return join('.build-id', hex.slice(0, 2), `${hex.slice(2)}.sframe`);
}
