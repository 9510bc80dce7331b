/**
 * One branch of a sample's branch stack (struct perf_branch_entry of include/uapi/linux/perf_event.h), latest first:
 *
 *   0 from u64 | 8 to u64 | 16 flags u64
 *   flags: 0 mispredicted | 1 predicted | 2 in transaction | 3 abort | 4-19 cycles | 20-23 type | 24-25 speculation
 *          26-29 new type | 30-32 privilege | 33 not taken
 */

import { highWord, lowWord } from './sample-layout';
import type { Sample } from './sample';

const BRANCH_ENTRY_SIZE_BYTES = 24;

export const PERF_BR_COND = 1;
const PERF_BR_EXTEND_ABI = 15;
/** Where the numbers of the second list begin here. */
export const PERF_BR_NEW_TYPES = 16;

export class BranchEntry {
  fromLow = 0;
  fromHigh = 0;
  toLow = 0;
  toHigh = 0;
  flagsLow = 0;
  flagsHigh = 0;

  get isMispredicted(): boolean {
    return (this.flagsLow & 1) !== 0;
  }

  get isPredicted(): boolean {
    return (this.flagsLow & 2) !== 0;
  }

  get isInTransaction(): boolean {
    return (this.flagsLow & 4) !== 0;
  }

  get isAbort(): boolean {
    return (this.flagsLow & 8) !== 0;
  }

  /** A PERF_BR_… number, 0 where it is not known; of PERF_BR_EXTEND_ABI that of its own list, plus 16. */
  get type(): number {
    const type = (this.flagsLow >>> 20) & 15;
    return type === PERF_BR_EXTEND_ABI ? PERF_BR_NEW_TYPES + ((this.flagsLow >>> 26) & 15) : type;
  }

  /** Since the branch before this one; 0 where the processor does not count them. */
  get cycles(): number {
    return (this.flagsLow >>> 4) & 0xffff;
  }
}

/** Decodes a branch of a sample. @param index below the sample's `branchCount` */
export function decodeBranchInto(sample: Sample, index: number, out: BranchEntry): void {
  const { view, littleEndian } = sample;
  const at = sample.branchOffset + index * BRANCH_ENTRY_SIZE_BYTES;
  out.fromLow = lowWord(view, at, littleEndian);
  out.fromHigh = highWord(view, at, littleEndian);
  out.toLow = lowWord(view, at + 8, littleEndian);
  out.toHigh = highWord(view, at + 8, littleEndian);
  out.flagsLow = lowWord(view, at + 16, littleEndian);
  out.flagsHigh = highWord(view, at + 16, littleEndian);
}
