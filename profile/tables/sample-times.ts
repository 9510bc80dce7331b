/**
 * Samples one by one, in the order in which they were delivered: for views that show time. A row of the sample table says
 * what a sample is; here is when it was taken, and how its stack ended. 21 bytes a sample.
 */

/** {@link SampleTimes.stop} of a sample whose user stack was not unwound here. */
export const NOT_UNWOUND = -1;

const FIRST_CAPACITY = 4096;

export class SampleTimes {
  count = 0;
  /** Row of the sample table. */
  row = new Int32Array(FIRST_CAPACITY);
  /** Nanoseconds, counted from the first time of the recording (parser TimeBase); NaN where the sample has no time. */
  timeNs = new Float64Array(FIRST_CAPACITY);
  period = new Float64Array(FIRST_CAPACITY);
  /** A StopReason, or {@link NOT_UNWOUND}. */
  stop = new Int8Array(FIRST_CAPACITY);

  /** Adds a sample. */
  add(row: number, timeNs: number, period: number, stop: number): void {
    if (this.count === this.row.length) this.grow();
    const index = this.count++;
    this.row[index] = row;
    this.timeNs[index] = timeNs;
    this.period[index] = period;
    this.stop[index] = stop;
  }

  private grow(): void {
    const size = this.row.length * 2;
    const [row, timeNs, period, stop] = [
      new Int32Array(size),
      new Float64Array(size),
      new Float64Array(size),
      new Int8Array(size),
    ];
    row.set(this.row);
    timeNs.set(this.timeNs);
    period.set(this.period);
    stop.set(this.stop);
    Object.assign(this, { row, timeNs, period, stop });
  }
}
