/**
 * struct perf_event_attr (include/uapi/linux/perf_event.h, Linux 7.2), of any size version (64 to 144 bytes;
 * longer ones from newer kernels are read as far as they are known here).
 *
 *   0 type u32 | 4 size u32 | 8 config u64 | 16 sample_period/freq u64 | 24 sample_type u64 | 32 read_format u64
 *   40 flags u64 (bitfield) | 48 wakeup u32 | 52 bp_type u32 | 56 config1 u64 | 64 config2 u64
 *   72 branch_sample_type u64 | 80 sample_regs_user u64 | 88 sample_stack_user u32 | 92 clockid s32
 *   96 sample_regs_intr u64 | 104 aux_watermark u32 | 108 sample_max_stack u16 | 112 aux_sample_size u32
 *   116 aux_action u32 | 120 sig_data u64 | 128 config3 u64 | 136 config4 u64
 */

import { type ByteReader, ParseError } from '../../bytes';

/** Size of the first published struct; nothing shorter exists. */
const PERF_ATTR_SIZE_VER0 = 64;

/** Bit numbers of the flag word, by the names of the C bitfield, in its order. */
export const attrFlagNames = [
  'disabled', 'inherit', 'pinned', 'exclusive', 'exclude_user', 'exclude_kernel', 'exclude_hv', 'exclude_idle',
  'mmap', 'comm', 'freq', 'inherit_stat', 'enable_on_exec', 'task', 'watermark', 'precise_ip_0', 'precise_ip_1',
  'mmap_data', 'sample_id_all', 'exclude_host', 'exclude_guest', 'exclude_callchain_kernel',
  'exclude_callchain_user', 'mmap2', 'comm_exec', 'use_clockid', 'context_switch', 'write_backward', 'namespaces',
  'ksymbol', 'bpf_event', 'aux_output', 'cgroup', 'text_poke', 'build_id', 'inherit_thread', 'remove_on_exec',
  'sigtrap', 'defer_callchain', 'defer_output',
] as const; // prettier-ignore

export type AttrFlag = (typeof attrFlagNames)[number];

const flagBits = new Map<AttrFlag, number>(attrFlagNames.map((name, bit) => [name, bit]));

export interface EventAttr {
  /** PERF_TYPE_*, or the number of a dynamic PMU. */
  readonly type: number;
  /** Size that the recording perf gave the struct. */
  readonly sizeBytes: number;
  readonly config: bigint;
  /** A period, or a frequency in Hz where the flag `freq` is set. */
  readonly samplePeriod: bigint;
  /** PERF_SAMPLE_* bits (all known ones fit 32 bits). */
  readonly sampleType: number;
  readonly sampleTypeHigh: number;
  /** PERF_FORMAT_* bits. */
  readonly readFormat: number;
  readonly flagsLow: number;
  readonly flagsHigh: number;
  readonly wakeup: number;
  readonly bpType: number;
  readonly config1: bigint;
  readonly config2: bigint;
  readonly branchSampleType: bigint;
  /** Which user registers a sample holds, in perf's numbering of the architecture. */
  readonly sampleRegsUser: bigint;
  readonly sampleStackUser: number;
  readonly clockId: number;
  readonly sampleRegsIntr: bigint;
  readonly auxWatermark: number;
  readonly sampleMaxStack: number;
  readonly auxSampleSize: number;
  /** Bits, in this order: aux_start_paused, aux_pause, aux_resume. */
  readonly auxAction: number;
  readonly sigData: bigint;
  readonly config3: bigint;
  readonly config4: bigint;
}

/**
 * Reads a perf_event_attr at the reader's position and moves past it.
 * @param availableBytes bytes that the container gives the struct
 * @throws ParseError when the struct is shorter than any that exists, or its container
 */
export function readEventAttr(reader: ByteReader, availableBytes: number): EventAttr {
  const start = reader.position;
  const mostBytes = Math.min(availableBytes, reader.remaining);
  const type = reader.readU32();
  // Perf writes 0 for "as the first published struct" (PERF_ATTR_SIZE_VER0 in tools/perf/util/header.c).
  const sizeBytes = reader.readU32() || PERF_ATTR_SIZE_VER0;
  if (sizeBytes < PERF_ATTR_SIZE_VER0 || sizeBytes > mostBytes) {
    throw new ParseError({
      what: 'event attribute has an impossible size',
      where: `${reader.where}, offset 0x${start.toString(16)}`,
      found: `${sizeBytes} bytes`,
      expected: `${PERF_ATTR_SIZE_VER0} to ${mostBytes} bytes`,
    });
  }
  const bytes = reader.bytes.subarray(start, start + sizeBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, sizeBytes);
  const little = reader.littleEndian;
  const u64 = (offset: number): bigint => (offset + 8 <= sizeBytes ? view.getBigUint64(offset, little) : 0n);
  const u32 = (offset: number): number => (offset + 4 <= sizeBytes ? view.getUint32(offset, little) : 0);
  reader.seek(start + sizeBytes);
  const sampleType = u64(24);
  return {
    type,
    sizeBytes,
    config: u64(8),
    samplePeriod: u64(16),
    sampleType: Number(sampleType & 0xffffffffn),
    sampleTypeHigh: Number(sampleType >> 32n),
    readFormat: Number(u64(32)),
    flagsLow: readBitfield(view, 40, little),
    flagsHigh: readBitfield(view, 44, little),
    wakeup: u32(48),
    bpType: u32(52),
    config1: u64(56),
    config2: u64(64),
    branchSampleType: u64(72),
    sampleRegsUser: u64(80),
    sampleStackUser: u32(88),
    clockId: u32(92) | 0,
    sampleRegsIntr: u64(96),
    auxWatermark: u32(104),
    sampleMaxStack: sizeBytes >= 110 ? view.getUint16(108, little) : 0,
    auxSampleSize: u32(112),
    auxAction: sizeBytes >= 120 ? readBitfield(view, 116, little) : 0,
    sigData: u64(120),
    config3: u64(128),
    config4: u64(136),
  };
}

/** The attribute with flags cleared. */
export function withoutFlags(attr: EventAttr, flags: readonly AttrFlag[]): EventAttr {
  let { flagsLow, flagsHigh } = attr;
  for (const flag of flags) {
    const bit = flagBits.get(flag)!;
    if (bit < 32) flagsLow &= ~(1 << bit);
    else flagsHigh &= ~(1 << (bit - 32));
  }
  return { ...attr, flagsLow, flagsHigh };
}

/** Whether a flag of the attribute's bitfield is set. */
export function hasFlag(attr: EventAttr, flag: AttrFlag): boolean {
  const bit = flagBits.get(flag)!;
  const word = bit < 32 ? attr.flagsLow : attr.flagsHigh;
  return ((word >>> (bit & 31)) & 1) === 1;
}

/** The two bits `precise_ip`, 0 to 3. */
export function preciseIp(attr: EventAttr): number {
  return (attr.flagsLow >>> 15) & 3;
}

/**
 * Four bytes of a C bitfield, first field in bit 0. Compilers fill big-endian bitfields from the top bit of
 * each byte: reversing every byte's bits, and leaving the bytes in place, gives the little-endian word.
 */
function readBitfield(view: DataView, offset: number, littleEndian: boolean): number {
  if (littleEndian) return view.getUint32(offset, true);
  let word = 0;
  for (let i = 0; i < 4; i++) word |= reverseBits(view.getUint8(offset + i)) << (8 * i);
  return word >>> 0;
}

/** The bits of a byte in the other order. */
export function reverseBits(byte: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) reversed |= 0x80 >> bit;
  return reversed;
}
