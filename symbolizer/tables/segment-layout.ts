/**
 * Between the two addresses of a place in an image: svma and file offset, by the PT_LOAD segments (gABI, "Program
 * Header"). A segment counts with its size in memory, as perf has it: .bss symbols get the offsets that would follow.
 *
 * Without the runtime image nothing is known of its file (a separate debug file keeps the segments, but with offsets
 * into itself): then a place's "file offset" is its svma.
 */

import { elf, type ElfImage } from '../../parser';

export interface SegmentRange {
  readonly startSvma: number;
  readonly endSvma: number;
  /** From an svma to its file offset. */
  readonly delta: number;
}

export class SegmentLayout {
  private readonly svma: number[] = [];
  private readonly endSvma: number[] = [];
  private readonly fileOffset: number[] = [];
  private readonly isIdentity: boolean;

  constructor(runtime: ElfImage | undefined) {
    this.isIdentity = runtime === undefined;
    for (const segment of runtime?.segments ?? []) {
      if (segment.type !== elf.PT_LOAD) continue;
      this.svma.push(segment.svma);
      this.endSvma.push(segment.svma + Math.max(segment.memorySizeBytes, segment.fileSizeBytes));
      this.fileOffset.push(segment.fileOffset);
    }
  }

  /** Whether no place is in two segments. */
  get isDisjoint(): boolean {
    return this.svma.every((start, i) =>
      this.svma.every((other, k) => k === i || this.endSvma[k] <= start || other >= this.endSvma[i]),
    );
  }

  /** The addresses that have their file offsets by the same segment as one; undefined where no segment holds it. */
  rangeAt(svma: number): SegmentRange | undefined {
    if (this.isIdentity) return { startSvma: -Infinity, endSvma: Infinity, delta: 0 };
    const i = this.svma.findIndex((start, k) => svma >= start && svma < this.endSvma[k]);
    if (i < 0) return undefined;
    return { startSvma: this.svma[i], endSvma: this.endSvma[i], delta: this.fileOffset[i] - this.svma[i] };
  }

  /** File offset of an svma; NaN where no segment holds it. */
  fileOffsetOf(svma: number): number {
    if (this.isIdentity) return svma;
    for (let i = 0; i < this.svma.length; i++) {
      if (svma >= this.svma[i] && svma < this.endSvma[i]) return svma - this.svma[i] + this.fileOffset[i];
    }
    return NaN;
  }
}
