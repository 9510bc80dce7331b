/** One way of finding user stacks, run over all samples of a recording: its chain of the sample at hand, and its counts. */

import type { Sample } from '../../parser';
import {
  StopReason,
  type AddressSpace,
  type SampleRegisters,
  type SampleUnwinder,
  type UnwindMethod,
} from '../../unwinder';

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

  push(frame: number): void {
    if (this.count === this.frames.length) {
      const larger = new Int32Array(this.frames.length * 2);
      larger.set(this.frames);
      this.frames = larger;
    }
    this.frames[this.count++] = frame;
  }
}

export class MethodRun {
  readonly chain = new UserChain();
  samples = 0;
  completeStacks = 0;
  frames = 0;
  deepest = 0;
  /** Samples by StopReason; empty for recorded chains. */
  readonly stops: number[] = [];
  /** Time spent unwinding, in milliseconds. */
  elapsedMs = 0;

  constructor(
    readonly name: MethodName,
    /** Undefined for recorded chains. */
    readonly unwinder: SampleUnwinder | undefined,
  ) {}

  /** Unwinds a sample into {@link chain}. */
  unwind(sample: Sample, registers: SampleRegisters, space: AddressSpace): void {
    const { chain, unwinder } = this;
    if (!unwinder) return;
    const start = performance.now();
    unwinder.unwind(sample, registers, space);
    this.elapsedMs += performance.now() - start;
    chain.reset();
    for (let i = 0; i < unwinder.count; i++) chain.push(unwinder.frames[i]);
    chain.stop = unwinder.stopReason;
  }

  /** Counts the sample whose stack is in {@link chain}. */
  countSample(): void {
    const { chain } = this;
    this.samples++;
    this.frames += chain.count;
    this.deepest = Math.max(this.deepest, chain.count);
    if (chain.stop === undefined) return;
    this.stops[chain.stop] = (this.stops[chain.stop] ?? 0) + 1;
    if (chain.stop === StopReason.Outermost) this.completeStacks++;
  }
}
