/** `perf-sframe sframe coverage`: how much code SFrame sections cover, beside .eh_frame. */

import { isSFrameDamage, type ElfImage } from '../../../parser';
import { printForReading, printText } from '../../text/byte-writer';
import { writeError } from '../../text/error-output';
import { printable } from '../../text/printable';
import { ProgressBar } from '../../text/terminal/progress-bar';
import { formatCoverage, formatCoverageTable, formatLeftOut } from './coverage-text';
import { coverageFileJson, notLookedAtJson, sframeJsonHead, type CoverageFileJson } from '../json';
import {
  type Coverage,
  type CoverageSortKey,
  findMissingFunctions,
  measureCoverage,
  type MissingFunction,
  sortCoverages,
  sumCoverage,
} from '../../../sframe';
import { findElfFiles } from '../files/elf-files';
import { ExitCode } from '../exit-code';
import { forEachElfFile, finishFileRun } from '../files/file-run';

export interface SFrameCoverageOptions {
  readonly json: boolean;
  readonly sort: CoverageSortKey;
  /** Functions without rows to list for a file; Infinity for all. */
  readonly limit: number;
  /** List only files that have an SFrame section; totals are of all. */
  readonly withSFrameOnly: boolean;
  /** Percentage that each file's table has to cover; undefined where it does not matter. */
  readonly failUnder: number | undefined;
}

/**
 * @returns the exit code: 1 when a file, or a part of it that is needed, cannot be read
 * @throws the system's error when the output cannot be written
 */
export function runSFrameCoverage(names: readonly string[], options: SFrameCoverageOptions): ExitCode {
  const files = findElfFiles(names);
  const isTable = files.hasFolders;
  const bar = new ProgressBar(files.paths.length);
  const coverages: Coverage[] = [];
  const leftOut = new Map(files.leftOut);
  const missingOf = new Map<Coverage, MissingFunction[]>();
  const measure = (image: ElfImage) => {
    const { coverage, places } = measureCoverage(image);
    if (isTable && coverage.codeBytes === 0) {
      leftOut.set('no-code', (leftOut.get('no-code') ?? 0) + 1);
      return;
    }
    coverages.push(coverage);
    // Names would take longer than all the rest of a run over thousands of files.
    if (!isTable) missingOf.set(coverage, findMissingFunctions(image, places, options.limit));
  };
  const outcome = forEachElfFile(files, {
    visit: measure,
    laysOut: true,
    onProgress: (done) => bar.update(done),
  });
  bar.clear();
  const totals = sumCoverage(coverages);
  const listed = coverages.filter(({ versions }) => !options.withSFrameOnly || versions.length > 0);
  if (isTable) sortCoverages(listed, options.sort);
  const missing = (coverage: Coverage) => missingOf.get(coverage) ?? [];

  if (options.json) {
    const fileParts: CoverageFileJson[] = listed.map((each) => coverageFileJson(each, missing(each)));
    const rest = JSON.stringify({ totals, ...notLookedAtJson(leftOut, outcome.failed) });
    const list = fileParts.map((part) => JSON.stringify(part)).join(',\n');
    printText(`${sframeJsonHead('perf-sframe/sframe-coverage')},"files":[\n${list}\n],\n${rest.slice(1)}\n`);
  } else if (isTable) {
    printForReading(formatCoverageTable(listed, totals) + formatLeftOut(leftOut));
  } else {
    printForReading(listed.map((each) => formatCoverage(each, missing(each))).join('\n'));
  }
  const warn = (text: string) => writeError(`perf-sframe: ${printable(text)}\n`);
  // Damage is said with that of the files' other parts.
  for (const { where, text } of coverages.flatMap(({ findings }) =>
    findings.filter((each) => !isSFrameDamage(each)),
  )) {
    warn(`${where}: ${text}`);
  }
  const tooLow = coverages.filter((each) => coveredPercent(each) < (options.failUnder ?? 0));
  for (const each of tooLow) {
    warn(`${each.name}: ${coveredPercent(each).toFixed(1)} % covered, less than ${options.failUnder} %`);
  }
  return finishFileRun(outcome, files, tooLow.length > 0 ? ExitCode.CheckFailed : ExitCode.Good);
}

/** What SFrame covers of the code that any table covers; padding and jump tables do not count. */
function coveredPercent({ bytes }: Coverage): number {
  const covered = bytes.both + bytes.sframeOnly;
  const any = covered + bytes.ehFrameOnly;
  return any === 0 ? 100 : (100 * covered) / any;
}
