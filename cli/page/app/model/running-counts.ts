/**
 * Counts that follow a selection. While a range of time is brushed, few samples enter or leave it from one drawing to the next: these are
 * added to, or taken from, the nodes of their stacks, and all else stays as it was counted. Another filter counts anew.
 */

import { NO_PARENT } from '../../page-format';
import type { ProfileData } from './profile-data';
import { filterOf, letsThrough, samplesIn, type Counts, type Measure, type Selection } from './selection';

/** To walk up one sample's stack takes about as long as so many steps of counting anew, which goes through memory in order. */
const WALK_COST = 8;

export class RunningCounts {
  /** The same object always; its numbers change. */
  readonly counts: Counts;
  private readonly whole: number[];
  private readonly wholeSamples: number[];
  /** What was counted last; nothing at first. */
  private filterKey: string | undefined;
  private from = 0;
  private to = 0;
  /** Whether what is taken away is exactly what was added: sums of more than 2^53 are rounded. */
  private readonly isExact: boolean;

  constructor(private readonly data: ProfileData) {
    const { nodeParent, samplePeriod } = data.columns;
    const measure = (): Measure => ({
      weights: data.recordings.map(() => new Float64Array(nodeParent.length)),
      samples: data.recordings.map(() => new Int32Array(nodeParent.length)),
    });
    this.whole = data.recordings.map(() => 0);
    this.wholeSamples = data.recordings.map(() => 0);
    this.counts = {
      self: measure(),
      total: measure(),
      whole: this.whole,
      wholeSamples: this.wholeSamples,
    };
    let sum = 0;
    for (const period of samplePeriod) sum += period;
    this.isExact = sum <= Number.MAX_SAFE_INTEGER;
  }

  /** Counts what a selection lets through. */
  select(selection: Selection): Counts {
    const { event, unit, threads, stops, range } = selection;
    const key = JSON.stringify([event, unit, threads && [...threads], stops && [...stops]]);
    const [from, to] = samplesIn(this.data.columns, range);
    const changed = Math.abs(from - this.from) + Math.abs(to - this.to);
    const anew = to - from + this.data.columns.nodeParent.length;
    if (key !== this.filterKey || !this.isExact || changed * WALK_COST > anew) {
      this.countAnew(selection, from, to);
    } else {
      this.walk(selection, from, Math.min(this.from, to), 1);
      this.walk(selection, Math.max(this.to, from), to, 1);
      this.walk(selection, this.from, Math.min(from, this.to), -1);
      this.walk(selection, Math.max(to, this.from), this.to, -1);
    }
    this.filterKey = key;
    this.from = from;
    this.to = to;
    return this.counts;
  }

  private countAnew(selection: Selection, from: number, to: number): void {
    const { columns } = this.data;
    const { sampleNode, sampleThread, samplePeriod, sampleCount, threadRecording } = columns;
    const { self, total } = this.counts;
    for (const column of [...self.weights, ...self.samples]) column.fill(0);
    this.whole.fill(0);
    this.wholeSamples.fill(0);
    const filter = filterOf(columns, selection);
    const countsPeriods = selection.unit === 'period';
    for (let sample = from; sample < to; sample++) {
      if (!letsThrough(columns, filter, sample)) continue;
      const node = sampleNode[sample];
      const recording = threadRecording[sampleThread[sample]];
      const count = sampleCount[sample];
      const weight = countsPeriods ? samplePeriod[sample] : count;
      self.weights[recording][node] += weight;
      self.samples[recording][node] += count;
      this.whole[recording] += weight;
      this.wholeSamples[recording] += count;
    }
    self.weights.forEach((weights, r) => sumUp(weights, self.samples[r], total, r, columns.nodeParent));
  }

  /** Adds samples to all that they are part of, or takes them away. */
  private walk(selection: Selection, from: number, to: number, sign: 1 | -1): void {
    const { columns } = this.data;
    const { nodeParent, sampleNode, sampleThread, samplePeriod, sampleCount, threadRecording } = columns;
    const { self, total } = this.counts;
    const filter = filterOf(columns, selection);
    const countsPeriods = selection.unit === 'period';
    for (let sample = from; sample < to; sample++) {
      if (!letsThrough(columns, filter, sample)) continue;
      const recording = threadRecording[sampleThread[sample]];
      const count = sign * sampleCount[sample];
      const weight = countsPeriods ? sign * samplePeriod[sample] : count;
      const weights = total.weights[recording];
      const samples = total.samples[recording];
      const leaf = sampleNode[sample];
      self.weights[recording][leaf] += weight;
      self.samples[recording][leaf] += count;
      for (let node = leaf; node !== NO_PARENT; node = nodeParent[node]) {
        weights[node] += weight;
        samples[node] += count;
      }
      this.whole[recording] += weight;
      this.wholeSamples[recording] += count;
    }
  }
}

/** Adds what is counted in each node to all above it. */
function sumUp(
  self: Float64Array,
  selfSamples: Int32Array,
  total: Measure,
  recording: number,
  parents: Int32Array,
): void {
  const weights = total.weights[recording];
  const samples = total.samples[recording];
  weights.set(self);
  samples.set(selfSamples);
  // Parents come before children.
  for (let node = parents.length - 1; node >= 0; node--) {
    const parent = parents[node];
    // Of most nodes little is selected, and what is nothing adds nothing.
    if (parent < 0 || samples[node] === 0) continue;
    weights[parent] += weights[node];
    samples[parent] += samples[node];
  }
}
