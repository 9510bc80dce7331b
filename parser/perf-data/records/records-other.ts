/**
 * Decoders of records that change neither mappings nor threads, but are printed or counted (layouts: include/uapi/
 * linux/perf_event.h, Linux 7.2; BPF_METADATA: tools/lib/perf/include/perf/event.h). Offsets count from the header.
 *
 *   LOST             8 id u64 | 16 count u64
 *   NAMESPACES       8 pid,tid | 16 nr u64 | 24 (dev u64, inode u64) × nr
 *   CGROUP           8 id u64 | 16 path
 *   SWITCH_CPU_WIDE  8 pid,tid of the next or the previous thread            SWITCH has no body
 *   BPF_EVENT        8 type u16 | 10 flags u16 | 12 id u32 | 16 tag (8 bytes)
 *   TEXT_POKE        8 address | 16 old length u16 | 18 new length u16 | 20 old bytes, new bytes
 *   AUXTRACE_INFO    8 type u32 | …
 *   AUXTRACE_ERROR   8 type u32 | 12 code u32 | 16 cpu s32 | 20 pid,tid | 28 format u32 | 32 ip u64 | then, of format
 *                    0: 40 message (64 bytes)            1 and later: 40 time u64 | 48 message (64 bytes)
 *                    2 and later: 112 pid of a virtual machine s32 | 116 its cpu s32
 *   BPF_METADATA     8 program (512 bytes) | 520 nr u64 | 528 (key: 64 bytes, value: 256 bytes) × nr
 *
 * Types that have no decoder here are walked over and counted by name.
 */

import { ParseError } from '../../bytes';
import { RecordType } from '../constants';
import { recordReader, type RecordPlace } from './records';

export interface LostRecord {
  readonly id: bigint;
  readonly count: bigint;
}

/** Decodes LOST. @throws ParseError when the record is too short */
export function parseLost(place: RecordPlace, littleEndian: boolean): LostRecord {
  const reader = recordReader(place, littleEndian);
  return { id: reader.readBigU64(), count: reader.readBigU64() };
}

export interface NamespaceLink {
  readonly device: bigint;
  readonly inode: bigint;
}

export interface NamespacesRecord {
  readonly pid: number;
  readonly tid: number;
  /** In the kernel's order: net, uts, ipc, pid, user, mnt, cgroup. */
  readonly links: readonly NamespaceLink[];
}

/** Decodes NAMESPACES. @throws ParseError when the record is too short for what it claims */
export function parseNamespaces(place: RecordPlace, littleEndian: boolean): NamespacesRecord {
  const reader = recordReader(place, littleEndian);
  const pid = reader.readI32();
  const tid = reader.readI32();
  const count = reader.readSize();
  checkCount(place, count, 16, reader.remaining);
  const links = Array.from({ length: count }, () => ({
    device: reader.readBigU64(),
    inode: reader.readBigU64(),
  }));
  return { pid, tid, links };
}

export interface CgroupRecord {
  readonly id: bigint;
  readonly path: string;
}

/** Decodes CGROUP. @throws ParseError when the record is too short */
export function parseCgroup(place: RecordPlace, littleEndian: boolean): CgroupRecord {
  const reader = recordReader(place, littleEndian);
  return { id: reader.readBigU64(), path: reader.readCString() };
}

/** A thread that a CPU switched to or from. */
export interface SwitchPartner {
  readonly pid: number;
  readonly tid: number;
}

/** Decodes SWITCH_CPU_WIDE; undefined for SWITCH, which names nobody. @throws ParseError */
export function parseSwitchPartner(place: RecordPlace, littleEndian: boolean): SwitchPartner | undefined {
  if (place.type === RecordType.SWITCH) return undefined;
  const reader = recordReader(place, littleEndian);
  return { pid: reader.readI32(), tid: reader.readI32() };
}

export interface BpfEventRecord {
  /** PERF_BPF_EVENT_*: 1 program loaded, 2 unloaded. */
  readonly kind: number;
  readonly flags: number;
  readonly id: number;
}

/** Decodes BPF_EVENT. @throws ParseError when the record is too short */
export function parseBpfEvent(place: RecordPlace, littleEndian: boolean): BpfEventRecord {
  const reader = recordReader(place, littleEndian);
  return { kind: reader.readU16(), flags: reader.readU16(), id: reader.readU32() };
}

export interface TextPokeRecord {
  readonly address: number;
  readonly oldBytes: Uint8Array;
  readonly newBytes: Uint8Array;
}

/** Decodes TEXT_POKE; the bytes are borrowed. @throws ParseError when the record is too short for them */
export function parseTextPoke(place: RecordPlace, littleEndian: boolean): TextPokeRecord {
  const reader = recordReader(place, littleEndian);
  const address = reader.readAddress();
  const oldSize = reader.readU16();
  const newSize = reader.readU16();
  return { address, oldBytes: reader.readBytes(oldSize), newBytes: reader.readBytes(newSize) };
}

export interface BpfMetadataRecord {
  readonly program: string;
  readonly entries: readonly { readonly key: string; readonly value: string }[];
}

const BPF_PROGRAM_NAME_SIZE = 512;
const BPF_KEY_SIZE = 64;
const BPF_VALUE_SIZE = 256;

/** Decodes BPF_METADATA. @throws ParseError when the record is too short for what it claims */
export function parseBpfMetadata(place: RecordPlace, littleEndian: boolean): BpfMetadataRecord {
  const reader = recordReader(place, littleEndian);
  const program = reader.readFixedString(BPF_PROGRAM_NAME_SIZE);
  const count = reader.readSize();
  checkCount(place, count, BPF_KEY_SIZE + BPF_VALUE_SIZE, reader.remaining);
  const entries = Array.from({ length: count }, () => ({
    key: reader.readFixedString(BPF_KEY_SIZE),
    value: reader.readFixedString(BPF_VALUE_SIZE),
  }));
  return { program, entries };
}

/** enum auxtrace_type (tools/perf/util/auxtrace.h, perf 7.2). */
const traceNames: readonly (string | undefined)[] = [
  undefined,
  'Intel PT',
  'Intel BTS',
  'Arm CoreSight',
  'Arm SPE',
  's390 CPU-measurement',
  'HiSilicon PCIe',
  'PowerPC VPA dispatch',
];

/** The kind of hardware trace that AUXTRACE_INFO announces, as people call it. @throws ParseError when it is too short */
export function parseTraceName(place: RecordPlace, littleEndian: boolean): string {
  const type = recordReader(place, littleEndian).readU32();
  return traceNames[type] ?? `hardware, of type ${type}`;
}

export interface AuxtraceErrorRecord {
  /** PERF_AUXTRACE_ERROR_*: 1 is an instruction trace. */
  readonly kind: number;
  readonly code: number;
  readonly cpu: number;
  readonly pid: number;
  readonly tid: number;
  readonly ip: bigint;
  /** 0 where it is not known. */
  readonly timeNs: bigint;
  readonly message: string;
  /** The virtual machine that was traced, by its process on the host. */
  readonly guest: { readonly pid: number; readonly cpu: number } | undefined;
}

const AUXTRACE_MESSAGE_SIZE = 64;

/** Decodes AUXTRACE_ERROR, in which perf says what of a hardware trace was lost. @throws ParseError when it is too short */
export function parseAuxtraceError(place: RecordPlace, littleEndian: boolean): AuxtraceErrorRecord {
  const reader = recordReader(place, littleEndian);
  const kind = reader.readU32();
  const code = reader.readU32();
  const cpu = reader.readI32();
  const pid = reader.readI32();
  const tid = reader.readI32();
  const format = reader.readU32();
  const ip = reader.readBigU64();
  const timeNs = format === 0 ? 0n : reader.readBigU64();
  const message = reader.readFixedString(Math.min(AUXTRACE_MESSAGE_SIZE, reader.remaining));
  const guestPid = format >= 2 ? reader.readI32() : 0;
  const guest = guestPid === 0 ? undefined : { pid: guestPid, cpu: reader.readI32() };
  return { kind, code, cpu, pid, tid, ip, timeNs, message, guest };
}

function checkCount(place: RecordPlace, count: number, entryBytes: number, remainingBytes: number): void {
  if (count * entryBytes <= remainingBytes) return;
  throw new ParseError({
    what: 'record claims more entries than it holds',
    where: `record at file offset 0x${place.fileOffset.toString(16)}`,
    found: String(count),
    expected: `at most ${Math.floor(remainingBytes / entryBytes)}`,
  });
}
