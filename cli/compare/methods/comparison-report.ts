/**
 * What `compare` found in one recording, as plain data: the JSON that docs/compare.md describes, and what the text
 * and the page are made from. Names are as the recording has them: who prints them escapes them.
 */

import { StopReason, stopReasonTexts, type Module } from '../../../unwinder';
import type { Session, StackSizes } from '../../../profile';
import type { Comparison, DivergenceExample } from './comparison';
import { divergenceCauses, type DivergenceCause } from './divergence-cause';
import { FALSE_OUTERMOST, type Ending, type MethodName, type MethodRun } from './method-run';
import type { RebuildCandidate } from './sframe-coverage';

/** Changes when a field changes its meaning or goes away; new fields do not change it. */
export const COMPARISON_SCHEMA_VERSION = 1;

/** Shares of samples for which a sufficient size of stack copies is given. */
const STACK_SHARES = [0.9, 0.99, 1] as const;

export interface ComparisonReport {
  readonly schema: 'perf-sframe-compare';
  readonly version: typeof COMPARISON_SCHEMA_VERSION;
  readonly kind: 'methods';
  readonly recording: string;
  readonly samples: {
    readonly compared: number;
    /** Without user registers or stack copy. */
    readonly skipped: number;
  };
  readonly methods: readonly MethodReport[];
  readonly pairs: readonly PairReport[];
  readonly causes: readonly CauseReport[];
  readonly modules: readonly PlaceReport[];
  readonly functions: readonly PlaceReport[];
  readonly divergences: readonly DivergenceReport[];
  readonly coverage: {
    readonly samples: number;
    readonly covered: number;
    readonly frames: number;
    readonly reachedFrames: number;
    readonly rebuild: readonly RebuildCandidate[];
  };
  readonly stackCopies: {
    readonly samples: number;
    readonly cutOff: number;
    readonly sufficientSizes: readonly SizeReport[];
  };
}

/** Which size of stack copies suffices for a share of the samples. */
export interface SizeReport {
  readonly share: number;
  /** Null where no size is known to. */
  readonly bytes: number | null;
  /** Why: no complete stack tells, or stacks go on further away than perf copies; else null. */
  readonly obstacle: 'unknown' | 'too-far' | null;
}

export interface MethodReport {
  readonly name: MethodName;
  readonly samples: number;
  /** Stacks that reach the outermost frame, by what DWARF says where it knows. */
  readonly complete: number;
  readonly frames: number;
  readonly meanDepth: number;
  readonly maxDepth: number;
  /** Of samples for which all rules were in the cache; null for recorded chains, and where there is no such sample. */
  readonly framesPerSecond: number | null;
  /** Empty for recorded chains, which do not tell. */
  readonly stops: readonly StopReport[];
  /** Why the method can find nothing at all in this recording; else null. */
  readonly note: string | null;
}

/** Why stacks end. */
export interface StopReport {
  /** The name of a StopReason in kebab case, or "false-outermost". */
  readonly reason: string;
  readonly text: string;
  readonly samples: number;
  /** Of these, those whose stacks are complete. */
  readonly complete: number;
}

export interface PairReport {
  /** The method that is taken as right. */
  readonly right: MethodName;
  readonly other: MethodName;
  readonly identical: number;
  readonly prefix: number;
  readonly diverged: number;
}

/** Samples in which two methods part, by cause. */
export interface CauseReport {
  readonly right: MethodName;
  readonly other: MethodName;
  readonly cause: DivergenceCause;
  readonly text: string;
  readonly samples: number;
}

/** Where chains part from DWARF's, in samples by method. */
export interface PlaceReport {
  readonly binary: string;
  /** Null for a whole binary. */
  readonly symbol: string | null;
  readonly samples: Readonly<Partial<Record<MethodName, number>>>;
}

export interface DivergenceReport extends CauseReport {
  readonly binary: string;
  readonly symbol: string;
  readonly example: {
    readonly thread: string;
    readonly tid: number;
    /** Seconds of the recording's clock; null without times. */
    readonly time: string | null;
    readonly firstDifference: number;
    /** Index of the frame to blame: the last that both share, or one further in. */
    readonly culprit: number;
    readonly right: readonly FrameReport[];
    readonly other: readonly FrameReport[];
  };
}

export interface FrameReport {
  /** Hexadecimal, as perf prints it. */
  readonly address: string;
  readonly symbol: string | null;
  readonly symbolOffset: number | null;
  readonly binary: string;
}

/** Puts the findings together. @param recording its path */
export function reportComparison(
  recording: string,
  session: Session,
  comparison: Comparison,
): ComparisonReport {
  const { coverage, stackSizes } = comparison;
  const divergences = comparison.divergences.map(
    ({ right, other, cause, binary, symbol, samples, example }) => ({
      right,
      other,
      cause,
      text: divergenceCauses[cause],
      samples,
      binary,
      symbol,
      example: reportExample(session, example),
    }),
  );
  return {
    schema: 'perf-sframe-compare',
    version: COMPARISON_SCHEMA_VERSION,
    kind: 'methods',
    recording,
    samples: { compared: comparison.comparedSamples, skipped: comparison.skippedSamples },
    methods: comparison.runs.map((run) => reportMethod(session, run)),
    pairs: comparison.pairs.map(({ right, other, relations }) => ({
      right: right.name,
      other: other.name,
      ...relations,
    })),
    causes: sumCauses(divergences),
    modules: sumPlaces(divergences, (group) => ({ binary: group.binary, symbol: null })),
    functions: sumPlaces(divergences, (group) => ({ binary: group.binary, symbol: group.symbol })),
    divergences,
    coverage: {
      samples: coverage.samples,
      covered: coverage.coveredSamples,
      frames: coverage.frames,
      reachedFrames: coverage.reachedFrames,
      rebuild: coverage.rankRebuilds(),
    },
    stackCopies: {
      samples: stackSizes.samples,
      cutOff: stackSizes.cutOffSamples,
      sufficientSizes: reportSizes(stackSizes),
    },
  };
}

function reportSizes(stackSizes: StackSizes): SizeReport[] {
  return stackSizes.sizesFor(STACK_SHARES).map((size, i) => {
    const share = STACK_SHARES[i];
    return typeof size === 'number'
      ? { share, bytes: size, obstacle: null }
      : { share, bytes: null, obstacle: size };
  });
}

function reportMethod(session: Session, run: MethodRun): MethodReport {
  return {
    name: run.name,
    samples: run.samples,
    complete: run.completeStacks,
    frames: run.frames,
    meanDepth: run.frames / Math.max(1, run.samples),
    maxDepth: run.deepest,
    framesPerSecond: run.warmMs === 0 ? null : Math.round((run.warmFrames / run.warmMs) * 1e3),
    stops: run.endings
      .map((samples, ending) => ({
        reason: endingKey(ending),
        text: ending === FALSE_OUTERMOST ? falseOutermostText : stopReasonTexts[ending],
        samples,
        complete: run.completeByEnding[ending] ?? 0,
      }))
      .filter(({ samples }) => samples > 0)
      .sort((a, b) => b.samples - a.samples),
    note: noteOf(session, run.name),
  };
}

const falseOutermostText = 'takes a frame for the outermost that has a caller';

/** Why a method can find no caller in any sample; null where it can. */
function noteOf(session: Session, method: MethodName): string | null {
  const { sources, architecture } = session.unwinding;
  if (!sources || !architecture) return null;
  const binaries = binariesOfFrames(session);
  if (method === 'sframe' && !binaries.some((module) => sources.sframeOf(module))) {
    return 'no binary has an .sframe section: build with -Wa,--gsframe-3';
  }
  if (method === 'dwarf' && !binaries.some((module) => sources.dwarfOf(module))) {
    return 'no binary has .eh_frame or .debug_frame: is --symfs right?';
  }
  const hasFramePointer = session.recording.events.some((event) =>
    session.unwinding.registersOf(event.index)?.has(architecture.framePointer),
  );
  if (method === 'fp' && !hasFramePointer) return 'the frame pointer is not among the recorded registers';
  return null;
}

/** The binaries in user space that frames lie in. */
function binariesOfFrames({ frames, mappings }: Session): Module[] {
  const modules = new Set<Module>();
  for (let frame = 0; frame < frames.count; frame++) {
    const mapping = frames.mapping[frame];
    if (mapping >= 0) modules.add(mappings.mappings[mapping].module);
  }
  return [...modules].filter((module) => !module.isKernel);
}

/** The name of a reason in JSON and per-sample rows: its enumerator in kebab case. */
export function endingKey(ending: Ending): string {
  if (ending === FALSE_OUTERMOST) return 'false-outermost';
  return StopReason[ending].replace(
    /[A-Z]/g,
    (letter, at: number) => (at > 0 ? '-' : '') + letter.toLowerCase(),
  );
}

function sumCauses(divergences: readonly DivergenceReport[]): CauseReport[] {
  const sums = new Map<string, CauseReport & { samples: number }>();
  for (const { right, other, cause, text, samples } of divergences) {
    const key = `${right} ${other} ${cause}`;
    const sum = sums.get(key);
    if (sum) sum.samples += samples;
    else sums.set(key, { right, other, cause, text, samples });
  }
  return [...sums.values()].sort((a, b) => b.samples - a.samples);
}

function sumPlaces(
  divergences: readonly DivergenceReport[],
  placeOf: (group: DivergenceReport) => { binary: string; symbol: string | null },
): PlaceReport[] {
  const sums = new Map<
    string,
    { binary: string; symbol: string | null; samples: Partial<Record<MethodName, number>> }
  >();
  for (const group of divergences) {
    if (group.right !== 'dwarf') continue;
    const place = placeOf(group);
    const key = `${place.binary}\0${place.symbol}`;
    let sum = sums.get(key);
    if (!sum) sums.set(key, (sum = { ...place, samples: {} }));
    sum.samples[group.other] = (sum.samples[group.other] ?? 0) + group.samples;
  }
  const most = ({ samples }: PlaceReport): number => Math.max(...Object.values(samples));
  return [...sums.values()].sort((a, b) => most(b) - most(a));
}

function reportExample(session: Session, example: DivergenceExample): DivergenceReport['example'] {
  const { times } = session.recording;
  const { timeDelta } = example;
  return {
    thread: example.thread,
    tid: example.tid,
    time:
      timeDelta === undefined
        ? null
        : `${times.secondsOf(timeDelta)}.${String(times.nanosecondsOf(timeDelta)).padStart(9, '0')}`,
    firstDifference: example.firstDifference,
    culprit: example.culprit,
    right: Array.from(example.rightFrames, (frame) => reportFrame(session, frame)),
    other: Array.from(example.otherFrames, (frame) => reportFrame(session, frame)),
  };
}

function reportFrame({ names }: Session, frame: number): FrameReport {
  const { symbol, symbolOffset, binary } = names.resolve(frame);
  return {
    address: names.addressText(frame),
    symbol: symbol ?? null,
    symbolOffset: symbol === undefined ? null : symbolOffset,
    binary,
  };
}
