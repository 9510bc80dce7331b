/** `perf-sframe sframe verify`: whether SFrame sections are well-formed and say what .eh_frame says. */

import { writeFileSync } from 'node:fs';
import { printForReading, printText } from '../../text/byte-writer';
import { ProgressBar } from '../../text/terminal/progress-bar';
import { Accepted, formatBaseline } from '../ci/accepted';
import { listFindings, verdictWithout, type FileFinding } from '../ci/file-findings';
import { formatReport, type ReportFormat } from '../ci/reports';
import { formatLeftOut } from '../coverage/coverage-text';
import { notLookedAtJson, sframeJsonHead, verifyFileJson } from '../json';
import { formatVerification, formatVerifySummary } from './verify-text';
import { findElfFiles, type ElfFiles, type FailedFile } from '../files/elf-files';
import { ExitCode, worstOf } from '../exit-code';
import { finishFileRun, forEachElfFile } from '../files/file-run';
import type { ElfImage } from '../../../parser';
import { verifyImage, type Verdict, type Verification } from '../../../sframe';

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
  const accepted = Accepted.from(options.allow, options.baseline);
  return new VerifyRun(findElfFiles(names), options, accepted).run();
}

class VerifyRun {
  private readonly bar: ProgressBar;
  private readonly verdicts = new Map<Verdict, number>();
  private readonly lookedAt: string[] = [];
  /** All that was found. */
  private readonly all: FileFinding[] = [];
  /** What is not accepted of it. */
  private readonly left: FileFinding[] = [];
  private readonly mustHave: boolean;
  private acceptedCount = 0;
  private exitCode = ExitCode.Good as ExitCode;
  private separator = '\n';

  constructor(
    private readonly files: ElfFiles,
    private readonly options: SFrameVerifyOptions,
    private readonly accepted: Accepted,
  ) {
    this.bar = new ProgressBar(files.paths.length);
    this.mustHave = options.requiresSFrame || !files.hasFolders;
  }

  run(): ExitCode {
    const { files, options } = this;
    if (options.format === 'json') this.print(`${sframeJsonHead('perf-sframe/sframe-verify')},"files":[`);
    const outcome = forEachElfFile(files, {
      judgesTables: true,
      laysOut: true,
      visit: (image) => this.visit(image),
      onProgress: (done) => this.bar.update(done),
    });
    this.bar.clear();
    this.printEnd(outcome.failed);
    if (options.writeBaseline !== undefined) writeFileSync(options.writeBaseline, formatBaseline(this.all));
    // What was written down just now is accepted.
    const isAccepted = options.writeBaseline !== undefined && this.exitCode === ExitCode.CheckFailed;
    return finishFileRun(outcome, files, isAccepted ? ExitCode.Good : this.exitCode);
  }

  private visit(image: ElfImage): void {
    const { verdicts, mustHave } = this;
    const verification = verifyImage(image, this.options);
    const found = listFindings(verification);
    const left = found.filter((finding) => !this.accepted.accepts(finding));
    const verdict = verdictWithout(verification, left);
    this.acceptedCount += found.length - left.length;
    this.all.push(...found);
    this.left.push(...left);
    this.lookedAt.push(image.name);
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    if (failing.has(verdict)) this.exitCode = worstOf(this.exitCode, ExitCode.CheckFailed);
    if (mustHave && incomparable.has(verdict)) {
      this.exitCode = worstOf(this.exitCode, ExitCode.NoTable);
      const message = 'no SFrame section, or nothing to compare it with';
      this.left.push({ file: image.name, kind: verdict, section: '', functionName: undefined, message });
    }
    // Below folders most files have no SFrame section: they are counted, not listed.
    if (mustHave || verdict !== 'no-sframe') this.printFile(verification, verdict);
  }

  private printFile(verification: Verification, verdict: Verdict): void {
    const { format, limit } = this.options;
    if (format === 'json') {
      this.print(this.separator + JSON.stringify(verifyFileJson(verification, verdict, limit)));
      this.separator = ',\n';
    } else if (format === 'text' && (!this.files.hasFolders || verdict !== 'agrees')) {
      this.print(formatVerification(verification, verdict, limit));
    }
  }

  private printEnd(failed: readonly FailedFile[]): void {
    const { files, verdicts, acceptedCount, options } = this;
    if (options.format === 'json') {
      const rest = {
        verdicts: Object.fromEntries(verdicts),
        accepted: acceptedCount,
        ...notLookedAtJson(files.leftOut, failed),
      };
      this.print(`\n],\n${JSON.stringify(rest).slice(1)}\n`);
    } else if (options.format === 'text') {
      if (files.paths.length > 1 || files.hasFolders) {
        this.print(`\n${formatVerifySummary(verdicts)}${formatLeftOut(files.leftOut)}`);
      }
      if (acceptedCount > 0) this.print(`${acceptedCount} findings are accepted\n`);
    } else this.print(formatReport({ files: this.lookedAt, findings: this.left, failed }, options.format));
  }

  private print(text: string): void {
    this.bar.clear();
    if (this.options.format === 'text') printForReading(text);
    else printText(text);
  }
}
