/**
 * Finds the symbol that covers a place, among symbols sorted by start: binary search, and where two cover the place
 * the answer of perf's search tree (symbol-search-tree.ts), which is built when it is first needed.
 */

import { findLastAtOrBelow } from '../../parser';
import { SymbolSearchTree } from '../tables/symbol-search-tree';

/** Symbols as columns, in the order in which perf meets them. */
export interface PlacedSymbols {
  readonly count: number;
  readonly starts: Float64Array;
  /** One past the last byte. */
  readonly ends: Float64Array;
  /** Does to a tree what perf does to its own: inserts each symbol, erases some. */
  replay(tree: SymbolSearchTree): void;
}

export class PlaceSearch {
  readonly count: number;
  /** Starts of the sorted symbols. */
  readonly starts: Float64Array;
  /** Of the sorted symbols up to each, the furthest end; undefined where none overlap. */
  private readonly furthestEnd: Float64Array | undefined;
  private tree: SymbolSearchTree | undefined;

  /** @param order the symbols that are alive, sorted by start */
  constructor(
    private readonly symbols: PlacedSymbols,
    readonly order: Uint32Array,
  ) {
    this.count = order.length;
    this.starts = new Float64Array(order.length);
    const ends = new Float64Array(order.length);
    let furthest = -Infinity;
    let overlap = false;
    for (let i = 0; i < order.length; i++) {
      const start = symbols.starts[order[i]];
      const end = symbols.ends[order[i]];
      this.starts[i] = start;
      if (start < furthest) overlap = true;
      if (end > furthest) furthest = end;
      ends[i] = furthest;
    }
    this.furthestEnd = overlap ? ends : undefined;
  }

  /** Whether any symbol begins within another. */
  get hasOverlaps(): boolean {
    return this.furthestEnd !== undefined;
  }

  /** Position, in the sorted order, of the symbol that covers a place; or -1. */
  find(place: number): number {
    const i = findLastAtOrBelow(this.starts, this.count, place);
    if (i > 0 && this.furthestEnd !== undefined && place < this.furthestEnd[i - 1]) {
      return this.findAmongOverlapping(place);
    }
    return i >= 0 && place < this.symbols.ends[this.order[i]] ? i : -1;
  }

  private findAmongOverlapping(place: number): number {
    if (this.tree === undefined) {
      const { starts, ends, count } = this.symbols;
      this.tree = new SymbolSearchTree(starts, ends, count);
      this.symbols.replay(this.tree);
    }
    const symbol = this.tree.find(place);
    if (symbol < 0) return -1;
    let i = findLastAtOrBelow(this.starts, this.count, this.symbols.starts[symbol]);
    while (this.order[i] !== symbol) i--;
    return i;
  }
}
