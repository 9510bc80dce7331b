/**
 * Which of many ranges of addresses, each of which lives for some time, covers an address at a moment: the one that came
 * last. Programs may write any number of functions to one place, and move them: looking at all of them for each address would take
 * time that grows with the square. So each range hangs at the nodes of a binary tree over the addresses that it covers
 * whole, at most two of each level; a node's ranges are in the order in which they came, and a second tree over all of them holds
 * the greatest end of life, by which those that ended are passed over.
 *
 *   address ──► leaf ──► its nodes up to the root ──► in each: came by then (binary search), then the last still alive
 */

import { findLastAtOrBelow } from '../../parser';

/** Ranges by index. */
export interface LivingRanges {
  readonly count: number;
  start(index: number): number;
  /** One past the last address. */
  end(index: number): number;
  fromNs(index: number): number;
  /** Infinity where it never ends. */
  untilNs(index: number): number;
}

export class TimedRanges {
  /** All starts and ends, ascending, each once. The leaves lie between. */
  private readonly bounds: Float64Array;
  private readonly leaves: number;
  /** By node, where its ranges begin in {@link members}; one more at the end. */
  private readonly firstMembers: Uint32Array;
  /** Ranges by node, then by when they came. */
  private readonly members: Uint32Array;
  /** Tree over {@link members}: the greatest end of life below each node; leaves at {@link lifeLeaves} and beyond. */
  private readonly greatestUntil: Float64Array;
  private readonly lifeLeaves: number;

  constructor(private readonly ranges: LivingRanges) {
    this.bounds = sortedBounds(ranges);
    this.leaves = Math.max(0, this.bounds.length - 1);
    const order = orderOfComing(ranges);
    const sizes = new Uint32Array(2 * this.leaves + 1);
    for (const index of order) this.visitNodes(index, (node) => sizes[node]++);
    this.firstMembers = new Uint32Array(2 * this.leaves + 1);
    for (let node = 1; node < this.firstMembers.length; node++)
      this.firstMembers[node] = this.firstMembers[node - 1] + sizes[node - 1];
    this.members = new Uint32Array(this.firstMembers.at(-1)!);
    const next = this.firstMembers.slice();
    for (const index of order) this.visitNodes(index, (node) => (this.members[next[node]++] = index));
    this.lifeLeaves = 2 ** Math.ceil(Math.log2(Math.max(1, this.members.length)));
    this.greatestUntil = new Float64Array(2 * this.lifeLeaves).fill(-Infinity);
    this.members.forEach((index, i) => (this.greatestUntil[this.lifeLeaves + i] = ranges.untilNs(index)));
    for (let i = this.lifeLeaves - 1; i > 0; i--)
      this.greatestUntil[i] = Math.max(this.greatestUntil[2 * i], this.greatestUntil[2 * i + 1]);
  }

  /**
   * Index of the range that covers an address at a time, or -1; of several that which came last, and of those that came at
   * once that of the highest index. @param timeNs Infinity: of those that never end, the last
   */
  find(avma: number, timeNs: number): number {
    const leaf = findLastAtOrBelow(this.bounds, this.bounds.length, avma);
    if (leaf < 0 || leaf >= this.leaves) return -1;
    let best = -1;
    for (let node = leaf + this.leaves; node >= 1; node >>>= 1) {
      const found = this.findInNode(node, timeNs);
      if (found >= 0 && (best < 0 || this.cameLater(found, best))) best = found;
    }
    return best;
  }

  private cameLater(index: number, other: number): boolean {
    const difference = this.ranges.fromNs(index) - this.ranges.fromNs(other);
    return difference > 0 || (difference === 0 && index > other);
  }

  /** Of a node's ranges, the last that came by a time and is alive then; or -1. */
  private findInNode(node: number, timeNs: number): number {
    const first = this.firstMembers[node];
    let low = first;
    let high = this.firstMembers[node + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ranges.fromNs(this.members[middle]) <= timeNs) low = middle + 1;
      else high = middle;
    }
    const last = low - 1;
    if (last < first) return -1;
    const member = this.findAlive(last, timeNs);
    return member >= first ? this.members[member] : -1;
  }

  /** The last member up to one whose life ends after a time; or -1. */
  private findAlive(last: number, timeNs: number): number {
    let node = last + this.lifeLeaves;
    while (!this.hasAlive(node, timeNs)) {
      while ((node & 1) === 0) node >>>= 1;
      if (node === 1) return -1;
      node--;
    }
    while (node < this.lifeLeaves) node = 2 * node + (this.hasAlive(2 * node + 1, timeNs) ? 1 : 0);
    return node - this.lifeLeaves;
  }

  private hasAlive(node: number, timeNs: number): boolean {
    const until = this.greatestUntil[node];
    return until > timeNs || until === Infinity;
  }

  /** Visits the nodes that a range covers whole, and no node below those. */
  private visitNodes(index: number, visit: (node: number) => void): void {
    const { bounds, leaves, ranges } = this;
    const start = ranges.start(index);
    const end = ranges.end(index);
    if (!(start < end)) return;
    let left = findLastAtOrBelow(bounds, bounds.length, start) + leaves;
    let right = findLastAtOrBelow(bounds, bounds.length, end) + leaves;
    for (; left < right; left >>>= 1, right >>>= 1) {
      if (left & 1) visit(left++);
      if (right & 1) visit(--right);
    }
  }
}

function sortedBounds(ranges: LivingRanges): Float64Array {
  const all = new Float64Array(2 * ranges.count);
  for (let i = 0; i < ranges.count; i++) {
    all[2 * i] = ranges.start(i);
    all[2 * i + 1] = ranges.end(i);
  }
  all.sort();
  return all.filter((bound, i) => i === 0 || bound !== all[i - 1]);
}

function orderOfComing(ranges: LivingRanges): Uint32Array {
  const order = Uint32Array.from({ length: ranges.count }, (_, i) => i);
  return order.sort((a, b) => ranges.fromNs(a) - ranges.fromNs(b) || a - b);
}
