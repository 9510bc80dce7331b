/** How large the recorded copies of the stack would have had to be: which `--call-graph dwarf,SIZE` suffices. */

import { StopReason } from '../../unwinder';
import type { MethodRun } from './method-run';

/** perf rounds the size up to a multiple of 8 and takes no more than this (the kernel's limit, a u16 less 8). */
export const LARGEST_STACK_COPY_BYTES = 65_528;

/** The word above the outermost frame's stack pointer that its row still reads. */
const WORD_BYTES = 8;

export class StackSizes {
  samples = 0;
  /** Samples whose copy ended before the stack did. */
  cutOffSamples = 0;
  private readonly neededBytes: number[] = [];

  /** Counts a sample by its right chain. @param copySizeBytes valid bytes of the sample's copy */
  addSample(run: MethodRun, stackPointer: number, copySizeBytes: number): void {
    this.samples++;
    if (run.chain.stop === StopReason.StackNotCaptured) {
      this.cutOffSamples++;
      // It needs more than there is; how much more cannot be seen.
      this.neededBytes.push(Infinity);
      return;
    }
    const outermost = run.unwinder?.outermostStackPointer ?? NaN;
    const spanned = outermost - stackPointer + WORD_BYTES;
    // A signal stack lies elsewhere: its span says nothing about the copy.
    this.neededBytes.push(spanned >= 0 && spanned <= copySizeBytes + WORD_BYTES ? spanned : copySizeBytes);
  }

  /**
   * The smallest size, a multiple of 8, that suffices for a share of the samples; undefined where the recording
   * cannot tell, because the copies of more samples than that were cut off.
   */
  sizeFor(share: number): number | undefined {
    if (this.samples === 0) return undefined;
    const sorted = Float64Array.from(this.neededBytes).sort();
    const needed = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    return needed === Infinity ? undefined : Math.min(LARGEST_STACK_COPY_BYTES, Math.ceil(needed / 8) * 8);
  }
}
