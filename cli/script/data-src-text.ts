/**
 * Where a sampled memory access found its data (PERF_SAMPLE_DATA_SRC, union perf_mem_data_src in
 * include/uapi/linux/perf_event.h, Linux 7.2), as `perf script -F data_src` prints it.
 *
 *   bits: 0-4 operation | 5-18 level (old) | 19-23 snoop | 24-25 lock | 26-32 TLB | 33-36 level | 37 remote
 *         38-39 snoop, more | 40-42 blocked | 43-45 hops
 *
 *   5080144 |OP LOAD|LVL L1 hit|SNP None|TLB L1 or L2 hit|LCK No|BLK  N/A
 */

import { formatHalves } from '../../parser';

/** Names by bit, of the fields in which several can be set. */
const oldLevels = [
  'N/A', 'HIT', 'MISS', 'L1', 'LFB/MAB', 'L2', 'L3', 'Local RAM', 'Remote RAM (1 hop)', 'Remote RAM (2 hops)',
  'Remote Cache (1 hop)', 'Remote Cache (2 hops)', 'I/O', 'Uncached',
]; // prettier-ignore
const operations = ['N/A', 'LOAD', 'STORE', 'PFETCH', 'EXEC'];
const snoops = ['N/A', 'None', 'Hit', 'Miss', 'HitM', 'Fwd', 'Peer'];
const tlbs = ['N/A', 'HIT', 'MISS', 'L1', 'L2', 'Walker', 'Fault'];

/** Names by number; perf 7.2 has none for 7 (L0). */
const levels = [
  '', 'L1', 'L2', 'L3', 'L4', 'L2 MHB', 'Memory-side Cache', undefined, 'Uncached', 'CXL', 'I/O', 'Any cache',
  'LFB/MAB', 'RAM', 'PMEM', 'N/A',
]; // prettier-ignore
const hops = ['N/A', 'core, same node', 'node, same socket', 'socket, same board', 'board'];

const HIT = 2;
const MISS = 4;
/** "Not available", hit and miss: bits of a field that do not say where. */
const NO_PLACE = 1 | HIT | MISS;
const NOT_AVAILABLE_LEVEL = 15;

/** perf prints into a buffer of 100 bytes. */
const LONGEST = 99;

/** Prints the field, each time at least as wide as ever before. */
export class DataSourceText {
  private width = 0;

  format(low: number, high: number): string {
    const text = `${formatHalves(low, high).padStart(16)} ${describeDataSource(low, high)}`.slice(0, LONGEST);
    this.width = Math.max(this.width, text.length);
    return text.padEnd(this.width);
  }
}

/** Says what the halves of the word mean. */
function describeDataSource(low: number, high: number): string {
  const word = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const field = (from: number, bits: number): number =>
    Number((word >> BigInt(from)) & ((1n << BigInt(bits)) - 1n));
  const operation = operations.find((_, bit) => (field(0, 5) >> bit) & 1) ?? 'No';
  const snoop = namesOf(field(19, 5) | (field(38, 2) << 5), snoops) || 'N/A';
  const lock = field(24, 2);
  const lockText = lock & 1 ? 'N/A' : lock & 2 ? 'Yes' : 'No';
  const parts = [
    `OP ${operation}`,
    `LVL ${describeLevel(field)}`,
    `SNP ${snoop}`,
    `TLB ${describeTlb(field(26, 7))}`,
    `LCK ${lockText}`,
    `BLK ${describeBlock(field(40, 3))}`,
  ];
  return parts.map((part) => `|${part}`).join('');
}

function describeLevel(field: (from: number, bits: number) => number): string {
  const old = field(5, 14);
  const outcome = old & HIT ? 'hit' : old & MISS ? 'miss' : '';
  const level = field(33, 4);
  if (level !== 0 && level !== NOT_AVAILABLE_LEVEL) {
    const hop = field(43, 3);
    const remote = field(37, 1) ? 'Remote ' : '';
    const way = hop === 0 ? '' : `${hops[hop] ?? '(null)'} `;
    return `${remote}${way}${levels[level] ?? `Unknown level ${level}`} ${outcome}`;
  }
  const places = namesOf(old & ~NO_PLACE, oldLevels);
  return places === '' ? 'N/A' : `${places} ${outcome}`;
}

function describeTlb(bits: number): string {
  const place = namesOf(bits & ~(HIT | MISS), tlbs) || 'N/A';
  return `${place}${bits & HIT ? ' hit' : ''}${bits & MISS ? ' miss' : ''}`;
}

function describeBlock(bits: number): string {
  if (bits === 0 || bits & 1) return ' N/A';
  return `${bits & 2 ? ' Data' : ''}${bits & 4 ? ' Addr' : ''}`;
}

function namesOf(bits: number, names: readonly string[]): string {
  return names.filter((_, bit) => (bits >> bit) & 1).join(' or ');
}
