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

/** A part of a range. Every field by name: copies made by spreading take more memory, and there may be millions. */
function rangeOf({ mapping, isData }: MappedRange, startAvma: number, endAvma: number): MappedRange {
  return { startAvma, endAvma, mapping, isData };
}

/** Tells what is mapped at an address. */
export interface RangeFinder {
  /** The range that contains an address, or undefined. NaN is in none. */
  find(avma: number): MappedRange | undefined;
}

/** So many ranges are moved at most when one is inserted. Most processes have fewer in all. */
const MOST_IN_CHUNK = 512;

/** Ranges that follow one another, ascending. */
class Chunk {
  /** Whether a copy of the address space has it too: it is copied before it is changed. */
  isShared = false;

  constructor(
    readonly ranges: MappedRange[],
    readonly starts: number[],
  ) {}

  copy(): Chunk {
    return new Chunk([...this.ranges], [...this.starts]);
  }

  replace(first: number, count: number, ranges: readonly MappedRange[]): void {
    this.ranges.splice(first, count, ...ranges);
    this.starts.splice(first, count, ...ranges.map(({ startAvma }) => startAvma));
  }

  /** Takes the second half away. */
  split(): Chunk {
    const middle = this.ranges.length >>> 1;
    return new Chunk(this.ranges.splice(middle), this.starts.splice(middle));
  }
}

/**
 * Ranges are kept in chunks, so that a million mappings in any order take time that grows with their number; copies share
 * them, so that forks take no more than what the child maps itself.
 */
export class AddressSpace implements RangeFinder {
  /** Binaries whose SFrame table is not used (any more) in this process: see kernel-rules/. */
  readonly unusedTables = new Set<Mapping>();
  /** Ascending; none is empty. */
  private chunks: Chunk[] = [];
  /** Where each chunk begins. */
  private starts: number[] = [];
  /** The range of the last successful look-up: most frames of a stack lie in few ranges. */
  private last: MappedRange | undefined;
  /** What was mapped before an exec, until something is found in the new image. */
  private before: AddressSpace | undefined;

  /** All ranges in ascending order. Borrowed: do not change. */
  get all(): readonly MappedRange[] {
    return this.chunks.length === 1 ? this.chunks[0].ranges : this.chunks.flatMap(({ ranges }) => ranges);
  }

  /** The range that contains an address, or undefined. NaN is in none. */
  find(avma: number): MappedRange | undefined {
    const last = this.last;
    if (last !== undefined && avma >= last.startAvma && avma < last.endAvma) return last;
    const chunk = this.chunks[findLastAtOrBelow(this.starts, this.starts.length, avma)];
    const range = chunk?.ranges[findLastAtOrBelow(chunk.starts, chunk.starts.length, avma)];
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
    this.last = undefined;
    if (this.chunks.length === 0) {
      this.chunks.push(new Chunk([range], [startAvma]));
      this.starts.push(startAvma);
      return;
    }
    const index = Math.max(0, findLastAtOrBelow(this.starts, this.starts.length, startAvma));
    const chunk = this.writable(index);
    let first = findLastAtOrBelow(chunk.starts, chunk.starts.length, startAvma);
    if (first < 0 || chunk.ranges[first].endAvma <= startAvma) first++;
    const pieces: MappedRange[] = [range];
    const cut = (old: MappedRange): void => {
      if (old.startAvma < startAvma) pieces.unshift(rangeOf(old, old.startAvma, startAvma));
      if (old.endAvma > endAvma) pieces.push(rangeOf(old, endAvma, old.endAvma));
    };
    let after = first;
    while (after < chunk.ranges.length && chunk.starts[after] < endAvma) cut(chunk.ranges[after++]);
    if (after === chunk.ranges.length) this.cutFollowing(index + 1, endAvma, cut);
    chunk.replace(first, after - first, pieces);
    this.starts[index] = chunk.starts[0];
    if (chunk.ranges.length <= MOST_IN_CHUNK) return;
    const second = chunk.split();
    this.chunks.splice(index + 1, 0, second);
    this.starts.splice(index + 1, 0, second.starts[0]);
  }

  /** Unmaps the range that contains an address. */
  remove(avma: number): void {
    const range = this.find(avma);
    if (range === undefined) return;
    const index = findLastAtOrBelow(this.starts, this.starts.length, avma);
    // It may be one of before an exec.
    if (index < 0 || !this.chunks[index].ranges.includes(range)) return;
    const chunk = this.writable(index);
    chunk.replace(chunk.ranges.indexOf(range), 1, []);
    if (chunk.ranges.length > 0) this.starts[index] = chunk.starts[0];
    else this.dropChunks(index, 1);
    this.last = undefined;
  }

  /** A copy, as fork makes one. */
  clone(): AddressSpace {
    const copy = new AddressSpace();
    for (const chunk of this.chunks) chunk.isShared = true;
    copy.chunks = [...this.chunks];
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
    before.chunks = this.chunks;
    before.starts = this.starts;
    this.before = before;
    this.chunks = [];
    this.starts = [];
    this.last = undefined;
    this.unusedTables.clear();
  }

  /** Cuts what begins before an address out of the chunks from an index on. */
  private cutFollowing(index: number, endAvma: number, cut: (old: MappedRange) => void): void {
    let whole = index;
    for (; whole < this.chunks.length && this.starts[whole] < endAvma; whole++) {
      const { ranges, starts } = this.chunks[whole];
      const count = findLastAtOrBelow(starts, starts.length, endAvma - 1) + 1;
      for (let i = 0; i < count; i++) cut(ranges[i]);
      if (count === ranges.length) continue;
      const chunk = this.writable(whole);
      chunk.replace(0, count, []);
      this.starts[whole] = chunk.starts[0];
      break;
    }
    this.dropChunks(index, whole - index);
  }

  private dropChunks(index: number, count: number): void {
    this.chunks.splice(index, count);
    this.starts.splice(index, count);
  }

  private writable(index: number): Chunk {
    let chunk = this.chunks[index];
    if (chunk.isShared) chunk = this.chunks[index] = chunk.copy();
    return chunk;
  }
}
