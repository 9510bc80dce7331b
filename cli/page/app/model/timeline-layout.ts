/** What a time line shows: for each thread how much was counted in each of many slices of time. */

import type { ProfileData } from './profile-data';
import { visitSelected, type Selection } from './selection';

export interface Lane {
  readonly thread: number;
  /** What was counted in each slice. */
  readonly slices: Float64Array;
  readonly sum: number;
}

export interface Timeline {
  /** Threads, heaviest first. */
  readonly lanes: readonly Lane[];
  /** The largest count of any slice. */
  readonly most: number;
}

/** Microseconds from the first sample to the last. */
export function durationUs({ columns }: ProfileData): number {
  return (columns.sampleTimeNs.at(-1) ?? 0) / 1000;
}

/** Counts the samples of an event by thread and slice of time, whatever else is selected. */
export function layOutTimeline(data: ProfileData, { event, unit }: Selection, slices: number): Timeline {
  const { sampleThread, sampleTimeNs, samplePeriod, sampleCount, threadName } = data.columns;
  const durationNs = Math.max(1, durationUs(data) * 1000);
  const lanes = Array.from(threadName, (_, thread) => ({ thread, slices: new Float64Array(slices), sum: 0 }));
  let most = 0;
  const everything: Selection = { event, unit, range: undefined, threads: undefined, stops: undefined };
  visitSelected(data.columns, everything, (sample) => {
    const lane = lanes[sampleThread[sample]];
    const slice = Math.min(slices - 1, Math.floor((sampleTimeNs[sample] / durationNs) * slices));
    const weight = unit === 'period' ? samplePeriod[sample] : sampleCount[sample];
    lane.sum += weight;
    lane.slices[slice] += weight;
    most = Math.max(most, lane.slices[slice]);
  });
  return { lanes: lanes.filter(({ sum }) => sum > 0).sort((a, b) => b.sum - a.sum), most };
}
