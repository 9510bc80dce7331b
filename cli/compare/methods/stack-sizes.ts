/**
 * How large the recorded copies of the stack would have had to be: which `--call-graph dwarf,SIZE` suffices.
 *
 *   stack pointer ─► ┌──────────────┐
 *                    │ copy         │ of a complete stack: what lies between is what it needed
 *   outermost frame ─┼─►            │ of one cut off: the outermost frame of the same thread's other
 *                    │              │ samples tells where it would have ended
 *                    └──────────────┘
 */

import { StopReason } from '../../../unwinder';
import type { UserChain } from './method-run';

/** perf takes no more than this (the kernel's limit: a u16, less 8 bytes of alignment). */
export const LARGEST_STACK_COPY_BYTES = 65_528;

/** The word above the outermost frame's stack pointer that its row still reads. */
const WORD_BYTES = 8;

export class StackSizes {
  samples = 0;
  /** Samples whose copy ended before the stack did. */
  cutOffSamples = 0;
  private readonly neededBytes: number[] = [];
  private readonly cutOff: { readonly tid: number; readonly stackPointer: number }[] = [];
  /** Stack pointers of outermost frames by thread: one for each stack that it ran on. */
  private readonly outermost = new Map<number, Set<number>>();

  /**
   * Counts a sample by its right chain.
   * @param outermost stack pointer of the outermost frame reached
   * @param copySizeBytes valid bytes of the sample's copy
   */
  addSample(
    chain: UserChain,
    tid: number,
    stackPointer: number,
    outermost: number,
    copySizeBytes: number,
  ): void {
    this.samples++;
    if (chain.stop === StopReason.StackNotCaptured) {
      this.cutOffSamples++;
      this.cutOff.push({ tid, stackPointer });
      return;
    }
    const spanned = outermost - stackPointer + WORD_BYTES;
    // A signal stack lies elsewhere: its span says nothing about the copy.
    const isWithinCopy = spanned >= 0 && spanned <= copySizeBytes + WORD_BYTES;
    this.neededBytes.push(isWithinCopy ? spanned : copySizeBytes);
    if (!isWithinCopy || chain.stop !== StopReason.Outermost) return;
    let ends = this.outermost.get(tid);
    if (!ends) this.outermost.set(tid, (ends = new Set()));
    ends.add(outermost);
  }

  /**
   * The smallest sizes, multiples of 8, that suffice for shares of the samples.
   * @returns for each share a size, or why there is none: too many stacks were cut off in threads of which no complete
   *   one is known, or go on further away than perf copies (on another stack, often)
   */
  sizesFor(shares: readonly number[]): (number | 'unknown' | 'too-far')[] {
    const needed = [...this.neededBytes, ...this.cutOff.map((sample) => this.estimate(sample))];
    const sorted = Float64Array.from(needed).sort();
    return shares.map((share) => {
      if (sorted.length === 0) return 'unknown';
      const bytes = Math.ceil(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] / 8) * 8;
      if (bytes <= LARGEST_STACK_COPY_BYTES) return bytes;
      return bytes === Infinity ? 'unknown' : 'too-far';
    });
  }

  /** What a stack that was cut off needs: up to the nearest known end above it. */
  private estimate({ tid, stackPointer }: { tid: number; stackPointer: number }): number {
    let nearest = Infinity;
    for (const end of this.outermost.get(tid) ?? [])
      if (end >= stackPointer) nearest = Math.min(nearest, end);
    return nearest - stackPointer + WORD_BYTES;
  }
}
