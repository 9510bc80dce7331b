/** The stack of one sample after the other: the kernel's part as it was recorded, the user's recorded or unwound. */

import { addressFromHalves, highWord, lowWord, Sample, type RecordedEvent } from '../../../parser';
import {
  appendCallStack,
  Callchain,
  FrameUnwinder,
  recordsCallStack,
  type FrameTable,
  type StopReason,
  type Thread,
  UserPart,
} from '../../../unwinder';
import type { GeneratedNames } from '../../names/generated-names';
import type { StackFacts } from '../../stacks/stack-facts';
import type { SessionOptions } from '../session-options';
import type { KernelSpace } from '../state/kernel-space';
import type { Unwinding } from './unwinding';

/** What stacks are made from. */
export interface StackParts {
  readonly frames: FrameTable;
  readonly kernelSpace: KernelSpace;
  readonly unwinding: Unwinding;
  readonly generated: GeneratedNames;
  /** Counts how large stack copies should have been. */
  readonly facts: StackFacts;
}

export class SampleStacks {
  /** The current sample; filled anew for each. */
  readonly sample = new Sample();
  /** Its stack. */
  readonly chain: Callchain;
  /** For addresses that are named by themselves, while {@link chain} holds a sample's stack. */
  private readonly singleAddress: Callchain;

  private readonly makeChain: () => Callchain;
  private readonly unwinding: Unwinding;
  private readonly generated: GeneratedNames;
  private readonly facts: StackFacts;

  constructor(
    { frames, kernelSpace, unwinding, generated, facts }: StackParts,
    private readonly options: SessionOptions,
  ) {
    this.unwinding = unwinding;
    this.generated = generated;
    this.facts = facts;
    const longestRecorded = options.keepsOutermost ? Infinity : options.maxStack;
    this.makeChain = () =>
      new Callchain(frames, kernelSpace, longestRecorded, options.behaviours.deferred.junk);
    this.chain = this.makeChain();
    this.singleAddress = new Callchain(frames, kernelSpace, 1);
  }

  /** The interned frame of an address of a thread. @param cpumode PERF_RECORD_MISC_KERNEL, _USER… */
  frameOf(cpumode: number, low: number, high: number, thread: Thread): number {
    this.singleAddress.reset();
    this.singleAddress.appendAddress(cpumode, low, high, thread.space);
    const frame = this.singleAddress.frames[0];
    return this.generated.knowsTimes ? this.generated.frameAt(frame, this.timeNs()) : frame;
  }

  /** Appends the current sample's recorded callchain; its address where it has none. */
  appendRecorded(event: RecordedEvent, thread: Thread): void {
    const { sample, chain } = this;
    if (sample.callchainOffset < 0) {
      chain.appendAddress(sample.cpumode, sample.ipLow, sample.ipHigh, thread.space);
      return;
    }
    const isCallStack = recordsCallStack(event.attr);
    if (isCallStack && appendCallStack(chain, sample, thread.space, this.options.maxStack)) return;
    const leafCallers = sample.userRegsOffset < 0 ? undefined : this.unwinding.leafCallersOf(event.index);
    chain.appendRecorded(sample, thread.space, sample.callchainCount, leafCallers);
  }

  /** A sample and a chain like these, for what is visited while these hold something else. */
  another(): { readonly sample: Sample; readonly chain: Callchain } {
    return { sample: new Sample(), chain: this.makeChain() };
  }

  /** Why the current stack ends; undefined where it was not unwound here. */
  get stopReason(): StopReason | undefined {
    return this.chain.userPart === UserPart.Unwound ? this.unwinding.unwinder?.stopReason : undefined;
  }

  /** Appends the user part of the current sample that is unwound here, if one is. */
  appendUnwound(thread: Thread): void {
    const { sample } = this;
    const { unwinder } = this.unwinding;
    const registers = this.unwinding.registersOf(sample.eventIndex);
    if (!registers || !unwinder) return;
    this.chain.appendUnwound(sample, unwinder, registers, thread.space);
    if (!(unwinder instanceof FrameUnwinder) || this.chain.userPart !== UserPart.Unwound) return;
    const { stopReason, outermostStackPointer } = unwinder;
    const stackPointer = registers.stackPointer(sample);
    this.facts.sizes.addSample(
      stopReason,
      sample.tid,
      stackPointer,
      outermostStackPointer,
      sample.stackSizeBytes,
    );
  }

  /** Appends the cookie at the end of the current sample's callchain. */
  appendCookie(): void {
    const { view, littleEndian, callchainOffset, callchainCount } = this.sample;
    const at = callchainOffset + (callchainCount - 1) * 8;
    this.chain.appendCookie(lowWord(view, at, littleEndian), highWord(view, at, littleEndian));
  }

  /** Finds what code lay where the current chain leads through generated code. */
  placeGeneratedCode(): void {
    const { chain, generated } = this;
    if (!generated.knowsTimes) return;
    const timeNs = this.timeNs();
    for (let i = 0; i < chain.count; i++) chain.frames[i] = generated.frameAt(chain.frames[i], timeNs);
  }

  /** The time of the current sample; Infinity where it has none. */
  private timeNs(): number {
    const { hasTime, timeLow, timeHigh } = this.sample;
    return hasTime ? addressFromHalves(timeLow, timeHigh) : Infinity;
  }
}
