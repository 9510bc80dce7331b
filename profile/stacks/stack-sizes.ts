/**
 * How large the recorded copies of the stack would have had to be: which `--call-graph dwarf,SIZE` suffices.
 *
 *   stack pointer ─► ┌──────────────┐
 *                    │ copy         │ of a complete stack: what lies between is what it needed
 *   outermost frame ─┼─►            │ of one cut off: the outermost frame of the same thread's other
 *                    │              │ samples tells where it would have ended
 *                    └──────────────┘
 */

import { StopReason } from '../../unwinder';

/** perf takes no more than this (the kernel's limit: a u16, less 8 bytes of alignment). */
export const LARGEST_STACK_COPY_BYTES = 65_528;

/** The word above the outermost frame's stack pointer that its row still reads; sizes are multiples of it. */
const WORD_BYTES = 8;

/** Memory grows with distinct sizes and with the distinct places where stacks were cut off, not with samples. */
export class StackSizes {
  samples = 0;
  /** Samples whose copy ended before the stack did. */
  cutOffSamples = 0;
  /** Complete stacks by the size that they needed, in words. */
  private readonly completeByWords = new Map<number, number>();
  /** Stacks that were cut off, by thread and stack pointer. */
  private readonly cutOff = new Map<number, Map<number, number>>();
  /** Stack pointers of outermost frames by thread: one for each stack that it ran on. */
  private readonly outermost = new Map<number, Set<number>>();

  /**
   * Counts a sample by its right chain.
   * @param stop why the chain ends
   * @param outermost stack pointer of the outermost frame reached
   * @param copySizeBytes valid bytes of the sample's copy
   */
  addSample(
    stop: StopReason | undefined,
    tid: number,
    stackPointer: number,
    outermost: number,
    copySizeBytes: number,
  ): void {
    this.samples++;
    if (stop === StopReason.StackNotCaptured) {
      this.cutOffSamples++;
      let places = this.cutOff.get(tid);
      if (!places) this.cutOff.set(tid, (places = new Map<number, number>()));
      places.set(stackPointer, (places.get(stackPointer) ?? 0) + 1);
      return;
    }
    const spanned = outermost - stackPointer + WORD_BYTES;
    // A signal stack lies elsewhere: its span says nothing about the copy.
    const isWithinCopy = spanned >= 0 && spanned <= copySizeBytes + WORD_BYTES;
    const words = Math.ceil((isWithinCopy ? spanned : copySizeBytes) / WORD_BYTES);
    this.completeByWords.set(words, (this.completeByWords.get(words) ?? 0) + 1);
    if (!isWithinCopy || stop !== StopReason.Outermost) return;
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
    const needed = this.needed();
    return shares.map((share) => {
      let rest = Math.max(1, Math.ceil(share * this.samples));
      const size = needed.find(({ samples }) => (rest -= samples) <= 0)?.bytes;
      if (size === undefined || size === Infinity) return 'unknown';
      return size <= LARGEST_STACK_COPY_BYTES ? size : 'too-far';
    });
  }

  /** Samples by the size that they need, smallest first. */
  private needed(): { bytes: number; samples: number }[] {
    const needed: { bytes: number; samples: number }[] = [];
    for (const [words, samples] of this.completeByWords) needed.push({ bytes: words * WORD_BYTES, samples });
    for (const [tid, places] of this.cutOff) {
      for (const [stackPointer, samples] of places) {
        const words = Math.ceil(this.estimate(tid, stackPointer) / WORD_BYTES);
        needed.push({ bytes: words * WORD_BYTES, samples });
      }
    }
    return needed.sort((a, b) => a.bytes - b.bytes);
  }

  /** What a stack that was cut off needs: up to the nearest known end above it. */
  private estimate(tid: number, stackPointer: number): number {
    let nearest = Infinity;
    for (const end of this.outermost.get(tid) ?? [])
      if (end >= stackPointer) nearest = Math.min(nearest, end);
    return nearest - stackPointer + WORD_BYTES;
  }
}
