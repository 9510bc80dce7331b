/** Ranges of code, and how many bytes several sets of ranges share. Ranges are svma, sorted, and do not overlap. */

import { elf, findLastAtOrBelow, type ElfImage } from '../parser';

export interface CodeRange {
  readonly startSvma: number;
  readonly endSvma: number;
  /** Of the section; empty where a file has no section headers. */
  readonly name: string;
}

/** Executable code of a file: its sections or, in files without section headers, its segments; sorted by address. */
export function executableRanges(image: ElfImage): CodeRange[] {
  const wanted = elf.SHF_ALLOC | elf.SHF_EXECINSTR;
  const sections = image.sections
    .filter(
      ({ flags, type, sizeBytes }) => (flags & wanted) === wanted && type !== elf.SHT_NOBITS && sizeBytes > 0,
    )
    .map(({ svma, sizeBytes, name }) => ({ startSvma: svma, endSvma: svma + sizeBytes, name }));
  const ranges =
    image.sections.length > 0
      ? sections
      : image.segments
          .filter(({ type, flags }) => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0)
          .map(({ svma, fileSizeBytes }) => ({ startSvma: svma, endSvma: svma + fileSizeBytes, name: '' }));
  return ranges.sort((a, b) => a.startSvma - b.startSvma);
}

/** A set of addresses as sorted ranges that neither touch nor overlap: start, end, start, end, … */
export class AddressSet {
  private constructor(readonly bounds: Float64Array) {}

  /**
   * The addresses that any of the ranges holds.
   * @param starts ascending
   * @param ends in the same order; a range that ends before it starts holds nothing
   */
  static fromSorted(starts: ArrayLike<number>, ends: ArrayLike<number>, count = starts.length): AddressSet {
    const bounds = new Float64Array(2 * count);
    let used = 0;
    for (let i = 0; i < count; i++) {
      if (!(ends[i] > starts[i])) continue;
      if (used > 0 && starts[i] <= bounds[used - 1]) bounds[used - 1] = Math.max(bounds[used - 1], ends[i]);
      else {
        bounds[used++] = starts[i];
        bounds[used++] = ends[i];
      }
    }
    return new AddressSet(bounds.subarray(0, used));
  }

  /** The addresses that are in both. */
  intersect(other: AddressSet): AddressSet {
    const result: number[] = [];
    const [mine, theirs] = [this.bounds, other.bounds];
    for (let i = 0, j = 0; i < mine.length && j < theirs.length;) {
      const start = Math.max(mine[i], theirs[j]);
      const end = Math.min(mine[i + 1], theirs[j + 1]);
      if (start < end) result.push(start, end);
      if (mine[i + 1] < theirs[j + 1]) i += 2;
      else j += 2;
    }
    return new AddressSet(Float64Array.from(result));
  }

  /** The addresses that are in either. */
  unite(other: AddressSet): AddressSet {
    const ranges: [number, number][] = [];
    for (const { bounds } of [this, other]) {
      for (let i = 0; i < bounds.length; i += 2) ranges.push([bounds[i], bounds[i + 1]]);
    }
    ranges.sort(([a], [b]) => a - b);
    return AddressSet.fromSorted(
      ranges.map(([start]) => start),
      ranges.map(([, end]) => end),
    );
  }

  has(svma: number): boolean {
    const index = findLastAtOrBelow(this.bounds, this.bounds.length, svma);
    return index >= 0 && index % 2 === 0;
  }

  get sizeBytes(): number {
    let size = 0;
    for (let i = 0; i < this.bounds.length; i += 2) size += this.bounds[i + 1] - this.bounds[i];
    return size;
  }
}
