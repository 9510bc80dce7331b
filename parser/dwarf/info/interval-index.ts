/**
 * Intervals of addresses, which may overlap (functions within functions, folded identical code, damaged tables), and
 * the search for those that hold an address. Sorted by start; the largest end so far says how far back to look.
 */

import { findLastAtOrBelow } from '../../bytes';

/** Collects intervals; {@link IntervalIndex} searches them. */
export class IntervalList {
  readonly low: number[] = [];
  readonly high: number[] = [];
  readonly owner: number[] = [];

  /** Adds [lowSvma, highSvma). Code that the linker discarded is left out: it was placed at 0, or -1 or -2. */
  add(lowSvma: number, highSvma: number, owner: number): void {
    if (!(highSvma > lowSvma) || lowSvma === 0 || lowSvma === -1 || lowSvma === -2) return;
    this.low.push(lowSvma);
    this.high.push(highSvma);
    this.owner.push(owner);
  }
}

export class IntervalIndex {
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly owner: Uint32Array;
  /** The largest end among this interval and all before it. */
  private readonly furthest: Float64Array;

  constructor(list: IntervalList) {
    const count = list.low.length;
    const order = Array.from({ length: count }, (_, i) => i);
    // Of equal starts the first added comes last, so that it is found first.
    order.sort((a, b) => list.low[a] - list.low[b] || b - a);
    this.low = Float64Array.from(order, (i) => list.low[i]);
    this.high = Float64Array.from(order, (i) => list.high[i]);
    this.owner = Uint32Array.from(order, (i) => list.owner[i]);
    this.furthest = new Float64Array(count);
    let furthest = -Infinity;
    for (let i = 0; i < count; i++) {
      furthest = Math.max(furthest, this.high[i]);
      this.furthest[i] = furthest;
    }
  }

  /** The owner of the interval that starts last at or before an svma, whether it holds it or not, or -1. */
  findStart(svma: number): number {
    const found = findLastAtOrBelow(this.low, this.low.length, svma);
    return found < 0 ? -1 : this.owner[found];
  }

  /**
   * The owner of an interval that holds an svma, or -1. Of several the one that starts last.
   *
   * @param accept asked for each candidate; one that is not accepted is passed over
   */
  find(svma: number, accept?: (owner: number) => boolean): number {
    for (let i = findLastAtOrBelow(this.low, this.low.length, svma); i >= 0; i--) {
      if (this.furthest[i] <= svma) return -1;
      if (this.high[i] > svma && (!accept || accept(this.owner[i]))) return this.owner[i];
    }
    return -1;
  }
}
