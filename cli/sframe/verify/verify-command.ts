/** `perf-sframe sframe verify`: whether SFrame sections are well-formed and say what .eh_frame says. */

import { writeFileSync } from 'node:fs';
import { printText } from '../../text/byte-writer';
import { ProgressBar } from '../../text/terminal/progress-bar';
import { Accepted, formatBaseline } from '../ci/accepted';
import { listFindings, verdictWithout, type FileFinding } from '../ci/file-findings';
import { formatReport, type ReportFormat } from '../ci/reports';
import { formatLeftOut } from '../coverage/coverage-text';
import { notLookedAtJson, sframeJsonHead, verifyFileJson } from '../json';
import { formatVerification, formatVerifySummary } from './verify-text';
import { findElfFiles } from '../files/elf-files';
import { ExitCode, worstOf } from '../exit-code';
import { forEachElfFile, reportFailures } from '../files/file-run';
import { verifyImage, type Verdict } from '../../../sframe';

export interface SFrameVerifyOptions {
  readonly format: ReportFormat;
  /** Functions with differences to print for a file; Infinity for all. */
  readonly limit: number;
  readonly skippedSections: readonly string[];
  /** Files below folders must have a table too. */
  readonly requiresSFrame: boolean;
  /** KIND[:SECTION|FUNCTION]. */
  readonly allow: readonly string[];
  readonly baseline: string | undefined;
  /** A file that all findings are written to, and which accepts them. */
  readonly writeBaseline: string | undefined;
}

const failing = new Set<Verdict>(['differs', 'damaged']);
/** That it could not be compared makes the run fail for a file that was named; for all, with --require-sframe. */
const incomparable = new Set<Verdict>(['no-sframe', 'no-reference']);

/**
 * @returns the exit code: CheckFailed when a section is damaged or differs in more than is accepted
 * @throws UsageError, ParseError when what is to be accepted cannot be read; the system's error when the output cannot be written
 */
export function runSFrameVerify(names: readonly string[], options: SFrameVerifyOptions): ExitCode {
  const { format } = options;
  const accepted = Accepted.from(options.allow, options.baseline);
  const files = findElfFiles(names);
  const bar = new ProgressBar(files.paths.length);
  const verdicts = new Map<Verdict, number>();
  const lookedAt: string[] = [];
  const findings: FileFinding[] = [];
  const all: FileFinding[] = [];
  const mustHave = options.requiresSFrame || !files.hasFolders;
  let acceptedCount = 0;
  let exitCode = ExitCode.Good as ExitCode;
  let separator = '\n';
  const print = (text: string) => {
    bar.clear();
    printText(text);
  };
  if (format === 'json') print(`${sframeJsonHead('perf-sframe/sframe-verify')},"files":[`);
  const failed = forEachElfFile(files, {
    laysOut: true,
    visit: (image) => {
      const verification = verifyImage(image, options);
      const found = listFindings(verification);
      const left = found.filter((finding) => !accepted.accepts(finding));
      const verdict = verdictWithout(verification, left);
      acceptedCount += found.length - left.length;
      all.push(...found);
      findings.push(...left);
      lookedAt.push(image.name);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      if (failing.has(verdict)) exitCode = worstOf(exitCode, ExitCode.CheckFailed);
      if (mustHave && incomparable.has(verdict)) {
        exitCode = worstOf(exitCode, ExitCode.NoTable);
        const message = 'no SFrame section, or nothing to compare it with';
        findings.push({ file: image.name, kind: verdict, section: '', functionName: undefined, message });
      }
      // Below folders most files have no SFrame section: they are counted, not listed.
      if (!mustHave && verdict === 'no-sframe') return;
      if (format === 'json') {
        print(separator + JSON.stringify(verifyFileJson(verification, verdict, options.limit)));
        separator = ',\n';
      } else if (format === 'text' && (!files.hasFolders || verdict !== 'agrees')) {
        print(formatVerification(verification, verdict, options.limit));
      }
    },
    onProgress: (done) => bar.update(done),
  });
  bar.clear();
  if (format === 'json') {
    const rest = {
      verdicts: Object.fromEntries(verdicts),
      accepted: acceptedCount,
      ...notLookedAtJson(files.leftOut, failed),
    };
    print(`\n],\n${JSON.stringify(rest).slice(1)}\n`);
  } else if (format === 'text') {
    if (files.paths.length > 1 || files.hasFolders) {
      print(`\n${formatVerifySummary(verdicts)}${formatLeftOut(files.leftOut)}`);
    }
    if (acceptedCount > 0) print(`${acceptedCount} findings are accepted\n`);
  } else print(formatReport({ files: lookedAt, findings, failed }, format));
  if (options.writeBaseline !== undefined) writeFileSync(options.writeBaseline, formatBaseline(all));
  reportFailures(failed, files);
  if (failed.length > 0) return ExitCode.Unusable;
  // What was written down just now is accepted.
  return options.writeBaseline !== undefined && exitCode === ExitCode.CheckFailed ? ExitCode.Good : exitCode;
}
