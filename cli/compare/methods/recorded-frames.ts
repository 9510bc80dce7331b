/** Frames of recorded chains, made comparable with those of unwound ones. */

import { PERF_RECORD_MISC_KERNEL, PERF_RECORD_MISC_USER, TWO_POW_32 } from '../../../parser';
import { UNMAPPED_KERNEL, type Thread } from '../../../unwinder';
import type { Session } from '../../../profile';

export class RecordedFrames {
  /** Of frames that are callers: the frames of their calls. */
  private readonly calls: number[] = [];

  constructor(private readonly session: Session) {}

  /** Whether a frame is in the kernel. */
  isKernel(frame: number): boolean {
    const { frames, mappings } = this.session;
    const mapping = frames.mapping[frame];
    return mapping < 0 ? mapping === UNMAPPED_KERNEL : mappings.mappings[mapping].module.isKernel;
  }

  /**
   * The frame of a caller as unwinding gives it: a recorded chain holds return addresses, which may belong to the next
   * function already; one before them lies in the call.
   */
  callOf(frame: number, thread: Thread): number {
    return (this.calls[frame] ??= this.findCall(frame, thread));
  }

  private findCall(frame: number, thread: Thread): number {
    const { frames } = this.session;
    let low = frames.addressLow[frame];
    let high = frames.addressHigh[frame];
    if (low === 0) high = (high + TWO_POW_32 - 1) % TWO_POW_32;
    low = (low - 1) >>> 0;
    const cpumode = this.isKernel(frame) ? PERF_RECORD_MISC_KERNEL : PERF_RECORD_MISC_USER;
    return this.session.frameOf(cpumode, low, high, thread);
  }
}
