/**
 * Feature sections that other parts need to know (numbers: enum in tools/perf/util/header.h, perf 7.2).
 * Strings are u32 size (rounded up to 64 bytes by perf) and that many bytes, ended by a zero.
 */

import { ByteReader, ParseError, type ByteSource } from '../bytes';
import { readEventAttr, type EventAttr } from './event-attr';
import { PERF_RECORD_MISC_BUILD_ID_SIZE, RECORD_HEADER_SIZE } from './constants';
import type { FileHeader } from './file-header';

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

/** A reader over a feature's bytes, or undefined where the file has none. */
export function openFeature(source: ByteSource, header: FileHeader, feature: number): ByteReader | undefined {
  const section = header.features.get(feature);
  if (!section) return undefined;
  const where = `${source.name}, feature section ${feature}`;
  return new ByteReader(source.read(section.offset, section.sizeBytes), header.littleEndian, where);
}

/** A string with its size before it. */
export function readFeatureString(reader: ByteReader): string {
  return reader.readFixedString(reader.readU32());
}

/** A feature that is one string (HOSTNAME, ARCH…), or undefined. */
export function readStringFeature(
  source: ByteSource,
  header: FileHeader,
  feature: number,
): string | undefined {
  const reader = openFeature(source, header, feature);
  return reader && readFeatureString(reader);
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
 */
export function parseBuildIds(reader: ByteReader): RecordedBuildId[] {
  const entries: RecordedBuildId[] = [];
  while (reader.remaining >= RECORD_HEADER_SIZE + 28) {
    const start = reader.position;
    reader.skip(4);
    const misc = reader.readU16();
    const sizeBytes = reader.readU16();
    if (sizeBytes < RECORD_HEADER_SIZE + 28 || start + sizeBytes > reader.sizeBytes) break;
    entries.push(readBuildIdBody(reader, misc, start + sizeBytes));
    reader.seek(start + sizeBytes);
  }
  return entries;
}

/** The body of a build id entry (also of a HEADER_BUILD_ID record), from the pid on. */
export function readBuildIdBody(reader: ByteReader, misc: number, end: number): RecordedBuildId {
  const pid = reader.readI32();
  const id = reader.readBytes(24);
  const idSize = misc & PERF_RECORD_MISC_BUILD_ID_SIZE ? Math.min(id[20], 20) : 20;
  return { misc, pid, buildId: id.slice(0, idSize), path: reader.readFixedString(end - reader.position) };
}
