/**
 * Where the fields of a sample are, worked out once per event attribute (PERF_RECORD_SAMPLE in
 * include/uapi/linux/perf_event.h, Linux 7.2). The fields up to the period have fixed offsets; from the read
 * values on the place depends on sizes in the record.
 *
 *   header 8 | identifier | ip | pid,tid | time | addr | id | stream_id | cpu,res | period      (8 bytes each)
 *   read values | nr, callchain | raw | branches | abi, user registers | size, stack, dynamic size
 *   weight | data_src | transaction | abi, interrupt registers | phys_addr | cgroup | page sizes | aux
 *
 * Other records end in a trailer of the same facts (sample_id, where the attribute says sample_id_all):
 *
 *   … | pid,tid | time | id | stream_id | cpu,res | identifier |
 */

import * as c from '../constants';
import { hasFlag, type EventAttr } from './event-attr';
import type { Sample } from './sample';

/** A sample's variable part claims more than its record holds. */
export enum SampleStatus {
  Ok,
  Truncated,
}

export class SampleLayout {
  readonly hasSampleIdAll: boolean;
  /** Offsets from the start of the record; -1 where the field is absent. */
  private readonly identifierOffset: number;
  private readonly ipOffset: number;
  private readonly tidOffset: number;
  private readonly timeOffset: number;
  private readonly addrOffset: number;
  private readonly idOffset: number;
  private readonly streamIdOffset: number;
  private readonly cpuOffset: number;
  private readonly periodOffset: number;
  private readonly fixedSizeBytes: number;
  private readonly userRegisterCount: number;
  private readonly intrRegisterCount: number;
  private readonly fixedPeriod: number;
  /** Offsets of the trailer's fields from the end of the record, in bytes; 0 where absent. */
  private readonly trailerTid: number;
  private readonly trailerTime: number;
  private readonly trailerId: number;
  private readonly trailerStreamId: number;
  private readonly trailerCpu: number;
  readonly trailerSizeBytes: number;

  constructor(readonly attr: EventAttr) {
    const has = (bit: number): boolean => (attr.sampleType & bit) !== 0;
    let at = c.RECORD_HEADER_SIZE;
    const place = (bit: number): number => {
      if (!has(bit)) return -1;
      at += 8;
      return at - 8;
    };
    this.identifierOffset = place(c.PERF_SAMPLE_IDENTIFIER);
    this.ipOffset = place(c.PERF_SAMPLE_IP);
    this.tidOffset = place(c.PERF_SAMPLE_TID);
    this.timeOffset = place(c.PERF_SAMPLE_TIME);
    this.addrOffset = place(c.PERF_SAMPLE_ADDR);
    this.idOffset = place(c.PERF_SAMPLE_ID);
    this.streamIdOffset = place(c.PERF_SAMPLE_STREAM_ID);
    this.cpuOffset = place(c.PERF_SAMPLE_CPU);
    this.periodOffset = place(c.PERF_SAMPLE_PERIOD);
    this.fixedSizeBytes = at;
    this.userRegisterCount = countBits(attr.sampleRegsUser);
    this.intrRegisterCount = countBits(attr.sampleRegsIntr);
    // As perf does: without PERF_SAMPLE_PERIOD a sample weighs what the attribute says, even if that is a frequency.
    this.fixedPeriod = Number(attr.samplePeriod);

    this.hasSampleIdAll = hasFlag(attr, 'sample_id_all');
    let fromEnd = 0;
    const placeFromEnd = (bit: number): number => {
      if (!has(bit) || !this.hasSampleIdAll) return 0;
      fromEnd += 8;
      return fromEnd;
    };
    const identifier = placeFromEnd(c.PERF_SAMPLE_IDENTIFIER);
    this.trailerCpu = placeFromEnd(c.PERF_SAMPLE_CPU);
    this.trailerStreamId = placeFromEnd(c.PERF_SAMPLE_STREAM_ID);
    const id = placeFromEnd(c.PERF_SAMPLE_ID);
    this.trailerTime = placeFromEnd(c.PERF_SAMPLE_TIME);
    this.trailerTid = placeFromEnd(c.PERF_SAMPLE_TID);
    this.trailerId = identifier || id;
    this.trailerSizeBytes = fromEnd;
  }

  /**
   * Offset, from the start of a sample record, of the id that names its event; -1 where samples carry none.
   * All events of a file agree on it (perf refuses to record otherwise).
   */
  get sampleIdOffset(): number {
    return this.identifierOffset >= 0 ? this.identifierOffset : this.idOffset;
  }

  /** The same for other records: bytes back from the record's end, 0 where there is none. */
  get trailerIdOffset(): number {
    return this.trailerId;
  }

  /** Offset of the time in a record of the given type and size, or -1. */
  timeOffsetIn(type: number, recordSizeBytes: number): number {
    if (type === c.RecordType.SAMPLE) return this.timeOffset;
    if (this.trailerTime === 0 || recordSizeBytes < c.RECORD_HEADER_SIZE + this.trailerSizeBytes) return -1;
    return recordSizeBytes - this.trailerTime;
  }

  /**
   * Decodes the trailer (sample_id) of a record that is not a sample: thread, time, id, cpu.
   * @param start offset of the record in `view`
   */
  decodeTrailerInto(view: DataView, start: number, sizeBytes: number, little: boolean, out: Sample): void {
    out.pid = -1;
    out.tid = -1;
    out.cpu = -1;
    out.hasTime = false;
    out.timeLow = 0;
    out.timeHigh = 0;
    out.idLow = 0;
    out.idHigh = 0;
    if (sizeBytes < c.RECORD_HEADER_SIZE + this.trailerSizeBytes) return;
    const end = start + sizeBytes;
    if (this.trailerTid) {
      out.pid = view.getInt32(end - this.trailerTid, little);
      out.tid = view.getInt32(end - this.trailerTid + 4, little);
    }
    if (this.trailerTime) {
      out.hasTime = true;
      out.timeLow = lowWord(view, end - this.trailerTime, little);
      out.timeHigh = highWord(view, end - this.trailerTime, little);
    }
    if (this.trailerId) {
      out.idLow = lowWord(view, end - this.trailerId, little);
      out.idHigh = highWord(view, end - this.trailerId, little);
    }
    if (this.trailerStreamId) {
      out.streamIdLow = lowWord(view, end - this.trailerStreamId, little);
      out.streamIdHigh = highWord(view, end - this.trailerStreamId, little);
    }
    if (this.trailerCpu) out.cpu = view.getInt32(end - this.trailerCpu, little);
  }

  /**
   * Decodes a sample record in place. Borrowed: `out` keeps offsets into `view`.
   * @param start offset of the record's header in `view`
   * @param sizeBytes size of the record by its header
   * @returns Truncated when a field does not fit the record; what came before it is decoded
   */
  decodeInto(view: DataView, start: number, sizeBytes: number, little: boolean, out: Sample): SampleStatus {
    resetVariableParts(out);
    if (sizeBytes < this.fixedSizeBytes) return SampleStatus.Truncated;
    out.ipLow = this.ipOffset >= 0 ? lowWord(view, start + this.ipOffset, little) : 0;
    out.ipHigh = this.ipOffset >= 0 ? highWord(view, start + this.ipOffset, little) : 0;
    out.pid = this.tidOffset >= 0 ? view.getInt32(start + this.tidOffset, little) : -1;
    out.tid = this.tidOffset >= 0 ? view.getInt32(start + this.tidOffset + 4, little) : -1;
    out.hasTime = this.timeOffset >= 0;
    out.timeLow = out.hasTime ? lowWord(view, start + this.timeOffset, little) : 0;
    out.timeHigh = out.hasTime ? highWord(view, start + this.timeOffset, little) : 0;
    out.addrLow = this.addrOffset >= 0 ? lowWord(view, start + this.addrOffset, little) : 0;
    out.addrHigh = this.addrOffset >= 0 ? highWord(view, start + this.addrOffset, little) : 0;
    const idOffset = this.sampleIdOffset;
    out.idLow = idOffset >= 0 ? lowWord(view, start + idOffset, little) : 0;
    out.idHigh = idOffset >= 0 ? highWord(view, start + idOffset, little) : 0;
    out.streamIdLow = this.streamIdOffset >= 0 ? lowWord(view, start + this.streamIdOffset, little) : 0;
    out.streamIdHigh = this.streamIdOffset >= 0 ? highWord(view, start + this.streamIdOffset, little) : 0;
    out.cpu = this.cpuOffset >= 0 ? view.getInt32(start + this.cpuOffset, little) : -1;
    out.period = this.periodOffset >= 0 ? size64(view, start + this.periodOffset, little) : this.fixedPeriod;
    return this.decodeVariableParts(view, start + this.fixedSizeBytes, start + sizeBytes, little, out);
  }

  /**
   * The fields from the read values to the branches; `at` moves through them and never passes `end`. Sizes come as
   * doubles, and are made integers once they are known to fit: V8 does not inline reads at offsets that are doubles.
   */
  private decodeVariableParts(
    view: DataView,
    from: number,
    end: number,
    little: boolean,
    out: Sample,
  ): SampleStatus {
    const type = this.attr.sampleType;
    let at = from;
    if (type & c.PERF_SAMPLE_READ) {
      out.readOffset = at;
      const readSizeBytes = this.readSizeBytes(view, at, end, little);
      if (readSizeBytes > end - at) return SampleStatus.Truncated;
      at = (at + readSizeBytes) | 0;
    }
    if (type & c.PERF_SAMPLE_CALLCHAIN) {
      if (at + 8 > end) return SampleStatus.Truncated;
      const count = size64(view, at, little);
      at += 8;
      if (count * 8 > end - at) return SampleStatus.Truncated;
      out.callchainOffset = at;
      out.callchainCount = count | 0;
      at = (at + count * 8) | 0;
    }
    if (type & c.PERF_SAMPLE_RAW) {
      if (at + 4 > end) return SampleStatus.Truncated;
      const size = view.getUint32(at, little);
      if (at + 4 + size > end) return SampleStatus.Truncated;
      out.rawOffset = at + 4;
      out.rawSizeBytes = size;
      at = (at + 4 + size) | 0;
    }
    if (type & c.PERF_SAMPLE_BRANCH_STACK) {
      if (at + 8 > end) return SampleStatus.Truncated;
      const count = size64(view, at, little);
      at += 8;
      const branchType = Number(this.attr.branchSampleType & 0xffffffffn);
      if (branchType & c.PERF_SAMPLE_BRANCH_HW_INDEX) at += 8;
      const hasCounters = (branchType & c.PERF_SAMPLE_BRANCH_COUNTERS) !== 0;
      if (count * (hasCounters ? 32 : 24) > end - at) return SampleStatus.Truncated;
      out.branchOffset = at;
      out.branchCount = count | 0;
      at = (at + count * 24) | 0;
      if (hasCounters) {
        out.branchCountersOffset = at;
        at = (at + count * 8) | 0;
      }
    }
    return this.decodeUserState(view, at, end, little, out);
  }

  /** Registers and the copy of the stack. */
  private decodeUserState(
    view: DataView,
    from: number,
    end: number,
    little: boolean,
    out: Sample,
  ): SampleStatus {
    const type = this.attr.sampleType;
    let at = from;
    out.userStateStart = at;
    if (type & c.PERF_SAMPLE_REGS_USER) {
      if (at + 8 > end) return SampleStatus.Truncated;
      out.userRegsAbi = lowWord(view, at, little);
      at += 8;
      if (out.userRegsAbi !== 0) {
        if (this.userRegisterCount * 8 > end - at) return SampleStatus.Truncated;
        out.userRegsOffset = at;
        at += this.userRegisterCount * 8;
      }
    }
    out.userStackStart = at;
    if (type & c.PERF_SAMPLE_STACK_USER) {
      if (at + 8 > end) return SampleStatus.Truncated;
      const size = size64(view, at, little);
      at += 8;
      // Size 0 has no dynamic size after it: perf_output_sample_ustack() returns early for kernel threads.
      if (size !== 0) {
        if (size + 8 > end - at) return SampleStatus.Truncated;
        out.stackOffset = at;
        const dynamicSizeAt = (at + size) | 0;
        out.stackSizeBytes = Math.min(size, size64(view, dynamicSizeAt, little)) | 0;
        at = dynamicSizeAt + 8;
      }
    }
    out.userStateEnd = at;
    return this.decodeTail(view, at, end, little, out);
  }

  /** The words after the stack copy. */
  private decodeTail(view: DataView, from: number, end: number, little: boolean, out: Sample): SampleStatus {
    const type = this.attr.sampleType;
    let at = from;
    if (type & (c.PERF_SAMPLE_WEIGHT | c.PERF_SAMPLE_WEIGHT_STRUCT)) {
      if (at + 8 > end) return SampleStatus.Truncated;
      out.weightLow = lowWord(view, at, little);
      out.weightHigh = highWord(view, at, little);
      at += 8;
    }
    if (type & c.PERF_SAMPLE_DATA_SRC) {
      if (at + 8 > end) return SampleStatus.Truncated;
      out.dataSrcLow = lowWord(view, at, little);
      out.dataSrcHigh = highWord(view, at, little);
      at += 8;
    }
    if (type & c.PERF_SAMPLE_TRANSACTION) {
      if (at + 8 > end) return SampleStatus.Truncated;
      out.transactionLow = lowWord(view, at, little);
      out.transactionHigh = highWord(view, at, little);
      at += 8;
    }
    if (type & c.PERF_SAMPLE_REGS_INTR) {
      if (at + 8 > end) return SampleStatus.Truncated;
      out.intrRegsAbi = lowWord(view, at, little);
      at += 8;
      if (out.intrRegsAbi !== 0) {
        if (this.intrRegisterCount * 8 > end - at) return SampleStatus.Truncated;
        out.intrRegsOffset = at;
        at += this.intrRegisterCount * 8;
      }
    }
    if (type & c.PERF_SAMPLE_PHYS_ADDR) {
      if (at + 8 > end) return SampleStatus.Truncated;
      out.physAddrLow = lowWord(view, at, little);
      out.physAddrHigh = highWord(view, at, little);
      at += 8;
    }
    if (type & c.PERF_SAMPLE_CGROUP) {
      if (at + 8 > end) return SampleStatus.Truncated;
      out.cgroupLow = lowWord(view, at, little);
      out.cgroupHigh = highWord(view, at, little);
      at += 8;
    }
    if (type & c.PERF_SAMPLE_DATA_PAGE_SIZE) {
      if (at + 8 > end) return SampleStatus.Truncated;
      out.dataPageSize = size64(view, at, little);
      at += 8;
    }
    if (type & c.PERF_SAMPLE_CODE_PAGE_SIZE) {
      if (at + 8 > end) return SampleStatus.Truncated;
      out.codePageSize = size64(view, at, little);
    }
    return SampleStatus.Ok;
  }

  /** Size of the read values (read_format in perf_event.h); past `end` when they do not fit. */
  private readSizeBytes(view: DataView, at: number, end: number, little: boolean): number {
    const format = this.attr.readFormat;
    const times =
      (format & c.PERF_FORMAT_TOTAL_TIME_ENABLED ? 8 : 0) +
      (format & c.PERF_FORMAT_TOTAL_TIME_RUNNING ? 8 : 0);
    const perCounter = 8 + (format & c.PERF_FORMAT_ID ? 8 : 0) + (format & c.PERF_FORMAT_LOST ? 8 : 0);
    if (!(format & c.PERF_FORMAT_GROUP)) return times + perCounter;
    if (at + 8 > end) return end - at + 1;
    return 8 + times + size64(view, at, little) * perCounter;
  }
}

function resetVariableParts(out: Sample): void {
  out.readOffset = -1;
  out.callchainOffset = -1;
  out.callchainCount = 0;
  out.rawOffset = -1;
  out.rawSizeBytes = 0;
  out.branchOffset = -1;
  out.branchCount = 0;
  out.branchCountersOffset = -1;
  out.userRegsAbi = 0;
  out.userRegsOffset = -1;
  out.intrRegsAbi = 0;
  out.intrRegsOffset = -1;
  out.stackOffset = -1;
  out.stackSizeBytes = 0;
}

/** Low 32 bits of the 64-bit word at an offset, unsigned. */
export function lowWord(view: DataView, at: number, little: boolean): number {
  return view.getUint32(little ? at : at + 4, little);
}

/** High 32 bits of the 64-bit word at an offset, unsigned. */
export function highWord(view: DataView, at: number, little: boolean): number {
  return view.getUint32(little ? at + 4 : at, little);
}

/** A 64-bit word as an unsigned double: exact to 2^53, larger (absurd) values stay larger than any size. */
export function size64(view: DataView, at: number, little: boolean): number {
  return highWord(view, at, little) * 0x1_0000_0000 + lowWord(view, at, little);
}

function countBits(mask: bigint): number {
  let count = 0;
  for (let rest = mask; rest !== 0n; rest &= rest - 1n) count++;
  return count;
}
