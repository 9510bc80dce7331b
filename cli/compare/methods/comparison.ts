/**
 * `compare` over one recording: each sample's user stack found in several ways, their chains compared pair by pair,
 * divergences explained and counted by cause, binary and function.
 */

import { PERF_RECORD_MISC_USER, type RecordedEvent, type Sample } from '../../../parser';
import {
  type Architecture,
  type Callchain,
  type FrameUnwinder,
  type SourceRegistry,
  type Thread,
} from '../../../unwinder';
import { type Session, StackSizes } from '../../../profile';
import { CauseFinder } from './cause-finder';
import { byTrust, findDivergence, type Relation } from './divergence';
import type { DivergenceCause } from './divergence-cause';
import { FramePlaces } from './frame-places';
import { MethodRun, type MethodName } from './method-run';
import { RecordedFrames } from './recorded-frames';
import { SFrameCoverage } from './sframe-coverage';

const UNWOUND_METHODS = ['sframe', 'dwarf', 'fp', 'auto'] as const;

/** Two methods, compared over all samples; `right` is the one that is taken as right. */
export class MethodPair {
  readonly relations: Record<Relation, number> = { identical: 0, prefix: 0, diverged: 0 };
  /** How the chains of the sample compared last relate, and why they part. */
  relation: Relation = 'identical';
  cause: DivergenceCause | undefined;
  /** Divergences by cause, then by the frame to blame: their groups. */
  readonly groupOfFrame = new Map<DivergenceCause, (DivergenceGroup | undefined)[]>();

  constructor(
    readonly right: MethodRun,
    readonly other: MethodRun,
  ) {}
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
  /** Index of the frame to blame: the last that both share, or one further in. */
  readonly culprit: number;
  readonly rightFrames: Int32Array;
  readonly otherFrames: Int32Array;
}

export class Comparison {
  readonly runs: readonly MethodRun[];
  readonly pairs: readonly MethodPair[];
  readonly coverage: SFrameCoverage;
  readonly stackSizes = new StackSizes();
  /** Samples that were compared. */
  comparedSamples = 0;
  /** Samples without user registers or stack copy (kernel threads, other events): nothing to compare. */
  skippedSamples = 0;
  private readonly groups = new Map<string, DivergenceGroup>();
  private readonly recordedFrames: RecordedFrames;
  private readonly causes: CauseFinder;
  private readonly dwarf: MethodRun;
  private readonly dwarfUnwinder: FrameUnwinder;

  constructor(
    private readonly session: Session,
    architecture: Architecture,
    sources: SourceRegistry,
    { withRecorded, withKernelRules }: { withRecorded: boolean; withKernelRules: boolean },
  ) {
    const unwinders = UNWOUND_METHODS.map((name) => session.unwinding.createUnwinder(name));
    const runs = UNWOUND_METHODS.map((name, i) => new MethodRun(name, unwinders[i]));
    if (withKernelRules) runs.push(new MethodRun('kernel', session.unwinding.createKernelUnwinder()));
    this.dwarfUnwinder = unwinders[UNWOUND_METHODS.indexOf('dwarf')]!;
    if (withRecorded) runs.push(new MethodRun('recorded', undefined));
    this.runs = runs;
    this.pairs = allPairs(runs);
    this.dwarf = this.run('dwarf')!;
    const places = new FramePlaces(session);
    this.recordedFrames = new RecordedFrames(session);
    this.causes = new CauseFinder(architecture, sources, places);
    this.coverage = new SFrameCoverage(session.mappings.modules, sources, places);
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
    const registers = this.session.unwinding.registersOf(event.index);
    if (!registers || sample.userRegsOffset < 0 || sample.stackSizeBytes === 0) {
      this.skippedSamples++;
      return false;
    }
    const { runs } = this;
    // Who comes first finds cold caches: each in turn, so that frames per second compare.
    for (let i = 0; i < runs.length; i++) {
      const run = runs[(i + this.comparedSamples) % runs.length];
      if (run.unwinder) run.unwind(sample, registers, thread.space);
      else this.takeRecorded(run, recorded, thread);
      if (run.name === 'kernel') this.lookBeforeReturns(run, thread);
    }
    for (const run of runs) run.countSample(this.dwarf.chain);
    this.comparedSamples++;
    this.countMissingNames(sample);
    for (const pair of this.pairs) this.comparePair(pair, sample, thread);
    this.coverage.addSample(this.dwarf.chain);
    this.countStackSize(sample, registers.stackPointer(sample));
    return true;
  }

  /** The session has the recorded frames alone, which are none of user space. */
  private countMissingNames({ cpumode }: Sample): void {
    const { frames, count } = this.dwarf.chain;
    this.session.binaries.missingNames.addFrames(frames, count, cpumode === PERF_RECORD_MISC_USER);
  }

  private countStackSize(sample: Sample, stackPointer: number): void {
    const { outermostStackPointer } = this.dwarfUnwinder;
    const { tid, stackSizeBytes } = sample;
    this.stackSizes.addSample(
      this.dwarf.chain.stop,
      tid,
      stackPointer,
      outermostStackPointer,
      stackSizeBytes,
    );
  }

  /** The user part of the recorded chain. */
  private takeRecorded(run: MethodRun, recorded: Callchain, thread: Thread): void {
    run.chain.reset();
    for (let i = 0; i < recorded.count; i++) {
      const frame = recorded.frames[i];
      if (!this.recordedFrames.isKernel(frame)) run.chain.push(frame);
    }
    this.lookBeforeReturns(run, thread);
  }

  /** Makes return addresses, which the kernel gives as they are, those of the calls. */
  private lookBeforeReturns({ chain }: MethodRun, thread: Thread): void {
    for (let i = 1; i < chain.count; i++) {
      chain.frames[i] = this.recordedFrames.callOf(chain.frames[i], thread);
    }
  }

  private comparePair(pair: MethodPair, sample: Sample, thread: Thread): void {
    const right = pair.right.chain;
    const other = pair.other.chain;
    const divergence = findDivergence(right, other, this.isSameFrame);
    pair.relation = divergence?.relation ?? 'identical';
    pair.relations[pair.relation]++;
    pair.cause = divergence && this.causes.explain(pair.other.name, divergence, right, other);
    if (!divergence || !pair.cause) return;
    const culpritIndex = this.causes.culprit;
    const culprit = right.frames[culpritIndex];
    let groups = pair.groupOfFrame.get(pair.cause);
    if (!groups) pair.groupOfFrame.set(pair.cause, (groups = []));
    const group = (groups[culprit] ??= this.groupOf(pair, pair.cause, culprit, () => ({
      thread: thread.displayName,
      tid: sample.tid,
      timeDelta: sample.hasTime
        ? this.session.recording.times.delta(sample.timeLow, sample.timeHigh)
        : undefined,
      firstDifference: divergence.index,
      culprit: culpritIndex,
      rightFrames: right.frames.slice(0, right.count),
      otherFrames: other.frames.slice(0, other.count),
    })));
    group.samples++;
  }

  /** The group that a frame belongs to: many frames are in one function. */
  private groupOf(
    pair: MethodPair,
    cause: DivergenceCause,
    culprit: number,
    example: () => DivergenceExample,
  ): DivergenceGroup {
    const { symbol = '[unknown]', binary } = this.session.names.resolve(culprit);
    const right = pair.right.name;
    const other = pair.other.name;
    const key = [right, other, cause, binary, symbol].join('\0');
    let group = this.groups.get(key);
    if (!group) {
      group = { right, other, cause, binary, symbol, samples: 0, example: example() };
      this.groups.set(key, group);
    }
    return group;
  }

  /**
   * A signal trampoline is entered at its first byte, which a method that does not know it for one takes for a return
   * address, and looks up the byte before.
   */
  private readonly isSameFrame = (a: number, b: number): boolean => {
    const { mapping, addressLow, addressHigh } = this.session.frames;
    const distance = addressLow[a] - addressLow[b];
    return (
      mapping[a] === mapping[b] && addressHigh[a] === addressHigh[b] && (distance === 1 || distance === -1)
    );
  };
}

function allPairs(runs: readonly MethodRun[]): MethodPair[] {
  const ordered = [...runs].sort((a, b) => byTrust(a.name, b.name));
  return ordered.flatMap((right, i) => ordered.slice(i + 1).map((other) => new MethodPair(right, other)));
}
