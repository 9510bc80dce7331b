/** `perf-sframe compare`: which way of unwinding is right, how often, and why the others are not. */

import { PERF_SAMPLE_CALLCHAIN } from '../../parser';
import { Comparison } from '../compare/comparison';
import { UsageError } from '../diagnostics';
import { formatComparison } from '../output/compare-text';
import { Session, type SessionOptions } from '../pipeline/session';

/** A promise that CI holds a recording to: `METHOD=PERCENT`. */
export interface Threshold {
  readonly method: string;
  readonly percent: number;
}

export interface CompareOptions {
  readonly failUnder: readonly Threshold[];
}

/** Exit code where a threshold of --fail-under is missed. */
const EXIT_UNDER_THRESHOLD = 3;

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runCompare(sessionOptions: SessionOptions, options: CompareOptions): Promise<number> {
  const session = await Session.open({ ...sessionOptions, unwind: 'recorded' });
  const comparison = compareMethods(session);
  process.stdout.write(formatComparison(sessionOptions.input, session, comparison));
  process.stderr.write(session.diagnostics.format());
  return checkThresholds(comparison, options.failUnder);
}

/** Runs all methods over a session's recording. @throws UsageError where there is nothing to compare */
export function compareMethods(session: Session): Comparison {
  const { architecture, sources, recording } = session;
  if (!architecture || !sources) {
    throw new UsageError(
      'the recording is of a machine whose stacks cannot be unwound here (x86-64, AArch64 and s390x can)',
    );
  }
  const withRecorded = recording.events.some(
    (event) =>
      (event.attr.sampleType & PERF_SAMPLE_CALLCHAIN) !== 0 && recordsUserChains(event.attr.flagsLow),
  );
  if (!recording.events.some((event) => session.registersOf(event))) {
    throw new UsageError(
      'the samples have no user registers and stack copies, so nothing can be unwound here: record with perf record --call-graph dwarf' +
        (withRecorded
          ? '. Chains that the kernel recorded can be compared with another recording: compare A.data B.data'
          : ''),
    );
  }
  const comparison = new Comparison(session, architecture, sources, withRecorded);
  session.run((sample, event, thread, chain, isHidden) => {
    if (!isHidden) comparison.addSample(sample, event, thread, chain);
  });
  return comparison;
}

/** The flag exclude_callchain_user: `--call-graph dwarf` sets it, as user stacks are unwound later. */
const EXCLUDE_CALLCHAIN_USER = 1 << 22;

function recordsUserChains(flagsLow: number): boolean {
  return (flagsLow & EXCLUDE_CALLCHAIN_USER) === 0;
}

/** Parses the arguments of --fail-under. @throws UsageError */
export function parseThresholds(texts: readonly string[]): Threshold[] {
  return texts.map((text) => {
    const match = /^([a-z]+)=(\d+(?:\.\d+)?)%?$/.exec(text);
    if (!match) throw new UsageError(`--fail-under ${text}: say METHOD=PERCENT, e.g. sframe=95`);
    return { method: match[1], percent: Number(match[2]) };
  });
}

/** A method reaches its threshold by the share of its stacks that agree with DWARF's. */
function checkThresholds(comparison: Comparison, thresholds: readonly Threshold[]): number {
  let exitCode = 0;
  for (const { method, percent } of thresholds) {
    const run = comparison.runs.find((candidate) => candidate.name === method);
    if (!run) {
      const names = comparison.runs.map((candidate) => candidate.name).join(', ');
      throw new UsageError(`--fail-under ${method}=…: there is no such method; ${names} took part`);
    }
    const pair = comparison.pairs.find(
      (candidate) => candidate.right === 'dwarf' && candidate.other === method,
    );
    const good = pair ? pair.relations.identical : run.completeStacks;
    const reached = (100 * good) / Math.max(1, comparison.comparedSamples);
    if (reached >= percent) continue;
    const what = pair ? 'of its stacks agree with DWARF' : 'of its stacks are complete';
    process.stderr.write(`perf-sframe: ${method}: ${reached.toFixed(2)}% ${what}, less than ${percent}%\n`);
    exitCode = EXIT_UNDER_THRESHOLD;
  }
  return exitCode;
}
