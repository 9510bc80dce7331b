/**
 * Puts records in time order as perf does (tools/perf/util/ordered-events.c, perf 7.2). Every CPU's buffer is
 * in order by itself; perf record writes FINISHED_ROUND after each pass over all buffers. What was recorded
 * before the largest time of the round before can no longer be preceded by anything:
 *
 *   pass 1: times 1..5   FINISHED_ROUND   nothing delivered, limit = 5
 *   pass 2: times 4..9   FINISHED_ROUND   times up to 5 delivered, limit = 9
 *   …                                     at the end, everything
 *
 * Records of equal time keep their order in the file. Records without a time are not given here.
 *
 * Entries are columns, not objects; the pending ones are sorted by merging their runs, as most come in order.
 */

import type { Piece } from './piece';

/** Receives a record in time order. `fileOrder` counts records in the order of the file. */
export type SortedRecordHandler = (piece: Piece, at: number) => void;

export class RoundSorter {
  private times = new Float64Array(1024);
  private places = new Uint32Array(1024);
  private pieces: (Piece | undefined)[] = [];
  private count = 0;
  private largestTime = -Infinity;
  private limit = -Infinity;

  constructor(private readonly handle: SortedRecordHandler) {}

  /** Records that wait. */
  get pendingCount(): number {
    return this.count;
  }

  /**
   * Adds a record.
   * @param time in nanoseconds since any fixed moment, the same for all records
   */
  push(time: number, piece: Piece, at: number): void {
    if (this.count === this.times.length) this.grow();
    this.times[this.count] = time;
    this.places[this.count] = at;
    this.pieces[this.count] = piece;
    piece.hold();
    this.count++;
    if (time > this.largestTime) this.largestTime = time;
  }

  /** FINISHED_ROUND: delivers what is not later than the largest time of the rounds before this one. */
  finishRound(): void {
    this.deliverUpTo(this.limit);
    this.limit = this.largestTime;
  }

  /** Delivers what is earlier than a time. */
  deliverBefore(time: number): void {
    this.deliverUpTo(time, false);
  }

  /** Delivers everything. */
  finish(): void {
    this.deliverUpTo(Infinity);
  }

  private deliverUpTo(limit: number, includesLimit = true): void {
    if (this.count === 0 || limit === -Infinity) return;
    const order = sortedOrder(this.times, this.count);
    const { pieces, places, times, count } = this;
    // The columns start anew before anything is handled: a handler may push again.
    this.pieces = [];
    this.times = new Float64Array(Math.max(1024, count));
    this.places = new Uint32Array(this.times.length);
    this.count = 0;
    let delivered = 0;
    while (delivered < count) {
      const index = order[delivered];
      if (includesLimit ? times[index] > limit : times[index] >= limit) break;
      delivered++;
      const piece = pieces[index]!;
      this.handle(piece, places[index]);
      piece.release();
      pieces[index] = undefined;
    }
    for (let i = delivered; i < count; i++) {
      const index = order[i];
      const piece = pieces[index]!;
      this.push(times[index], piece, places[index]);
      piece.release();
    }
  }

  private grow(): void {
    const times = new Float64Array(this.times.length * 2);
    times.set(this.times);
    this.times = times;
    const places = new Uint32Array(this.places.length * 2);
    places.set(this.places);
    this.places = places;
  }
}

/** Indices 0..count-1 in ascending order of time, equal times in ascending index: a natural merge sort. */
function sortedOrder(times: Float64Array, count: number): Uint32Array {
  let from = new Uint32Array(count);
  const runStarts: number[] = [];
  for (let i = 0; i < count; i++) {
    from[i] = i;
    if (i === 0 || times[i] < times[i - 1]) runStarts.push(i);
  }
  let into = new Uint32Array(runStarts.length > 1 ? count : 0);
  let runs = runStarts;
  while (runs.length > 1) {
    const merged: number[] = [];
    for (let run = 0; run < runs.length; run += 2) {
      const start = runs[run];
      const middle = runs[run + 1] ?? count;
      const end = runs[run + 2] ?? count;
      merged.push(start);
      mergeRuns(times, from, into, { start, middle, end });
    }
    [from, into] = [into, from];
    runs = merged;
  }
  return from;
}

/** Two runs that adjoin: [start, middle) and [middle, end). */
interface RunPair {
  readonly start: number;
  readonly middle: number;
  readonly end: number;
}

function mergeRuns(
  times: Float64Array,
  from: Uint32Array,
  into: Uint32Array,
  { start, middle, end }: RunPair,
): void {
  let left = start;
  let right = middle;
  for (let out = start; out < end; out++) {
    const takeLeft = left < middle && (right >= end || times[from[left]] <= times[from[right]]);
    into[out] = takeLeft ? from[left++] : from[right++];
  }
}
