/**
 * What is mapped where, in one process (or the kernel) at the moment that the event stream has reached. New
 * mappings cut what they overlap, as the kernel's do.
 */

import { findLastAtOrBelow } from '../../parser';
import type { Mapping } from './module';

/** A range of addresses; end exclusive. */
export interface MappedRange {
  readonly startAvma: number;
  readonly endAvma: number;
  readonly mapping: Mapping;
  /** Whether it is not executable, as far as the recording tells. */
  readonly isData?: boolean;
}

/** Tells what is mapped at an address. */
export interface RangeFinder {
  /** The range that contains an address, or undefined. NaN is in none. */
  find(avma: number): MappedRange | undefined;
}

export class AddressSpace implements RangeFinder {
  /** Binaries whose SFrame table is not used (any more) in this process: see kernel-rules/. */
  readonly unusedTables = new Set<Mapping>();
  private ranges: MappedRange[] = [];
  private starts: number[] = [];
  /** The range of the last successful look-up: most frames of a stack lie in few ranges. */
  private last: MappedRange | undefined;
  /** What was mapped before an exec, until something is found in the new image. */
  private before: AddressSpace | undefined;

  /** All ranges in ascending order. Borrowed: do not change. */
  get all(): readonly MappedRange[] {
    return this.ranges;
  }

  /** The range that contains an address, or undefined. NaN is in none. */
  find(avma: number): MappedRange | undefined {
    const last = this.last;
    if (last !== undefined && avma >= last.startAvma && avma < last.endAvma) return last;
    const range = this.ranges[findLastAtOrBelow(this.starts, this.starts.length, avma)];
    if (range === undefined || !(avma < range.endAvma)) return this.before?.find(avma);
    this.before = undefined;
    this.last = range;
    return range;
  }

  /** Maps a range. What it overlaps is cut away; an empty or reversed range changes nothing. */
  insert(range: MappedRange): void {
    const { startAvma, endAvma } = range;
    if (!(endAvma > startAvma)) return;
    this.unusedTables.delete(range.mapping);
    let first = findLastAtOrBelow(this.starts, this.starts.length, startAvma);
    if (first < 0 || this.ranges[first].endAvma <= startAvma) first++;
    let after = first;
    const pieces: MappedRange[] = [range];
    for (; after < this.ranges.length && this.ranges[after].startAvma < endAvma; after++) {
      const old = this.ranges[after];
      if (old.startAvma < startAvma) pieces.unshift({ ...old, endAvma: startAvma });
      if (old.endAvma > endAvma) pieces.push({ ...old, startAvma: endAvma });
    }
    this.ranges.splice(first, after - first, ...pieces);
    this.starts.splice(first, after - first, ...pieces.map((piece) => piece.startAvma));
    this.last = undefined;
  }

  /** Unmaps the range that contains an address. */
  remove(avma: number): void {
    const range = this.find(avma);
    const index = range ? this.ranges.indexOf(range) : -1;
    if (index < 0) return;
    this.ranges.splice(index, 1);
    this.starts.splice(index, 1);
    this.last = undefined;
  }

  /** A copy, as fork makes one. */
  clone(): AddressSpace {
    const copy = new AddressSpace();
    copy.ranges = [...this.ranges];
    copy.starts = [...this.starts];
    for (const mapping of this.unusedTables) copy.unusedTables.add(mapping);
    return copy;
  }

  /**
   * Unmaps everything, as exec does. The thread still is in its system call then, with the registers that it came with: until
   * it runs the new image, their addresses are of the old one.
   */
  exec(): void {
    const before = new AddressSpace();
    before.ranges = this.ranges;
    before.starts = this.starts;
    this.before = before;
    this.ranges = [];
    this.starts = [];
    this.last = undefined;
    this.unusedTables.clear();
  }
}
