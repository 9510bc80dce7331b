/** One way of finding user stacks, run over all samples of a recording: its chain of the sample at hand, and its counts. */

import type { Sample } from '../../../parser';
import {
  StopReason,
  type AddressSpace,
  type SampleRegisters,
  type SampleUnwinder,
  type UnwindMethod,
} from '../../../unwinder';

/**
 * `kernel` is SFrame by the kernel's rules (--kernel-rules). The chain that the kernel recorded (frame pointers, or
 * deferred) takes part as a method of its own.
 */
export type MethodName = UnwindMethod | 'kernel' | 'recorded';

/** A user stack, innermost frame first. Reused for every sample. */
export class UserChain {
  frames = new Int32Array(256);
  count = 0;
  /** Why it ends; undefined for recorded chains, which do not tell. */
  stop: StopReason | undefined;

  /** Empties it. */
  reset(): void {
    this.count = 0;
    this.stop = undefined;
  }

  /** Adds a frame further out. */
  push(frame: number): void {
    this.reserve(this.count + 1);
    this.frames[this.count++] = frame;
  }

  /** Becomes a copy of the first frames of an array. */
  take(frames: Int32Array, count: number): void {
    this.reserve(count);
    for (let i = 0; i < count; i++) this.frames[i] = frames[i];
    this.count = count;
  }

  private reserve(count: number): void {
    if (count <= this.frames.length) return;
    const larger = new Int32Array(Math.max(count, this.frames.length * 2));
    larger.set(this.frames);
    this.frames = larger;
  }
}

/** Why a stack ends: a StopReason, or that the method takes a frame for the outermost that has a caller by DWARF. */
export type Ending = StopReason | typeof FALSE_OUTERMOST;
/** Beyond all values of StopReason. */
export const FALSE_OUTERMOST = 32;

export class MethodRun {
  readonly chain = new UserChain();
  samples = 0;
  /** Stacks that reach the outermost frame. */
  completeStacks = 0;
  frames = 0;
  deepest = 0;
  /** Samples by Ending; empty for recorded chains, which do not tell. */
  readonly endings: number[] = [];
  /** Of these, those whose stacks are complete. */
  readonly completeByEnding: number[] = [];
  /** Of the sample counted last. */
  isComplete = false;
  ending: Ending | undefined;
  /** Time spent unwinding samples for which all rules were known, in milliseconds, and their frames. */
  warmMs = 0;
  warmFrames = 0;

  constructor(
    readonly name: MethodName,
    /** Undefined for recorded chains. */
    readonly unwinder: SampleUnwinder | undefined,
  ) {}

  /** Unwinds a sample into {@link chain}. */
  unwind(sample: Sample, registers: SampleRegisters, space: AddressSpace): void {
    const { chain, unwinder } = this;
    if (!unwinder) return;
    const { counters } = unwinder;
    const knownBefore = counters.cacheMisses;
    const start = performance.now();
    unwinder.unwind(sample, registers, space);
    const end = performance.now();
    if (counters.cacheMisses === knownBefore) {
      this.warmMs += end - start;
      this.warmFrames += unwinder.count;
    }
    chain.take(unwinder.frames, unwinder.count);
    chain.stop = unwinder.stopReason;
  }

  /**
   * Counts the sample whose stack is in {@link chain}.
   * @param dwarf the chain that is taken as right
   */
  countSample(dwarf: UserChain): void {
    const { chain } = this;
    this.isComplete = isComplete(chain, dwarf);
    this.samples++;
    this.frames += chain.count;
    this.deepest = Math.max(this.deepest, chain.count);
    if (this.isComplete) this.completeStacks++;
    this.ending = chain.stop === StopReason.Outermost && !this.isComplete ? FALSE_OUTERMOST : chain.stop;
    if (this.ending === undefined) return;
    this.endings[this.ending] = (this.endings[this.ending] ?? 0) + 1;
    if (!this.isComplete) return;
    this.completeByEnding[this.ending] = (this.completeByEnding[this.ending] ?? 0) + 1;
  }
}

/**
 * Whether a stack reaches the outermost frame. What that is, DWARF knows best: a frame pointer of zero is not proof
 * (a register with data in it may be zero), and a method may well reach it without knowing that it is the last.
 */
function isComplete(chain: UserChain, dwarf: UserChain): boolean {
  const endsLikeDwarf = chain.count > 0 && chain.frames[chain.count - 1] === dwarf.frames[dwarf.count - 1];
  if (dwarf.stop === StopReason.Outermost && endsLikeDwarf) return true;
  if (chain.stop !== StopReason.Outermost) return false;
  return dwarf.stop === StopReason.Outermost ? isBeginning(dwarf, chain) : !isBeginning(chain, dwarf);
}

/** Whether a chain is a shorter one's continuation. */
function isBeginning(shorter: UserChain, longer: UserChain): boolean {
  if (shorter.count >= longer.count) return false;
  for (let i = 0; i < shorter.count; i++) if (shorter.frames[i] !== longer.frames[i]) return false;
  return true;
}
