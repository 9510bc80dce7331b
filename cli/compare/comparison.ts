/**
 * `compare` over one recording: each sample's user stack found in several ways, their chains compared pair by pair,
 * divergences explained and counted by cause, binary and function.
 */

import { PERF_RECORD_MISC_USER, TWO_POW_32, type RecordedEvent, type Sample } from '../../parser';
import {
  UNMAPPED_USER,
  type Architecture,
  type Callchain,
  type SourceRegistry,
  type Thread,
} from '../../unwinder';
import type { Session } from '../pipeline/session';
import {
  byTrust,
  CauseFinder,
  findDivergence,
  type Culprit,
  type DivergenceCause,
  type Relation,
} from './divergence-cause';
import { MethodRun, type MethodName } from './method-run';
import { SFrameCoverage } from './sframe-coverage';
import { StackSizes } from './stack-sizes';

const UNWOUND_METHODS = ['sframe', 'dwarf', 'fp', 'auto'] as const;

/** Two methods, compared over all samples; `right` is the one that is taken as right. */
export interface PairCounts {
  readonly right: MethodName;
  readonly other: MethodName;
  readonly relations: Record<Relation, number>;
}

/** Divergences of one pair, cause and place. */
export interface DivergenceGroup {
  readonly right: MethodName;
  readonly other: MethodName;
  readonly cause: DivergenceCause;
  /** As the recording names the binary; "[unknown]" for an address in no mapping. */
  readonly binary: string;
  readonly symbol: string;
  samples: number;
  readonly example: DivergenceExample;
}

/** The first case met of a group: both chains, innermost first, as frame indices. */
export interface DivergenceExample {
  readonly thread: string;
  readonly tid: number;
  /** Since the recording's time base, in nanoseconds; undefined without times. */
  readonly timeDelta: number | undefined;
  readonly firstDifference: number;
  readonly rightFrames: Int32Array;
  readonly otherFrames: Int32Array;
}

/** What a listener is told of each compared sample. Everything is reused. */
export type ComparedSampleListener = (
  sample: Sample,
  event: RecordedEvent,
  thread: Thread,
  comparison: Comparison,
) => void;

export class Comparison {
  readonly runs: readonly MethodRun[];
  readonly pairs: readonly PairCounts[];
  readonly coverage: SFrameCoverage;
  readonly stackSizes = new StackSizes();
  /** Samples that were compared. */
  comparedSamples = 0;
  /** Samples without user registers or stack copy (kernel threads, other events): nothing to compare. */
  skippedSamples = 0;
  private readonly groups = new Map<string, DivergenceGroup>();
  private readonly causes: CauseFinder;

  constructor(
    private readonly session: Session,
    architecture: Architecture,
    sources: SourceRegistry,
    withRecorded: boolean,
  ) {
    const runs: MethodRun[] = UNWOUND_METHODS.map(
      (name) => new MethodRun(name, session.createUnwinder(name)),
    );
    if (withRecorded) runs.push(new MethodRun('recorded', undefined));
    this.runs = runs;
    this.pairs = allPairs(runs.map((run) => run.name));
    this.causes = new CauseFinder(architecture, sources);
    this.coverage = new SFrameCoverage(session, sources);
  }

  /** The run of a method, if it takes part. */
  run(name: MethodName): MethodRun | undefined {
    return this.runs.find((run) => run.name === name);
  }

  /** Divergences, most samples first. */
  get divergences(): DivergenceGroup[] {
    return [...this.groups.values()].sort((a, b) => b.samples - a.samples);
  }

  /** Compares one sample. @returns false when it has nothing to compare */
  addSample(sample: Sample, event: RecordedEvent, thread: Thread, recorded: Callchain): boolean {
    const registers = this.session.registersOf(event);
    if (!registers || sample.userRegsOffset < 0 || sample.stackSizeBytes === 0) {
      this.skippedSamples++;
      return false;
    }
    this.comparedSamples++;
    for (const run of this.runs) {
      if (run.unwinder) run.unwind(sample, registers, thread.space);
      else this.takeRecorded(run, recorded, thread);
      run.countSample();
    }
    for (const pair of this.pairs) this.comparePair(pair, sample, thread);
    const dwarf = this.run('dwarf')!;
    this.coverage.addSample(dwarf.chain);
    this.stackSizes.addSample(dwarf, registers.stackPointer(sample), sample.stackSizeBytes);
    return true;
  }

  /** The user part of the recorded chain, with callers' addresses as unwinding gives them: one before the return address. */
  private takeRecorded(run: MethodRun, recorded: Callchain, thread: Thread): void {
    const { frames } = this.session;
    run.chain.reset();
    for (let i = 0; i < recorded.count; i++) {
      const frame = recorded.frames[i];
      if (!this.isUserFrame(frame)) continue;
      let low = frames.addressLow[frame];
      let high = frames.addressHigh[frame];
      if (run.chain.count > 0) {
        if (low === 0) high = (high + TWO_POW_32 - 1) % TWO_POW_32;
        low = (low - 1) >>> 0;
      }
      run.chain.push(this.session.frameOf(PERF_RECORD_MISC_USER, low, high, thread));
    }
  }

  private isUserFrame(frame: number): boolean {
    const mapping = this.session.frames.mapping[frame];
    if (mapping < 0) return mapping === UNMAPPED_USER;
    return !this.session.mappings.mappings[mapping].module.isKernel;
  }

  private comparePair(pair: PairCounts, sample: Sample, thread: Thread): void {
    const right = this.run(pair.right)!.chain;
    const other = this.run(pair.other)!.chain;
    const divergence = findDivergence(right, other);
    pair.relations[divergence?.relation ?? 'identical']++;
    if (!divergence) return;
    const { index } = divergence;
    const shared = Array.from(right.frames.subarray(0, Math.max(1, index))).reverse();
    const culprits = shared.map((frame, i) => this.culpritOf(frame, i === shared.length - 1));
    const cause = this.causes.explain(culprits, pair.other, divergence, right, other);
    const name = this.session.names.resolve(shared[0]);
    const symbol = name.symbol ?? '[unknown]';
    const key = `${pair.right} ${pair.other} ${cause} ${name.binary} ${symbol}`;
    const group = this.groups.get(key);
    if (group) group.samples++;
    else {
      this.groups.set(key, {
        right: pair.right,
        other: pair.other,
        cause,
        binary: name.binary,
        symbol,
        samples: 1,
        example: {
          thread: thread.displayName,
          tid: sample.tid,
          timeDelta: sample.hasTime
            ? this.session.recording.times.delta(sample.timeLow, sample.timeHigh)
            : undefined,
          firstDifference: index,
          rightFrames: right.frames.slice(0, right.count),
          otherFrames: other.frames.slice(0, other.count),
        },
      });
    }
  }

  private culpritOf(frame: number, isInnermost: boolean): Culprit {
    const mapping = this.session.mappings.mappings[this.session.frames.mapping[frame]];
    if (mapping === undefined) return { module: undefined, svma: NaN, isInnermost };
    const { module } = mapping;
    return {
      module,
      svma: module.svmaOfFileOffset(this.session.names.avmaOf(frame) - mapping.delta),
      isInnermost,
    };
  }
}

function allPairs(names: readonly MethodName[]): PairCounts[] {
  const ordered = [...names].sort(byTrust);
  return ordered.flatMap((right, i) =>
    ordered
      .slice(i + 1)
      .map((other) => ({ right, other, relations: { identical: 0, prefix: 0, diverged: 0 } })),
  );
}
