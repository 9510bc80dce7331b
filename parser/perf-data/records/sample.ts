/**
 * One PERF_RECORD_SAMPLE, decoded into an object that the caller reuses for every sample. Scalars are read at
 * once; of what varies in size (callchain, registers, stack copy, raw data, branches) only the place is kept.
 *
 * Words that may be garbage or exceed 2^53 are kept as two halves; offsets are from the start of `bytes`.
 */

import { addressFromHalves } from '../../bytes';

export class Sample {
  /** The chunk that holds the record: borrowed from the record stream, valid until the next record. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  littleEndian = true;

  /** Index of the event (attribute) that the sample belongs to. */
  eventIndex = 0;
  misc = 0;
  /** Offset in the file, of the record's header. */
  fileOffset = 0;
  /** Where the record lies in `bytes`, its header included. */
  recordStart = 0;
  recordEnd = 0;

  ipLow = 0;
  ipHigh = 0;
  pid = -1;
  tid = -1;
  hasTime = false;
  timeLow = 0;
  timeHigh = 0;
  addrLow = 0;
  addrHigh = 0;
  idLow = 0;
  idHigh = 0;
  streamIdLow = 0;
  streamIdHigh = 0;
  cpu = -1;
  /** Exact to 2^53. The attribute's fixed period where the sample does not carry one. */
  period = 0;
  readOffset = -1;
  /** Offset of the first callchain entry; -1 where the sample has no callchain field. */
  callchainOffset = -1;
  callchainCount = 0;
  rawOffset = -1;
  rawSizeBytes = 0;
  /** Offset of the first branch entry (24 bytes each); -1 without branch stack. */
  branchOffset = -1;
  branchCount = 0;
  branchCountersOffset = -1;
  /** PERF_SAMPLE_REGS_ABI_*: 0 none (kernel threads), 1 32-bit, 2 64-bit. */
  userRegsAbi = 0;
  /** Offset of the first register word, in ascending order of the mask's bits; -1 where there is none. */
  userRegsOffset = -1;
  intrRegsAbi = 0;
  intrRegsOffset = -1;
  /** Offset of the copy of the user stack, from the stack pointer up; -1 where there is none. */
  stackOffset = -1;
  /** Valid bytes of the copy (the record's dynamic size). */
  stackSizeBytes = 0;
  /**
   * The fields of user registers (from `userStateStart`) and stack copy (from `userStackStart` to `userStateEnd`),
   * whatever is in them.
   */
  userStateStart = 0;
  userStackStart = 0;
  userStateEnd = 0;
  weightLow = 0;
  weightHigh = 0;
  dataSrcLow = 0;
  dataSrcHigh = 0;
  transactionLow = 0;
  transactionHigh = 0;
  physAddrLow = 0;
  physAddrHigh = 0;
  cgroupLow = 0;
  cgroupHigh = 0;
  dataPageSize = 0;
  codePageSize = 0;

  /** PERF_RECORD_MISC_KERNEL, _USER… */
  get cpumode(): number {
    return this.misc & 7;
  }

  /** The instruction pointer as a signed double. */
  get ip(): number {
    return addressFromHalves(this.ipLow, this.ipHigh);
  }
}
