/** Frames of recorded chains, made comparable with those of unwound ones. */

import { PERF_RECORD_MISC_KERNEL, PERF_RECORD_MISC_USER, TWO_POW_32 } from '../../parser';
import { UNMAPPED_KERNEL, type Thread } from '../../unwinder';
import type { Session } from '../pipeline/session';

/**
 * The frame of a caller as unwinding gives it: a recorded chain holds return addresses, which may belong to the next
 * function already; one before them lies in the call.
 */
export function callerAddressFrame(session: Session, frame: number, thread: Thread): number {
  const { frames, mappings } = session;
  let low = frames.addressLow[frame];
  let high = frames.addressHigh[frame];
  if (low === 0) high = (high + TWO_POW_32 - 1) % TWO_POW_32;
  low = (low - 1) >>> 0;
  const mapping = frames.mapping[frame];
  const isKernel = mapping < 0 ? mapping === UNMAPPED_KERNEL : mappings.mappings[mapping].module.isKernel;
  return session.frameOf(isKernel ? PERF_RECORD_MISC_KERNEL : PERF_RECORD_MISC_USER, low, high, thread);
}
