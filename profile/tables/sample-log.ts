/** Samples one by one, where their order matters: which row of the sample table each belongs to, and what it weighs. */

/** What a sample, or a row of samples, counts for. */
export interface SampleWeights {
  readonly samples: number;
  readonly period: number;
  readonly latency: number;
}

const FIRST_CAPACITY = 4096;

export class SampleLog {
  count = 0;
  private rows = new Int32Array(FIRST_CAPACITY);
  private periods = new Float64Array(FIRST_CAPACITY);
  private latencies = new Float64Array(FIRST_CAPACITY);

  add(row: number, period: number, latency: number): void {
    if (this.count === this.rows.length) this.grow();
    const index = this.count++;
    this.rows[index] = row;
    this.periods[index] = period;
    this.latencies[index] = latency;
  }

  /** Calls back with each sample, in the order in which they were added. */
  visit(visit: (row: number, weights: SampleWeights) => void): void {
    for (let index = 0; index < this.count; index++) {
      visit(this.rows[index], { samples: 1, period: this.periods[index], latency: this.latencies[index] });
    }
  }

  private grow(): void {
    const size = this.rows.length * 2;
    const [rows, periods, latencies] = [new Int32Array(size), new Float64Array(size), new Float64Array(size)];
    rows.set(this.rows);
    periods.set(this.periods);
    latencies.set(this.latencies);
    Object.assign(this, { rows, periods, latencies });
  }
}
