/**
 * Feature sections that describe the machine (tools/perf/util/header.c, perf 7.2: the process_ functions). Strings are
 * as in features.ts: u32 size, bytes, padded. Counts are checked against what is left of the section.
 *
 *   NRCPUS           avail u32 | online u32
 *   CPU_TOPOLOGY     strings of sibling cores | strings of sibling threads | (core u32, socket u32) of each CPU
 *                    | strings of sibling dies | die u32 of each CPU          (older perf leaves out what comes last)
 *   NUMA_TOPOLOGY    nr u32 | (node u32, total u64, free u64, CPUs string)
 *   PMU_MAPPINGS     nr u32 | (type u32, name string)
 *   CACHE            version u32 = 1 | nr u32 | (level, line size, sets, ways: u32; type, size, map: strings)
 *   MEM_TOPOLOGY     version u64 = 1 | block size u64 | nr u64 | (node u64, size u64, bits u64, bitmap)
 *   HYBRID_TOPOLOGY  nr u32 | (name string, CPUs string)
 *   CPU_PMU_CAPS     nr u32 | (name string, value string)
 *   PMU_CAPS         nr u32 | (as CPU_PMU_CAPS, name string)
 *   CPU_DOMAIN_INFO  version u32 | largest count u32 | for each CPU online: cpu u32, nr u32,
 *                    (domain u32, name string from version 17 on, mask string, list string)
 */

import { ParseError, type ByteReader } from '../../bytes';
import { readFeatureString } from './features';

export interface CpuCounts {
  readonly available: number;
  readonly online: number;
}

export function parseCpuCounts(reader: ByteReader): CpuCounts {
  return { available: reader.readU32(), online: reader.readU32() };
}

export interface CpuPlace {
  readonly core: number;
  readonly socket: number;
  /** -1 where it was not recorded. */
  die: number;
}

export interface CpuTopology {
  readonly siblingCores: readonly string[];
  readonly siblingDies: readonly string[];
  readonly siblingThreads: readonly string[];
  /** Undefined where an old perf did not record it. */
  readonly cpus: readonly CpuPlace[] | undefined;
}

/** @param availableCpus as NRCPUS says */
export function parseCpuTopology(reader: ByteReader, availableCpus: number): CpuTopology {
  const siblingCores = readStrings(reader);
  const siblingThreads = readStrings(reader);
  if (reader.remaining === 0) return { siblingCores, siblingThreads, siblingDies: [], cpus: undefined };
  checkCount(reader, availableCpus, 8);
  const cpus: CpuPlace[] = Array.from({ length: availableCpus }, () => ({
    core: reader.readU32() | 0,
    socket: reader.readU32() | 0,
    die: -1,
  }));
  if (reader.remaining === 0) return { siblingCores, siblingThreads, siblingDies: [], cpus };
  const siblingDies = readStrings(reader);
  for (const cpu of cpus) cpu.die = reader.readU32() | 0;
  return { siblingCores, siblingThreads, siblingDies, cpus };
}

export interface NumaNode {
  readonly node: number;
  readonly totalKb: bigint;
  readonly freeKb: bigint;
  /** "0-3,8". */
  readonly cpus: string;
}

export function parseNumaTopology(reader: ByteReader): NumaNode[] {
  return readArray(reader, 24, () => ({
    node: reader.readU32(),
    totalKb: reader.readBigU64(),
    freeKb: reader.readBigU64(),
    cpus: readFeatureString(reader),
  }));
}

export interface PmuMapping {
  readonly type: number;
  readonly name: string;
}

export function parsePmuMappings(reader: ByteReader): PmuMapping[] {
  return readArray(reader, 8, () => ({ type: reader.readU32(), name: readFeatureString(reader) }));
}

export interface CpuCache {
  readonly level: number;
  readonly lineSizeBytes: number;
  readonly sets: number;
  readonly ways: number;
  /** "Data", "Instruction", "Unified". */
  readonly type: string;
  /** "32K". */
  readonly size: string;
  /** CPUs that share it. */
  readonly cpus: string;
}

export function parseCaches(reader: ByteReader): CpuCache[] {
  checkVersion(reader, reader.readU32());
  return readArray(reader, 28, () => ({
    level: reader.readU32(),
    lineSizeBytes: reader.readU32(),
    sets: reader.readU32(),
    ways: reader.readU32(),
    type: readFeatureString(reader),
    size: readFeatureString(reader),
    cpus: readFeatureString(reader),
  }));
}

export interface MemoryNode {
  readonly node: bigint;
  /** Numbers of the blocks that are present, ascending, as ranges. */
  readonly blocks: readonly (readonly [first: number, last: number])[];
}

export interface MemoryTopology {
  readonly blockSizeBytes: bigint;
  readonly nodes: readonly MemoryNode[];
}

export function parseMemoryTopology(reader: ByteReader): MemoryTopology {
  checkVersion(reader, reader.readSize());
  const blockSizeBytes = reader.readBigU64();
  const count = reader.readSize();
  checkCount(reader, count, 24);
  const nodes = Array.from({ length: count }, () => {
    const node = reader.readBigU64();
    reader.skip(8);
    return { node, blocks: readBitmapRanges(reader) };
  });
  return { blockSizeBytes, nodes };
}

export interface HybridNode {
  readonly pmu: string;
  readonly cpus: string;
}

export function parseHybridTopology(reader: ByteReader): HybridNode[] {
  return readArray(reader, 8, () => ({ pmu: readFeatureString(reader), cpus: readFeatureString(reader) }));
}

export interface Capability {
  readonly name: string;
  readonly value: string;
}

export function parseCapabilities(reader: ByteReader): Capability[] {
  return readArray(reader, 8, () => ({ name: readFeatureString(reader), value: readFeatureString(reader) }));
}

export interface PmuCapabilities {
  readonly pmu: string;
  readonly capabilities: readonly Capability[];
}

export function parsePmuCapabilities(reader: ByteReader): PmuCapabilities[] {
  return readArray(reader, 8, () => {
    const capabilities = parseCapabilities(reader);
    return { pmu: readFeatureString(reader), capabilities };
  });
}

export interface SchedulingDomain {
  readonly domain: number;
  readonly name: string | undefined;
  readonly cpuMask: string;
  readonly cpuList: string;
}

export interface CpuDomains {
  readonly cpu: number;
  readonly domains: readonly SchedulingDomain[];
}

export interface SchedulingDomains {
  readonly version: number;
  readonly mostDomains: number;
  readonly cpus: readonly CpuDomains[];
}

/** Domains have names from this version of schedstat on. */
const VERSION_WITH_NAMES = 17;

/** @param onlineCpus as NRCPUS says */
export function parseSchedulingDomains(reader: ByteReader, onlineCpus: number): SchedulingDomains {
  const version = reader.readU32();
  const mostDomains = reader.readU32();
  checkCount(reader, onlineCpus, 8);
  const cpus = Array.from({ length: onlineCpus }, () => ({
    cpu: reader.readU32(),
    domains: readArray(reader, 12, () => ({
      domain: reader.readU32(),
      name: version >= VERSION_WITH_NAMES ? readFeatureString(reader) : undefined,
      cpuMask: readFeatureString(reader),
      cpuList: readFeatureString(reader),
    })),
  }));
  return { version, mostDomains, cpus };
}

function readStrings(reader: ByteReader): string[] {
  return readArray(reader, 4, () => readFeatureString(reader));
}

/** A u32 count and that many entries. */
function readArray<T>(reader: ByteReader, smallestEntryBytes: number, readEntry: () => T): T[] {
  const count = reader.readU32();
  checkCount(reader, count, smallestEntryBytes);
  return Array.from({ length: count }, readEntry);
}

/** u64 number of bits, and as many u64 words as they need. */
function readBitmapRanges(reader: ByteReader): [number, number][] {
  const bits = reader.readSize();
  checkCount(reader, Math.ceil(bits / 64), 8);
  const ranges: [number, number][] = [];
  for (let from = 0; from < bits; from += 64) {
    const word = reader.readBigU64();
    for (let bit = 0; bit < 64 && from + bit < bits; bit++) {
      if (((word >> BigInt(bit)) & 1n) === 0n) continue;
      const last = ranges[ranges.length - 1];
      if (last?.[1] === from + bit - 1) last[1]++;
      else ranges.push([from + bit, from + bit]);
    }
  }
  return ranges;
}

function checkVersion(reader: ByteReader, version: number): void {
  if (version === 1) return;
  throw new ParseError({
    what: 'feature section of an unknown version',
    where: reader.where,
    found: String(version),
    expected: '1',
  });
}

function checkCount(reader: ByteReader, count: number, entryBytes: number): void {
  if (count * entryBytes <= reader.remaining) return;
  throw new ParseError({
    what: 'feature section claims more entries than it holds',
    where: reader.where,
    found: String(count),
    expected: `at most ${Math.floor(reader.remaining / entryBytes)}`,
  });
}
