/**
 * Stacks from Intel's last branch records in call-stack mode (`perf record --call-graph lbr`): the processor drops a
 * call's branch when the call returns, so that what is left are the calls that led here. They stand in for the user
 * part of the callchain, whose recorded addresses (frame pointers) are not used.
 *
 *   recorded callchain   PERF_CONTEXT_KERNEL k1 k2 … PERF_CONTEXT_USER (u1 u2 …)
 *   branches             from1→to1 (latest)  from2→to2 …
 *   stack                k1 k2 …  ip  from1  from2 …
 *
 * As in perf 7.2 (tools/perf/util/machine.c, resolve_lbr_callchain_sample) but for stitching (`--stitch-lbr`), which is
 * left out: it completes a stack by an older one that shares branches with it.
 */

import * as parser from '../../parser';
import type { AddressSpace } from '../process/address-space';
import type { Callchain } from './callchain';

/** Bytes of a branch: from, to, flags. */
const BRANCH_SIZE = 24;

/** Whether an event's branches are a call stack. */
export function recordsCallStack(attr: parser.EventAttr): boolean {
  const hasBranches = (attr.sampleType & parser.PERF_SAMPLE_BRANCH_STACK) !== 0;
  return hasBranches && (attr.branchSampleType & BigInt(parser.PERF_SAMPLE_BRANCH_CALL_STACK)) !== 0n;
}

/**
 * Appends a sample's stack whose user part the branches give.
 * @param maxFrames limit of the recorded part; branches are not limited
 * @returns false where the sample has no user part: take its callchain as it is
 */
export function appendCallStack(
  chain: Callchain,
  sample: parser.Sample,
  space: AddressSpace,
  maxFrames: number,
): boolean {
  const { view, littleEndian: little, callchainOffset, branchOffset, branchCount } = sample;
  const userEntry = findUserMarker(sample, maxFrames);
  if (userEntry < 0 || callchainOffset < 0 || branchOffset < 0) return false;
  chain.appendRecorded(sample, space, userEntry);
  const appendUser = (low: number, high: number): void =>
    chain.appendAddress(parser.PERF_RECORD_MISC_USER, low, high, space);
  if (sample.ipLow !== 0 || sample.ipHigh !== 0) appendUser(sample.ipLow, sample.ipHigh);
  else if (branchCount > 0) {
    appendUser(
      parser.lowWord(view, branchOffset + 8, little),
      parser.highWord(view, branchOffset + 8, little),
    );
  }
  for (let i = 0; i < branchCount; i++) {
    const at = branchOffset + i * BRANCH_SIZE;
    appendUser(parser.lowWord(view, at, little), parser.highWord(view, at, little));
  }
  return true;
}

/** Number of the callchain entry that says that the user part follows; -1 where there is none. */
function findUserMarker(sample: parser.Sample, maxFrames: number): number {
  const { view, littleEndian: little, callchainOffset, callchainCount } = sample;
  for (let i = 0; i < Math.min(callchainCount, maxFrames); i++) {
    const at = callchainOffset + i * 8;
    const isMarker = parser.highWord(view, at, little) === 0xffffffff;
    if (isMarker && (parser.lowWord(view, at, little) | 0) === parser.PERF_CONTEXT_USER) return i;
  }
  return -1;
}
