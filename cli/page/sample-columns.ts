/**
 * The samples of a page as columns. Of many samples those that agree in all but the exact time are one row: a page shows time
 * in some thousand slices at the most.
 */

import { PairTable } from '../../unwinder';
import type { PageColumns } from './page-format';

/** Up to so many, samples are kept one by one. */
const MOST_SINGLE_SAMPLES = 2_000_000;
const SLICES = 4096;

export interface PageSample {
  readonly node: number;
  readonly thread: number;
  readonly event: number;
  readonly stop: number;
  /** Since the recording's first. */
  readonly timeNs: number;
  readonly period: number;
}

type SampleColumnName = Extract<keyof PageColumns, `sample${string}`>;

export class SampleColumns {
  private readonly samples: PageSample[] = [];

  add(sample: PageSample): void {
    this.samples.push(sample);
  }

  /** The events of the samples. */
  *events(): Generator<number> {
    for (const { event } of this.samples) yield event;
  }

  /** The columns, in the order of time; {@link PageColumns.sampleCount} says how many samples a row stands for. */
  get columns(): Pick<PageColumns, SampleColumnName> {
    const { samples } = this;
    const rows = samples.length <= MOST_SINGLE_SAMPLES ? samples.map(single) : mergeSlices(samples);
    rows.sort((a, b) => a.sample.timeNs - b.sample.timeNs);
    return {
      sampleNode: Int32Array.from(rows, ({ sample }) => sample.node),
      sampleThread: Int32Array.from(rows, ({ sample }) => sample.thread),
      sampleEvent: Uint8Array.from(rows, ({ sample }) => sample.event),
      sampleStop: Uint8Array.from(rows, ({ sample }) => sample.stop),
      sampleTimeNs: Float64Array.from(rows, ({ sample }) => sample.timeNs),
      samplePeriod: Float64Array.from(rows, ({ period }) => period),
      sampleCount: Int32Array.from(rows, ({ count }) => count),
    };
  }
}

/** Samples that are one row. */
interface SampleRow {
  readonly sample: PageSample;
  period: number;
  count: number;
}

function single(sample: PageSample): SampleRow {
  return { sample, period: sample.period, count: 1 };
}

function mergeSlices(samples: readonly PageSample[]): SampleRow[] {
  const durationNs = samples.reduce((longest, { timeNs }) => Math.max(longest, timeNs), 1);
  // Pairs of numbers as small integers, and pairs of those: what samples have to agree in.
  const pairs = new PairTable();
  const rowOfKey: number[] = [];
  const rows: SampleRow[] = [];
  for (const sample of samples) {
    const slice = Math.floor((sample.timeNs / durationNs) * SLICES);
    const what = pairs.intern(pairs.intern(sample.node, sample.thread), sample.event * 256 + sample.stop);
    const key = pairs.intern(what, slice);
    const known = rowOfKey[key];
    if (known === undefined) {
      rowOfKey[key] = rows.push(single(sample)) - 1;
      continue;
    }
    rows[known].period += sample.period;
    rows[known].count++;
  }
  return rows;
}
