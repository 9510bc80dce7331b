/** `perf-sframe sframe verify`: whether SFrame sections are well-formed and say what .eh_frame says. */

import { printText } from '../../text/byte-writer';
import { ProgressBar } from '../../text/progress-bar';
import { formatLeftOut } from '../coverage/coverage-text';
import { notLookedAtJson, sframeJsonHead, verifyFileJson } from '../json';
import { formatVerification, formatVerifySummary } from './verify-text';
import { findElfFiles } from '../files/elf-files';
import { ExitCode, worstOf } from '../exit-code';
import { forEachElfFile, reportFailures } from '../files/file-run';
import { verdictOf, verifyImage, type Verdict } from '../../../sframe';

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
 * @returns the exit code: CheckFailed when a section is damaged or differs
 * @throws the system's error when the output cannot be written
 */
export function runSFrameVerify(names: readonly string[], options: SFrameVerifyOptions): ExitCode {
  const files = findElfFiles(names);
  const bar = new ProgressBar(files.paths.length);
  const verdicts = new Map<Verdict, number>();
  let exitCode = ExitCode.Good;
  let separator = '\n';
  const print = (text: string) => {
    bar.clear();
    printText(text);
  };
  if (options.json) print(`${sframeJsonHead('perf-sframe/sframe-verify')},"files":[`);
  const failed = forEachElfFile(files, {
    laysOut: true,
    visit: (image) => {
      const verification = verifyImage(image, options);
      const verdict = verdictOf(verification);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      if (failing.has(verdict)) exitCode = worstOf(exitCode, ExitCode.CheckFailed);
      if (!files.hasFolders && failingOfNamedFile.has(verdict))
        exitCode = worstOf(exitCode, ExitCode.NoTable);
      // Below folders most files have no SFrame section: they are counted, not listed.
      if (files.hasFolders && verdict === 'no-sframe') return;
      if (options.json) {
        print(separator + JSON.stringify(verifyFileJson(verification, verdict, options.limit)));
        separator = ',\n';
      } else if (!files.hasFolders || verdict !== 'agrees') {
        print(formatVerification(verification, verdict, options.limit));
      }
    },
    onProgress: (done) => bar.update(done),
  });
  bar.clear();
  if (options.json) {
    const rest = { verdicts: Object.fromEntries(verdicts), ...notLookedAtJson(files.leftOut, failed) };
    print(`\n],\n${JSON.stringify(rest).slice(1)}\n`);
  } else if (files.paths.length > 1 || files.hasFolders) {
    print(`\n${formatVerifySummary(verdicts)}${formatLeftOut(files.leftOut)}`);
  }
  reportFailures(failed, files);
  return failed.length > 0 ? ExitCode.Unusable : exitCode;
}
