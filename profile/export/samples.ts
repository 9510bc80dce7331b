/** Samples as columns, in the order in which they were delivered; without times, one row for all of a kind. */

const FIRST_CAPACITY = 1024;

/** Columns by row of a sample table; an event of -1 is not wanted. */
export interface SampleRows {
  readonly event: Int32Array;
  readonly thread: Int32Array;
  readonly cpu: Int32Array;
  readonly stack: Int32Array;
}

export class ExportSamples {
  count = 0;
  event = new Int32Array(FIRST_CAPACITY);
  thread = new Int32Array(FIRST_CAPACITY);
  /** -1 where it is not known, or rows stand for samples of several. */
  cpu = new Int32Array(FIRST_CAPACITY);
  stack = new Int32Array(FIRST_CAPACITY);
  /** Nanoseconds from the recording's base on (ExportRecording.baseNs); NaN where there is none. */
  timeNs = new Float64Array(FIRST_CAPACITY);
  /** Number of samples. */
  samples = new Float64Array(FIRST_CAPACITY);
  /** Sum of their periods. */
  period = new Float64Array(FIRST_CAPACITY);

  /** Adds a row. @param row of the columns that say what it is */
  add(rows: SampleRows, row: number, timeNs: number, samples: number, period: number): void {
    if (this.count === this.event.length) this.grow();
    const index = this.count++;
    this.event[index] = rows.event[row];
    this.thread[index] = rows.thread[row];
    this.cpu[index] = rows.cpu[row];
    this.stack[index] = rows.stack[row];
    this.timeNs[index] = timeNs;
    this.samples[index] = samples;
    this.period[index] = period;
  }

  /** Rows by a group that each belongs to, in their order. @param groupOf a small integer; rows of -1 are left out */
  groups(groupOf: (row: number) => number): number[][] {
    const groups: number[][] = [];
    for (let row = 0; row < this.count; row++) {
      const group = groupOf(row);
      if (group >= 0) (groups[group] ??= []).push(row);
    }
    return groups;
  }

  private grow(): void {
    const size = this.event.length * 2;
    const ints = (column: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(size);
      grown.set(column);
      return grown;
    };
    const doubles = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(size);
      grown.set(column);
      return grown;
    };
    this.event = ints(this.event);
    this.thread = ints(this.thread);
    this.cpu = ints(this.cpu);
    this.stack = ints(this.stack);
    this.timeNs = doubles(this.timeNs);
    this.samples = doubles(this.samples);
    this.period = doubles(this.period);
  }
}
