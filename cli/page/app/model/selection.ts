/**
 * What is counted: samples of one event, in a range of time, of some threads, whose stacks end for some reasons. Everything
 * that the page shows is counted from the samples that a selection lets through.
 */

import type { ProfileData } from './profile-data';

export type Unit = 'period' | 'samples';

export interface Selection {
  readonly event: number;
  readonly unit: Unit;
  /** Microseconds since the recording's first sample; undefined for all of it. */
  readonly range: readonly [fromUs: number, toUs: number] | undefined;
  /** Threads by number; undefined for all. */
  readonly threads: ReadonlySet<number> | undefined;
  /** Reasons by number; undefined for all. */
  readonly stops: ReadonlySet<number> | undefined;
}

/** By recording and recorded node: what is counted, in the chosen unit and in samples. */
export interface Measure {
  readonly weights: readonly Float64Array[];
  readonly samples: readonly Int32Array[];
}

/** What the nodes of the tree count under a selection. */
export interface Counts {
  /** Of the samples that end in a node. */
  readonly self: Measure;
  /** With all that is below it. */
  readonly total: Measure;
  /** Of everything, by recording. */
  readonly whole: readonly number[];
  readonly wholeSamples: readonly number[];
}

/** The filter of a selection by number, 1 where it lets through; undefined where it lets all through. */
interface Filter {
  readonly event: number;
  readonly threads: Uint8Array | undefined;
  readonly stops: Uint8Array | undefined;
}

/** Calls back with each selected sample. */
export function visitSelected(
  columns: ProfileData['columns'],
  selection: Selection,
  visit: (sample: number) => void,
): void {
  const filter = filterOf(columns, selection);
  const [from, to] = samplesIn(columns, selection.range);
  for (let sample = from; sample < to; sample++) {
    if (letsThrough(columns, filter, sample)) visit(sample);
  }
}

export function filterOf({ threadName }: ProfileData['columns'], selection: Selection): Filter {
  const { event, threads, stops } = selection;
  return {
    event,
    threads: threads && allowance(threadName.length, threads),
    stops: stops && allowance(256, stops),
  };
}

/** Whether the filter lets a sample through; where it was sampled in time is another matter. */
export function letsThrough(
  { sampleEvent, sampleThread, sampleStop }: ProfileData['columns'],
  { event, threads, stops }: Filter,
  sample: number,
): boolean {
  return (
    sampleEvent[sample] === event &&
    (threads === undefined || threads[sampleThread[sample]] === 1) &&
    (stops === undefined || stops[sampleStop[sample]] === 1)
  );
}

/** The samples of a range of time, which are one after another: the first, and the one after the last. */
export function samplesIn(
  { sampleTimeNs }: ProfileData['columns'],
  range: Selection['range'],
): [from: number, to: number] {
  if (!range) return [0, sampleTimeNs.length];
  const firstThat = (isIt: (timeNs: number) => boolean): number => {
    let [low, high] = [0, sampleTimeNs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isIt(sampleTimeNs[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const from = firstThat((timeNs) => timeNs >= range[0] * 1000);
  return [
    from,
    Math.max(
      from,
      firstThat((timeNs) => timeNs > range[1] * 1000),
    ),
  ];
}

function allowance(size: number, chosen: ReadonlySet<number>): Uint8Array {
  const allowed = new Uint8Array(size);
  for (const one of chosen) allowed[one] = 1;
  return allowed;
}
