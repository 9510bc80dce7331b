/**
 * Feature sections that other parts need to know (numbers: enum in tools/perf/util/header.h, perf 7.2).
 * Strings are u32 size (rounded up to 64 bytes by perf) and that many bytes, ended by a zero.
 */

import { ParseError, type ByteReader, type ByteSource } from '../../bytes';
import { readEventAttr, type EventAttr } from '../records/event-attr';
import { PERF_RECORD_MISC_BUILD_ID_SIZE, RECORD_HEADER_SIZE } from '../constants';
import type { FileHeader } from '../container/file-header';

export const Feature = {
  TRACING_DATA: 1,
  BUILD_ID: 2,
  HOSTNAME: 3,
  OSRELEASE: 4,
  VERSION: 5,
  ARCH: 6,
  NRCPUS: 7,
  CPUDESC: 8,
  CPUID: 9,
  TOTAL_MEM: 10,
  CMDLINE: 11,
  EVENT_DESC: 12,
  CPU_TOPOLOGY: 13,
  NUMA_TOPOLOGY: 14,
  BRANCH_STACK: 15,
  PMU_MAPPINGS: 16,
  GROUP_DESC: 17,
  AUXTRACE: 18,
  STAT: 19,
  CACHE: 20,
  SAMPLE_TIME: 21,
  MEM_TOPOLOGY: 22,
  CLOCKID: 23,
  DIR_FORMAT: 24,
  BPF_PROG_INFO: 25,
  BPF_BTF: 26,
  COMPRESSED: 27,
  CPU_PMU_CAPS: 28,
  CLOCK_DATA: 29,
  HYBRID_TOPOLOGY: 30,
  PMU_CAPS: 31,
  CPU_DOMAIN_INFO: 32,
  E_MACHINE: 33,
  CLN_SIZE: 34,
} as const;

/** Features that a recording can have: bits of a word of 256. A pipe's last HEADER_FEATURE record has no known number. */
export const FEATURE_COUNT = 256;

/** The feature sections of a recording: of a file at once, of a pipe as far as it was read. */
export interface FeatureSections {
  /** Numbers of the sections that are there, ascending. */
  readonly numbers: readonly number[];
  /** The bytes of a section, or undefined where the recording has none. @throws ParseError */
  read(feature: number): Uint8Array | undefined;
}

/** Feature sections where a file's header says they are. */
export class FileFeatureSections implements FeatureSections {
  constructor(
    private readonly source: ByteSource,
    private readonly header: FileHeader,
  ) {}

  get numbers(): readonly number[] {
    return [...this.header.features.keys()];
  }

  read(feature: number): Uint8Array | undefined {
    const section = this.header.features.get(feature);
    return section && this.source.read(section.offset, section.sizeBytes);
  }
}

/** Feature sections that came as HEADER_FEATURE and HEADER_TRACING_DATA records. */
export class PipeFeatureSections implements FeatureSections {
  private readonly sections = new Map<number, Uint8Array>();

  get numbers(): readonly number[] {
    return [...this.sections.keys()].sort((a, b) => a - b);
  }

  read(feature: number): Uint8Array | undefined {
    return this.sections.get(feature);
  }

  /** Adds a section; the bytes are kept. */
  set(feature: number, bytes: Uint8Array): void {
    this.sections.set(feature, bytes);
  }
}

/** A string with its size before it. */
export function readFeatureString(reader: ByteReader): string {
  return reader.readFixedString(reader.readU32());
}

/** An entry of the feature EVENT_DESC. */
export interface NamedEvent {
  readonly attr: EventAttr;
  readonly ids: readonly number[];
  readonly name: string;
}

/** EVENT_DESC: u32 count, u32 attr size, then for each event: attr, u32 ids, name, the ids. */
export function parseEventDescriptions(reader: ByteReader): NamedEvent[] {
  const count = reader.readU32();
  const attrSizeBytes = reader.readU32();
  const events: NamedEvent[] = [];
  for (let i = 0; i < count; i++) {
    const start = reader.position;
    const attr = readEventAttr(reader, attrSizeBytes);
    reader.seek(start + attrSizeBytes);
    const idCount = reader.readU32();
    const name = readFeatureString(reader);
    if (idCount > reader.remaining / 8) {
      throw new ParseError({
        what: 'event description claims too many ids',
        where: reader.where,
        found: String(idCount),
        expected: `at most ${reader.remaining / 8}`,
      });
    }
    events.push({ attr, name, ids: Array.from({ length: idCount }, () => reader.readAddress()) });
  }
  return events;
}

/** CMDLINE: u32 count and as many strings: perf's path, and (of older perf) its arguments. */
export function parseCommandLine(reader: ByteReader): string[] {
  const count = reader.readU32();
  const parts: string[] = [];
  for (let i = 0; i < count && reader.remaining > 0; i++) parts.push(readFeatureString(reader));
  return parts;
}

/** CLOCK_DATA: two readings of clocks taken together, by which times of samples become times of day. */
export interface ClockData {
  /** CLOCK_MONOTONIC and so on, by the kernel's numbers. */
  readonly clockId: number;
  readonly timeOfDayNs: bigint;
  readonly clockNs: bigint;
}

/** CLOCK_DATA: version u32 = 1, clock u32, time of day u64, time of the clock u64. */
export function parseClockData(reader: ByteReader): ClockData {
  const version = reader.readU32();
  if (version !== 1) {
    throw new ParseError({
      what: 'clock data of an unknown version',
      where: reader.where,
      found: String(version),
      expected: '1',
    });
  }
  return { clockId: reader.readU32(), timeOfDayNs: reader.readBigU64(), clockNs: reader.readBigU64() };
}

/** COMPRESSED: how records were compressed. */
export interface CompressionFacts {
  readonly version: number;
  /** 1 is zstd. */
  readonly type: number;
  readonly level: number;
  readonly ratio: number;
}

export function parseCompressionFacts(reader: ByteReader): CompressionFacts {
  return {
    version: reader.readU32(),
    type: reader.readU32(),
    level: reader.readU32(),
    ratio: reader.readU32(),
  };
}

/** A build id that perf record stored for a binary. */
export interface RecordedBuildId {
  readonly misc: number;
  readonly pid: number;
  readonly buildId: Uint8Array;
  readonly path: string;
}

/**
 * BUILD_ID: entries of header (type u32, misc u16, size u16), pid s32, 24 bytes of id, and the path.
 * Byte 20 of the id field is its true size where the misc bit says so; otherwise ids are 20 bytes.
 * Before Linux 2.6.35 entries had no pid, and nothing says so but where the kernel's name "[kernel.kallsyms]" begins.
 */
export function parseBuildIds(reader: ByteReader): RecordedBuildId[] {
  const start = reader.position;
  const entries = readBuildIdEntries(reader, readBuildIdBody);
  if (!entries.some(({ path }) => path.startsWith('nel.kallsyms]'))) return entries;
  reader.seek(start);
  return readBuildIdEntries(reader, (each, misc, end) => readIdAndPath(each, misc, -1, end));
}

function readBuildIdEntries(reader: ByteReader, readBody: typeof readBuildIdBody): RecordedBuildId[] {
  const entries: RecordedBuildId[] = [];
  while (reader.remaining >= RECORD_HEADER_SIZE + 28) {
    const start = reader.position;
    reader.skip(4);
    const misc = reader.readU16();
    const sizeBytes = reader.readU16();
    if (sizeBytes < RECORD_HEADER_SIZE + 28 || start + sizeBytes > reader.sizeBytes) break;
    entries.push(readBody(reader, misc, start + sizeBytes));
    reader.seek(start + sizeBytes);
  }
  return entries;
}

/** The body of a build id entry (also of a HEADER_BUILD_ID record), from the pid on. */
export function readBuildIdBody(reader: ByteReader, misc: number, end: number): RecordedBuildId {
  return readIdAndPath(reader, misc, reader.readI32(), end);
}

function readIdAndPath(reader: ByteReader, misc: number, pid: number, end: number): RecordedBuildId {
  const id = reader.readBytes(24);
  const idSize = misc & PERF_RECORD_MISC_BUILD_ID_SIZE ? Math.min(id[20], 20) : 20;
  return { misc, pid, buildId: id.slice(0, idSize), path: reader.readFixedString(end - reader.position) };
}
