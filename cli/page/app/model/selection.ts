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

/** Counts the selected samples in the nodes of the tree. */
export function countNodes({ columns, recordings }: ProfileData, selection: Selection): Counts {
  const { nodeParent, sampleNode, sampleThread, samplePeriod, sampleCount, threadRecording } = columns;
  const self: Measure = {
    weights: recordings.map(() => new Float64Array(nodeParent.length)),
    samples: recordings.map(() => new Int32Array(nodeParent.length)),
  };
  const whole = recordings.map(() => 0);
  const wholeSamples = recordings.map(() => 0);
  const countsPeriods = selection.unit === 'period';
  visitSelected(columns, selection, (sample) => {
    const node = sampleNode[sample];
    const recording = threadRecording[sampleThread[sample]];
    const count = sampleCount[sample];
    const weight = countsPeriods ? samplePeriod[sample] : count;
    self.weights[recording][node] += weight;
    self.samples[recording][node] += count;
    whole[recording] += weight;
    wholeSamples[recording] += count;
  });
  return { self, total: sumUp(self, nodeParent), whole, wholeSamples };
}

/** Adds what is counted in each node to all above it. */
function sumUp({ weights, samples }: Measure, parents: Int32Array): Measure {
  const total: Measure = {
    weights: weights.map((self) => self.slice()),
    samples: samples.map((self) => self.slice()),
  };
  total.weights.forEach((weightOf, recording) => {
    const samplesOf = total.samples[recording];
    // Parents come before children.
    for (let node = parents.length - 1; node >= 0; node--) {
      const parent = parents[node];
      // Of most nodes little is selected, and what is nothing adds nothing.
      if (parent < 0 || samplesOf[node] === 0) continue;
      weightOf[parent] += weightOf[node];
      samplesOf[parent] += samplesOf[node];
    }
  });
  return total;
}

/** Calls back with each selected sample. */
export function visitSelected(
  columns: ProfileData['columns'],
  { event, range, threads, stops }: Selection,
  visit: (sample: number) => void,
): void {
  const { sampleEvent, sampleThread, sampleStop, sampleTimeUs } = columns;
  const [from, to] = range ?? [-Infinity, Infinity];
  const allowed = threads && allowance(columns.threadName.length, threads);
  const allowedStops = stops && allowance(256, stops);
  for (let sample = 0; sample < sampleEvent.length; sample++) {
    if (sampleEvent[sample] !== event) continue;
    if (range && !(sampleTimeUs[sample] >= from && sampleTimeUs[sample] <= to)) continue;
    if (allowed && allowed[sampleThread[sample]] === 0) continue;
    if (allowedStops && allowedStops[sampleStop[sample]] === 0) continue;
    visit(sample);
  }
}

function allowance(size: number, chosen: ReadonlySet<number>): Uint8Array {
  const allowed = new Uint8Array(size);
  for (const one of chosen) allowed[one] = 1;
  return allowed;
}
