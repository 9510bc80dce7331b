/** What is said on stderr of a recording's stacks: how many are not whole, why, and how to record so that they are. */

import { PERF_TYPE_TRACEPOINT } from '../parser';
import { LARGEST_STACK_COPY_BYTES, type Session, type StackSizes } from '../profile';
import { StopReason, stopReasonTexts } from '../unwinder';

/** One line, with the share of samples that it is about. */
export interface Notice {
  readonly share: number;
  readonly text: string;
}

/** Shares below these are no reason to record again. */
const LEAST_CUT_OFF = 0.0005;
const LEAST_BROKEN = 0.01;
const LEAST_ALONE = 0.2;
const ALMOST_ALL = 0.99;

/** Ends of stacks that are no fault of the recording or of a binary. */
const goodStops = new Set([
  StopReason.Outermost,
  StopReason.DepthLimit,
  StopReason.StackNotCaptured,
  // The list of functions without a name says which binary is missing.
  StopReason.NoBinary,
]);

/**
 * The notices of a session that has run.
 * @param needsStacks whether the command is of no use without stacks
 */
export function adviseOnStacks(session: Session, needsStacks: boolean): Notice[] {
  const { stacks } = session;
  const notices: Notice[] = [];
  const say = (part: number, whole: number, least: number, text: string): void => {
    if (part > 0 && part >= least * whole)
      notices.push({ share: part / whole, text: `${percent(part, whole)} ${text}` });
  };
  if (stacks.samples === 0 && stacks.filteredOut > 0) {
    const text = `the filters (${filtersOf(session)}) leave none of the ${stacks.filteredOut} samples`;
    notices.push({ share: 1, text });
  }
  if (needsStacks && !hasTracepointsOnly(session)) {
    const cure = 'record with perf record --call-graph dwarf';
    say(stacks.withoutStack, stacks.samples, LEAST_BROKEN, `of the samples have no stack: ${cure}`);
  }
  const { sizes } = stacks;
  say(
    sizes.cutOffSamples,
    sizes.samples,
    LEAST_CUT_OFF,
    `of the stacks are cut off, ${cureOfCutOff(session)}`,
  );
  say(
    stacks.recordedAlone,
    stacks.recorded,
    LEAST_ALONE,
    'of the recorded stacks have one frame: without frame pointers the kernel finds no callers; record with perf record --call-graph dwarf',
  );
  const stops = unwoundStops(session);
  const broken = stops.filter(({ reason }) => !goodStops.has(reason));
  const [worst] = broken;
  if (worst && ['auto', 'dwarf'].includes(session.options.unwind) && !session.options.kernelRules) {
    say(
      sumOf(broken),
      sumOf(stops),
      LEAST_BROKEN,
      `of the stacks break off, mostly by: ${stopReasonTexts[worst.reason]}; perf-sframe info says more`,
    );
  }
  return notices;
}

/** Why the stacks of a recording are cut off, and the size that suffices. */
export function cureOfCutOff({ recording, stacks }: Session): string {
  const copied = Math.max(0, ...recording.events.map(({ attr }) => attr.sampleStackUser));
  return `as ${copied} bytes were copied of each: ${cureOfSize(stacks.sizes, copied)}`;
}

function cureOfSize(sizes: StackSizes, copied: number): string {
  const [all, almostAll] = sizes.sizesFor([1, ALMOST_ALL]);
  const enough = typeof all === 'number' ? all : almostAll;
  if (typeof enough === 'number' && enough > copied) {
    const whom = typeof all === 'number' ? '' : ` for ${100 * ALMOST_ALL}% of them`;
    return `--call-graph dwarf,${enough} suffices${whom}`;
  }
  if (copied >= LARGEST_STACK_COPY_BYTES - 8 || all === 'too-far') {
    return `they need more than the ${LARGEST_STACK_COPY_BYTES} bytes that perf copies at most; --call-graph fp has no such limit`;
  }
  return `record with --call-graph dwarf,${Math.min(copied * 4, LARGEST_STACK_COPY_BYTES)}`;
}

interface StopCount {
  readonly reason: StopReason;
  readonly samples: number;
}

/** Why the stacks that there was something to unwind of end, the most frequent reason first. */
function unwoundStops({ unwinding }: Session): StopCount[] {
  return [...(unwinding.unwinder?.counters.stops ?? [])]
    .map((samples, reason): StopCount => ({ reason, samples }))
    .filter(({ reason, samples }) => samples > 0 && reason !== StopReason.NoRegisters)
    .sort((a, b) => b.samples - a.samples);
}

function sumOf(counts: readonly StopCount[]): number {
  return counts.reduce((sum, { samples }) => sum + samples, 0);
}

function filtersOf({ options }: Session): string {
  return Object.entries(options.filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${value}`)
    .join(', ');
}

function hasTracepointsOnly({ recording: { events } }: Session): boolean {
  return events.every(({ attr }) => attr.type === PERF_TYPE_TRACEPOINT);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)}%`;
}
