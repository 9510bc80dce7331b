/**
 * The samples of a page as columns. Of many samples those that agree in all but the exact time are one row: a page shows time
 * in some thousand slices at the most.
 */

import { PairTable } from '../../unwinder';
import type { PageColumns } from './page-format';

/** Up to so many, samples are kept one by one. */
const MOST_SINGLE_SAMPLES = 2_000_000;
const SLICES = 4096;
const FIRST_CAPACITY = 4096;

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

/** One row for each sample, or for several that are one. */
interface SampleRows {
  readonly node: Int32Array;
  readonly thread: Int32Array;
  readonly event: Uint8Array;
  readonly stop: Uint8Array;
  readonly timeNs: Float64Array;
  readonly period: Float64Array;
}

/** Columns, not objects: a page of a million samples would need twice the memory. */
export class SampleColumns {
  private count = 0;
  private rows = rowsOf(FIRST_CAPACITY);

  /** @param mostSingle how many samples are kept one by one */
  constructor(private readonly mostSingle = MOST_SINGLE_SAMPLES) {}

  add({ node, thread, event, stop, timeNs, period }: PageSample): void {
    if (this.count === this.rows.node.length) this.rows = rowsOf(this.count * 2, this.rows);
    const { rows } = this;
    const index = this.count++;
    rows.node[index] = node;
    rows.thread[index] = thread;
    rows.event[index] = event;
    rows.stop[index] = stop;
    rows.timeNs[index] = timeNs;
    rows.period[index] = period;
  }

  /** The events of the samples. */
  events(): Uint8Array {
    return this.rows.event.subarray(0, this.count);
  }

  /** The columns, in the order of time; {@link PageColumns.sampleCount} says how many samples a row stands for. */
  get columns(): Pick<PageColumns, SampleColumnName> {
    const { rows, count } = this;
    const sampleCount = new Int32Array(count).fill(1);
    const places =
      count <= this.mostSingle
        ? Int32Array.from({ length: count }, (_, row) => row)
        : mergeSlices(rows, sampleCount);
    const { timeNs } = rows;
    if (places.some((row, i) => i > 0 && timeNs[row] < timeNs[places[i - 1]]))
      places.sort((a, b) => timeNs[a] - timeNs[b] || a - b);
    return {
      sampleNode: places.map((row) => rows.node[row]),
      sampleThread: places.map((row) => rows.thread[row]),
      sampleEvent: Uint8Array.from(places, (row) => rows.event[row]),
      sampleStop: Uint8Array.from(places, (row) => rows.stop[row]),
      sampleTimeNs: Float64Array.from(places, (row) => timeNs[row]),
      samplePeriod: Float64Array.from(places, (row) => rows.period[row]),
      sampleCount: places.map((row) => sampleCount[row]),
    };
  }
}

/** Room for so many rows, with those there are. */
function rowsOf(capacity: number, known?: SampleRows): SampleRows {
  const rows = {
    node: new Int32Array(capacity),
    thread: new Int32Array(capacity),
    event: new Uint8Array(capacity),
    stop: new Uint8Array(capacity),
    timeNs: new Float64Array(capacity),
    period: new Float64Array(capacity),
  };
  if (!known) return rows;
  rows.node.set(known.node);
  rows.thread.set(known.thread);
  rows.event.set(known.event);
  rows.stop.set(known.stop);
  rows.timeNs.set(known.timeNs);
  rows.period.set(known.period);
  return rows;
}

/**
 * Adds rows to the first that agrees with them.
 * @param counts how many samples each row stands for
 * @returns the rows that are left
 */
function mergeSlices(rows: SampleRows, counts: Int32Array): Int32Array {
  const { length } = counts;
  let durationNs = 1;
  for (let row = 0; row < length; row++) durationNs = Math.max(durationNs, rows.timeNs[row]);
  // Pairs of numbers as small integers, and pairs of those: what samples have to agree in.
  const pairs = new PairTable();
  const rowOfKey: number[] = [];
  const left = new Int32Array(length);
  let leftCount = 0;
  for (let row = 0; row < length; row++) {
    const slice = Math.floor((rows.timeNs[row] / durationNs) * SLICES);
    const what = pairs.intern(
      pairs.intern(rows.node[row], rows.thread[row]),
      rows.event[row] * 256 + rows.stop[row],
    );
    const key = pairs.intern(what, slice);
    const known = rowOfKey[key];
    if (known === undefined) {
      rowOfKey[key] = row;
      left[leftCount++] = row;
      continue;
    }
    rows.period[known] += rows.period[row];
    counts[known]++;
  }
  return left.slice(0, leftCount);
}
