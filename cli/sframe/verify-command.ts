/** `perf-sframe sframe verify`: whether SFrame sections are well-formed and say what .eh_frame says. */

import { printText } from '../text/byte-writer';
import { printable } from '../text/printable';
import { ProgressBar } from '../text/progress-bar';
import { formatLeftOut } from './text/coverage-text';
import { notLookedAtJson, sframeJsonHead, verifyFileJson } from './text/json';
import { formatVerification, formatVerifySummary } from './text/verify-text';
import { findElfFiles } from './elf-files';
import { forEachElfFile } from './file-run';
import { verdictOf, verifyImage, type Verdict } from '../../sframe';

export interface SFrameVerifyOptions {
  readonly json: boolean;
  /** Functions with differences to print for a file; Infinity for all. */
  readonly limit: number;
  readonly skippedSections: readonly string[];
}

/** Verdicts that make the run fail. Of a file that was named, that it could not be compared does too. */
const failing = new Set<Verdict>(['differs', 'damaged']);
const failingOfNamedFile = new Set<Verdict>(['no-sframe', 'no-reference']);

/**
 * @returns the exit code: 1 when a section is damaged or differs, or a file cannot be read or compared
 * @throws the system's error when a name does not exist, or the output cannot be written
 */
export function runSFrameVerify(names: readonly string[], options: SFrameVerifyOptions): number {
  const files = findElfFiles(names);
  const bar = new ProgressBar(files.paths.length);
  const verdicts = new Map<Verdict, number>();
  let exitCode = 0;
  let separator = '\n';
  const print = (text: string) => {
    bar.clear();
    printText(text);
  };
  if (options.json) print(`${sframeJsonHead('perf-sframe/sframe-verify')},"files":[`);
  const failed = forEachElfFile(
    files,
    (image) => {
      const verification = verifyImage(image, options);
      const verdict = verdictOf(verification);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      const isFailure = failing.has(verdict) || (!files.hasFolders && failingOfNamedFile.has(verdict));
      if (isFailure) exitCode = 1;
      // Below folders most files have no SFrame section: they are counted, not listed.
      if (files.hasFolders && verdict === 'no-sframe') return;
      if (options.json) {
        print(separator + JSON.stringify(verifyFileJson(verification, verdict, options.limit)));
        separator = ',\n';
      } else if (!files.hasFolders || verdict !== 'agrees') {
        print(formatVerification(verification, verdict, options.limit));
      }
    },
    (done) => bar.update(done),
  );
  bar.clear();
  if (options.json) {
    const rest = { verdicts: Object.fromEntries(verdicts), ...notLookedAtJson(files.leftOut, failed) };
    print(`\n],\n${JSON.stringify(rest).slice(1)}\n`);
  } else if (files.paths.length > 1 || files.hasFolders) {
    print(`\n${formatVerifySummary(verdicts)}${formatLeftOut(files.leftOut)}`);
  }
  for (const text of [...failed.map(({ message }) => message), ...files.problems]) {
    process.stderr.write(`perf-sframe: ${printable(text)}\n`);
  }
  return failed.length > 0 ? 1 : exitCode;
}
