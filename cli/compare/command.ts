/** `perf-sframe compare`: which way of unwinding is right, how often, and why the others are not. */

import { PERF_SAMPLE_CALLCHAIN, type RecordedEvent } from '../../parser';
import { unwindableMachines } from '../../unwinder';
import { Comparison } from './methods/comparison';
import { reportComparison } from './methods/comparison-report';
import { compareRecordings, type WeightChoice } from './difference/recording-difference';
import { SampleColumns } from './methods/sample-columns';
import type { Session } from '../../profile';
import { UsageError } from '../../profile';
import { type FileSessionOptions, openSession } from '../../profile/node';
import { finishOutput, openOutput, type OutputFile } from '../output-file';
import { namedFiles } from '../session-options';
import { formatComparisonPage, formatDifferencePage } from './text/compare-html';
import { formatDifference } from './text/difference-text';
import { formatComparison } from './text/compare-text';
import { startSampleColumns, type PerSampleTarget } from './text/sample-columns-file';
import { writeError } from '../text/error-output';
import { printable } from '../text/printable';
import { finishRun } from '../finish-run';

/** A promise that CI holds a recording to. */
export interface Threshold {
  readonly method: string;
  /** Of complete stacks, rather than of those that agree with DWARF's. */
  readonly complete: boolean;
  readonly percent: number;
}

export interface CompareOptions {
  /** A second recording. */
  readonly other: string | undefined;
  /** What shares of two recordings are of. */
  readonly weight: WeightChoice;
  /** The event of two recordings to compare, if one is chosen. */
  readonly event: string | undefined;
  readonly format: 'text' | 'json' | 'html';
  /** A file instead of standard output. */
  readonly output: string | undefined;
  /** A .csv or .parquet file for a row of each sample. */
  readonly perSample: string | undefined;
  readonly failUnder: readonly Threshold[];
  readonly isVerbose: boolean;
}

/** Exit code where a threshold of --fail-under is missed. */
const EXIT_UNDER_THRESHOLD = 3;

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runCompare(
  sessionOptions: FileSessionOptions,
  options: CompareOptions,
): Promise<number> {
  return options.other === undefined
    ? compareMethods(sessionOptions, options)
    : compareTwoRecordings(sessionOptions, options.other, options);
}

/** Opens an output before anything is read. */
function openTarget(
  option: string,
  path: string | undefined,
  sessionOptions: FileSessionOptions,
  other?: string,
): OutputFile {
  return openOutput({ option, path, inputs: [sessionOptions.input, other, ...namedFiles(sessionOptions)] });
}

async function compareMethods(sessionOptions: FileSessionOptions, options: CompareOptions): Promise<number> {
  const output = openTarget('--output', options.output, sessionOptions);
  const perSample =
    options.perSample === undefined
      ? undefined
      : { path: options.perSample, output: openTarget('--per-sample', options.perSample, sessionOptions) };
  const session = await openSession({ ...sessionOptions, unwind: 'recorded', kernelRules: false });
  const comparison = startComparison(session, sessionOptions.kernelRules === true);
  checkMethods(comparison, options.failUnder);
  await runComparison(session, comparison, perSample);
  if (comparison.comparedSamples === 0) {
    writeError('perf-sframe: no sample has user registers and a stack copy: nothing to compare\n');
  }
  const report = reportComparison(sessionOptions.input, session, comparison);
  if (options.format === 'json') finishOutput(output, `${JSON.stringify(report, null, 1)}\n`);
  else if (options.format === 'html') finishOutput(output, formatComparisonPage(report));
  else finishOutput(output, formatComparison(report, options.isVerbose));
  return finishRun(session) || checkThresholds(comparison, options.failUnder);
}

/** Compares all samples. @param perSample the file for a row of each */
async function runComparison(
  session: Session,
  comparison: Comparison,
  perSample: PerSampleTarget | undefined,
): Promise<void> {
  if (perSample === undefined) {
    session.run((sample, event, thread, chain, isHidden) => {
      if (!isHidden) comparison.addSample(sample, event, thread, chain);
    });
    return;
  }
  const columns = new SampleColumns(session, comparison);
  const file = await startSampleColumns(perSample, columns.columns);
  session.run((sample, event, thread, chain, isHidden) => {
    if (!isHidden && comparison.addSample(sample, event, thread, chain))
      columns.addRow(sample, event, thread, file.write);
  });
  columns.flush(file.write);
  file.finish();
  perSample.output.commit();
}

/** A comparison of all methods that a session's recording allows. @throws UsageError where it allows none */
function startComparison(session: Session, withKernelRules: boolean): Comparison {
  const { recording, unwinding } = session;
  const { architecture, sources } = unwinding;
  if (!architecture || !sources) {
    throw new UsageError(
      `the recording is of a machine whose stacks cannot be unwound here (only those of ${unwindableMachines.join(', ')} can)`,
    );
  }
  const unwindable = recording.events.filter((event) => unwinding.registersOf(event.index));
  if (unwindable.length === 0) {
    throw new UsageError(
      'the samples have no user registers and stack copies, so their stacks cannot be found in several ways here; record with\n' +
        '    perf record --call-graph dwarf PROGRAM\n' +
        'What can be done with this recording: compare where its time goes with that of another one,\n' +
        `    perf-sframe compare ${printable(recording.name)} OTHER.data`,
    );
  }
  const withRecorded = unwindable.some(recordsUserChains);
  return new Comparison(session, architecture, sources, { withRecorded, withKernelRules });
}

/** The flag exclude_callchain_user: `--call-graph dwarf` sets it, as user stacks are unwound later. */
const EXCLUDE_CALLCHAIN_USER = 1 << 22;

function recordsUserChains({ attr }: RecordedEvent): boolean {
  return (attr.sampleType & PERF_SAMPLE_CALLCHAIN) !== 0 && (attr.flagsLow & EXCLUDE_CALLCHAIN_USER) === 0;
}

async function compareTwoRecordings(
  sessionOptions: FileSessionOptions,
  other: string,
  options: CompareOptions,
): Promise<number> {
  const output = openTarget('--output', options.output, sessionOptions, other);
  const a = await openSession(sessionOptions);
  const b = await openSession({ ...sessionOptions, input: other });
  const report = compareRecordings(
    { path: sessionOptions.input, session: a },
    { path: other, session: b },
    options,
  );
  if (options.format === 'json') finishOutput(output, `${JSON.stringify(report, null, 1)}\n`);
  else if (options.format === 'html') finishOutput(output, formatDifferencePage(report));
  else finishOutput(output, formatDifference(report, options.isVerbose));
  const said = new Set<string>();
  return Math.max(finishRun(a, { said }), finishRun(b, { said }));
}

/** @throws UsageError where a threshold names a method that does not take part */
function checkMethods(comparison: Comparison, thresholds: readonly Threshold[]): void {
  for (const { method } of thresholds) {
    if (comparison.runs.some((run) => run.name === method)) continue;
    const names = comparison.runs.map((run) => run.name).join(', ');
    throw new UsageError(`--fail-under ${method}=…: there is no such method; ${names} take part`);
  }
}

/** A method reaches its threshold by the share of its stacks that agree with DWARF's, or that are complete. */
function checkThresholds(comparison: Comparison, thresholds: readonly Threshold[]): number {
  let exitCode = 0;
  for (const { method, complete, percent } of thresholds) {
    const run = comparison.runs.find((candidate) => candidate.name === method)!;
    const pair = complete
      ? undefined
      : comparison.pairs.find(({ right, other }) => right.name === 'dwarf' && other === run);
    const good = pair ? pair.relations.identical : run.completeStacks;
    const reached = (100 * good) / Math.max(1, comparison.comparedSamples);
    if (reached >= percent) continue;
    const what = pair ? 'of its stacks agree with DWARF' : 'of its stacks are complete';
    writeError(`perf-sframe: ${method}: ${reached.toFixed(2)}% ${what}, less than ${percent}%\n`);
    exitCode = EXIT_UNDER_THRESHOLD;
  }
  return exitCode;
}
