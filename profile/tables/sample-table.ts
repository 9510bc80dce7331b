/**
 * Samples that agree in everything that a table or tree can show, added up: one row for each distinct (event,
 * thread state, processor, cpumode, sampled frame, stack, details), in the order in which they were first met.
 */

/** What samples count for. */
export interface SampleWeights {
  readonly samples: number;
  readonly period: number;
  readonly latency: number;
}

/** The columns that say which samples a row counts. */
export interface SampleKey {
  event: number;
  /** Index in ThreadStates. */
  thread: number;
  /** -1 where processors are not told apart. */
  cpu: number;
  /** PERF_RECORD_MISC_KERNEL, _USER… */
  cpumode: number;
  /** The frame of the sampled instruction pointer. */
  frame: number;
  /** Index in the stack table. */
  stack: number;
  /** Index in the table of details; -1 where samples are not told apart by any. */
  detail: number;
}

const FIRST_CAPACITY = 4096;

export class SampleTable {
  count = 0;
  event = new Int32Array(FIRST_CAPACITY);
  thread = new Int32Array(FIRST_CAPACITY);
  cpu = new Int32Array(FIRST_CAPACITY);
  cpumode = new Uint8Array(FIRST_CAPACITY);
  frame = new Int32Array(FIRST_CAPACITY);
  stack = new Int32Array(FIRST_CAPACITY);
  detail = new Int32Array(FIRST_CAPACITY);
  /** Number of samples. */
  samples = new Float64Array(FIRST_CAPACITY);
  /** Sum of their periods. */
  period = new Float64Array(FIRST_CAPACITY);
  /** Sum of their periods divided by the number of threads that ran at a time, in thousandths. */
  latency = new Float64Array(FIRST_CAPACITY);
  private slots = new Int32Array(FIRST_CAPACITY * 2).fill(-1);

  /** Counts samples; returns their row. The key is read, not kept. */
  add(key: SampleKey, samples: number, period: number, latency: number): number {
    const row = this.findOrAdd(key);
    this.samples[row] += samples;
    this.period[row] += period;
    this.latency[row] += latency;
    return row;
  }

  /** What a row's samples count for together. */
  weightsOf(row: number): SampleWeights {
    return { samples: this.samples[row], period: this.period[row], latency: this.latency[row] };
  }

  private findOrAdd(key: SampleKey): number {
    if (this.count === this.event.length) this.grow();
    const { event, thread, cpu, cpumode, frame, stack, detail } = key;
    const mask = this.slots.length - 1;
    let slot = hash(key) & mask;
    for (;;) {
      const row = this.slots[slot];
      if (row < 0) break;
      if (
        this.stack[row] === stack &&
        this.frame[row] === frame &&
        this.thread[row] === thread &&
        this.event[row] === event &&
        this.cpu[row] === cpu &&
        this.detail[row] === detail &&
        this.cpumode[row] === cpumode
      ) {
        return row;
      }
      slot = (slot + 1) & mask;
    }
    const row = this.count++;
    this.slots[slot] = row;
    this.event[row] = event;
    this.thread[row] = thread;
    this.cpu[row] = cpu;
    this.cpumode[row] = cpumode;
    this.frame[row] = frame;
    this.stack[row] = stack;
    this.detail[row] = detail;
    return row;
  }

  private keyOf(row: number): SampleKey {
    return {
      event: this.event[row],
      thread: this.thread[row],
      cpu: this.cpu[row],
      cpumode: this.cpumode[row],
      frame: this.frame[row],
      stack: this.stack[row],
      detail: this.detail[row],
    };
  }

  private grow(): void {
    const size = this.event.length * 2;
    this.event = grownInt32(this.event, size);
    this.thread = grownInt32(this.thread, size);
    this.cpu = grownInt32(this.cpu, size);
    this.frame = grownInt32(this.frame, size);
    this.stack = grownInt32(this.stack, size);
    this.detail = grownInt32(this.detail, size);
    const cpumode = new Uint8Array(size);
    cpumode.set(this.cpumode);
    this.cpumode = cpumode;
    this.samples = grownFloat64(this.samples, size);
    this.period = grownFloat64(this.period, size);
    this.latency = grownFloat64(this.latency, size);
    this.slots = new Int32Array(size * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let row = 0; row < this.count; row++) {
      let slot = hash(this.keyOf(row)) & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = row;
    }
  }
}

function hash({ event, thread, cpu, cpumode, frame, stack, detail }: SampleKey): number {
  const mixed =
    Math.imul(stack, 0x9e3779b1) ^
    Math.imul(frame, 0x85ebca6b) ^
    Math.imul(thread + (event << 20), 0xc2b2ae35) ^
    Math.imul(cpu * 8 + cpumode, 0x27d4eb2f) ^
    Math.imul(detail, 0x165667b1);
  return mixed ^ (mixed >>> 15);
}

function grownInt32(column: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(size);
  grown.set(column);
  return grown;
}

function grownFloat64(column: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(size);
  grown.set(column);
  return grown;
}
