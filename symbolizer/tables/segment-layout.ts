/**
 * Between the two addresses of a place in an image: svma and file offset, by the PT_LOAD segments (gABI, "Program
 * Header"). A segment counts with its size in memory, as perf has it: .bss symbols get the offsets that would follow.
 *
 * Without the runtime image nothing is known of its file (a separate debug file keeps the segments, but with offsets
 * into itself): then a place's "file offset" is its svma.
 */

import { elf, type ElfImage } from '../../parser';

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

  /** File offset of an svma; NaN where no segment holds it. */
  fileOffsetOf(svma: number): number {
    if (this.isIdentity) return svma;
    for (let i = 0; i < this.svma.length; i++) {
      if (svma >= this.svma[i] && svma < this.endSvma[i]) return svma - this.svma[i] + this.fileOffset[i];
    }
    return NaN;
  }
}
