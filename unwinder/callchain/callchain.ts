/**
 * One sample's whole stack: the recorded callchain (kernel part; user part where the kernel walked frame pointers),
 * then the user part unwound from registers and stack copy. Frames are innermost first.
 *
 *   recorded:  PERF_CONTEXT_KERNEL  k1 k2 …  PERF_CONTEXT_USER  u1 u2 …
 *              a marker says whose addresses follow; without one they are the user's
 *
 * Rules of perf 7.2 (tools/perf/util/machine.c, thread__resolve_callchain_sample): at most 127 addresses; an
 * unknown marker discards what came before it and ends the recorded part.
 */

import * as parser from '../../parser';
import type { AddressSpace } from '../process/address-space';
import {
  DEFERRED_COOKIE,
  UNMAPPED_HYPERVISOR,
  UNMAPPED_KERNEL,
  UNMAPPED_USER,
  type FrameTable,
} from './frame-table';
import type { LeafCallers } from './leaf-caller';
import type { SampleRegisters } from '../sample/sample-registers';
import type { SampleUnwinder } from '../walk/sample-unwinder';
import { withTwiceTheRoom } from './pair-table';

const MARKER_HIGH = 0xffffffff;
/** Low word of PERF_CONTEXT_MAX: words from here up are markers. */
const FIRST_MARKER_LOW = parser.PERF_CONTEXT_MAX >>> 0;

/** Where the user part of a stack comes from. */
export enum UserPart {
  None,
  /** Recorded by the kernel when the sample was taken (frame pointers). */
  Recorded,
  /** Recorded by the kernel on the way back to user mode (a deferred callchain; frame pointers). */
  Deferred,
  /** Unwound here. */
  Unwound,
}

/**
 * Junk in a deferred callchain that reads as a context marker: it ends the chain; or it is taken for the marker that it
 * reads as, and the whole stack is discarded where there is no such marker (perf).
 */
export type JunkInDeferred = 'ends' | 'is-a-marker';

export class Callchain {
  frames: Int32Array;
  count = 0;
  userPart = UserPart.None;
  private recordedFrames = 0;
  private isDiscarded = false;

  /** @param junkInDeferred what a word does that reads as a context marker, in a deferred callchain */
  constructor(
    private readonly frameTable: FrameTable,
    private readonly kernelSpace: AddressSpace,
    private readonly maxRecordedFrames: number,
    private readonly junkInDeferred: JunkInDeferred = 'ends',
  ) {
    this.frames = new Int32Array(512);
  }

  /** Empties the chain. */
  reset(): void {
    this.count = 0;
    this.userPart = UserPart.None;
    this.recordedFrames = 0;
    this.isDiscarded = false;
  }

  /**
   * Appends the first `entryCount` entries of the sample's recorded callchain.
   * @param leafCallers finds the frame that the kernel's walk along frame pointers missed
   */
  appendRecorded(
    sample: parser.Sample,
    space: AddressSpace,
    entryCount = sample.callchainCount,
    leafCallers?: LeafCallers,
  ): void {
    const { view, littleEndian: little, callchainOffset } = sample;
    let mode = parser.PERF_RECORD_MISC_USER;
    /** The entry after which a frame may be missing. */
    let leafEntry = -1;
    let leafIp = NaN;
    for (let i = 0; i < entryCount && this.recordedFrames < this.maxRecordedFrames; i++) {
      const at = callchainOffset + i * 8;
      const low = parser.lowWord(view, at, little);
      const high = parser.highWord(view, at, little);
      if (isMarker(low, high)) {
        mode = cpumodeOfMarker(low | 0);
        if (leafCallers && (low | 0) === parser.PERF_CONTEXT_USER) leafEntry = i + 1;
        if (mode >= 0) continue;
        this.discard();
        return;
      }
      if (mode === parser.PERF_RECORD_MISC_USER) this.userPart = UserPart.Recorded;
      if (leafEntry === i) leafIp = parser.addressFromHalves(low, high);
      else if (leafEntry >= 0 && leafEntry === i - 1) {
        const next = parser.addressFromHalves(low, high);
        const caller = leafCallers!.find(sample, space, leafIp, next);
        if (caller >= 0) this.append(caller);
      }
      this.appendRecordedAddress(mode, low, high, space);
    }
  }

  /**
   * Appends the user part that a CALLCHAIN_DEFERRED record holds. There are no markers in it, but frame pointers that point
   * anywhere yield words that look like one.
   */
  appendDeferred(callchain: parser.DeferredCallchain, space: AddressSpace): void {
    if (this.isDiscarded) return;
    const { view, littleEndian: little, offset, count } = callchain;
    let mode = parser.PERF_RECORD_MISC_USER;
    for (let i = 0; i < count && this.recordedFrames < this.maxRecordedFrames; i++) {
      const low = parser.lowWord(view, offset + i * 8, little);
      const high = parser.highWord(view, offset + i * 8, little);
      if (isMarker(low, high)) {
        if (this.junkInDeferred === 'ends') return;
        mode = cpumodeOfMarker(low | 0);
        if (mode >= 0) continue;
        this.discard();
        return;
      }
      this.userPart = UserPart.Deferred;
      this.appendRecordedAddress(mode, low, high, space);
    }
  }

  /** Appends the cookie that stands for a deferred user part, as a frame that is not an address. */
  appendCookie(low: number, high: number): void {
    if (this.isDiscarded || this.recordedFrames >= this.maxRecordedFrames) return;
    this.recordedFrames++;
    this.append(this.frameTable.intern(DEFERRED_COOKIE, low, high));
  }

  private appendRecordedAddress(cpumode: number, low: number, high: number, space: AddressSpace): void {
    this.recordedFrames++;
    this.appendAddress(cpumode, low, high, space);
  }

  /** Takes frames that a chain had before. */
  restore(frames: Int32Array, userPart: UserPart): void {
    this.reset();
    this.frames = frames;
    this.count = frames.length;
    this.userPart = userPart;
  }

  /** Drops the innermost recorded frames that are more than a limit: what perf does when it reads chains inwards. */
  keepOutermostRecorded(limit: number): void {
    const surplus = this.recordedFrames - limit;
    if (surplus <= 0) return;
    this.frames.copyWithin(0, surplus, this.count);
    this.count -= surplus;
    this.recordedFrames = limit;
  }

  private discard(): void {
    this.reset();
    this.isDiscarded = true;
  }

  /** Appends one address. @param cpumode PERF_RECORD_MISC_KERNEL, _USER or _HYPERVISOR */
  appendAddress(cpumode: number, low: number, high: number, space: AddressSpace): void {
    const avma = parser.addressFromHalves(low, high);
    let mapping: number;
    if (cpumode === parser.PERF_RECORD_MISC_USER) mapping = space.find(avma)?.mapping.index ?? UNMAPPED_USER;
    else if (cpumode === parser.PERF_RECORD_MISC_KERNEL) {
      mapping = this.kernelSpace.find(avma)?.mapping.index ?? UNMAPPED_KERNEL;
    } else mapping = UNMAPPED_HYPERVISOR;
    this.append(this.frameTable.intern(mapping, low, high));
  }

  /** Appends the user part, unwound from the sample's registers and stack copy. */
  appendUnwound(
    sample: parser.Sample,
    unwinder: SampleUnwinder,
    registers: SampleRegisters,
    space: AddressSpace,
  ): void {
    unwinder.unwind(sample, registers, space);
    for (let i = 0; i < unwinder.count; i++) this.append(unwinder.frames[i]);
    if (unwinder.count > 0) this.userPart = UserPart.Unwound;
  }

  private append(frame: number): void {
    if (this.count === this.frames.length) {
      this.frames = withTwiceTheRoom(this.frames);
    }
    this.frames[this.count++] = frame;
  }
}

function isMarker(low: number, high: number): boolean {
  return high === MARKER_HIGH && low >= FIRST_MARKER_LOW;
}

/** The cpumode that a marker announces, or -1 for one that is not known. */
function cpumodeOfMarker(marker: number): number {
  switch (marker) {
    case parser.PERF_CONTEXT_HV:
      return parser.PERF_RECORD_MISC_HYPERVISOR;
    case parser.PERF_CONTEXT_KERNEL:
      return parser.PERF_RECORD_MISC_KERNEL;
    case parser.PERF_CONTEXT_USER:
    case parser.PERF_CONTEXT_USER_DEFERRED:
      return parser.PERF_RECORD_MISC_USER;
    default:
      return -1;
  }
}
