/** Values of a sample as `perf script` prints them: registers, pages, weights, what a BPF program put out. */

import { PERF_TYPE_SOFTWARE, type RecordedEvent, type Sample } from '../../parser';

/** Where a sample has registers. */
interface RecordedRegisters {
  readonly abi: number;
  /** Of the first register's value in the sample's bytes. */
  readonly offset: number;
  /** Which registers there are, a bit each. */
  readonly mask: bigint;
}

export function formatRegisters(
  sample: Sample,
  { abi, offset, mask }: RecordedRegisters,
  names: readonly string[],
): string {
  let text = ` ABI:${abi} `;
  let word = 0;
  for (let register = 0; register < 64; register++) {
    if (((mask >> BigInt(register)) & 1n) === 0n) continue;
    const value = sample.view.getBigUint64(offset + word * 8, sample.littleEndian);
    text += `${(names[register] ?? 'unknown').padStart(5)}:0x${value.toString(16)} `;
    word++;
  }
  return text;
}

const PERF_COUNT_SW_PAGE_FAULTS = 2n;
const PERF_COUNT_SW_PAGE_FAULTS_MIN = 5n;
const PERF_COUNT_SW_PAGE_FAULTS_MAJ = 6n;
const PERF_COUNT_SW_BPF_OUTPUT = 10n;

/** Whether the sampled data address is one that symbols can name. */
export function isPageFault(event: RecordedEvent): boolean {
  const { type, config } = event.attr;
  const faults = [PERF_COUNT_SW_PAGE_FAULTS, PERF_COUNT_SW_PAGE_FAULTS_MIN, PERF_COUNT_SW_PAGE_FAULTS_MAJ];
  return type === PERF_TYPE_SOFTWARE && faults.includes(config);
}

export function isBpfOutput(event: RecordedEvent): boolean {
  return event.attr.type === PERF_TYPE_SOFTWARE && event.attr.config === PERF_COUNT_SW_BPF_OUTPUT;
}

export function weightOf(sample: Sample, event: RecordedEvent): bigint | number {
  const isStruct = (event.attr.sampleType & (1 << 24)) !== 0;
  return isStruct ? sample.weightLow : (BigInt(sample.weightHigh) << 32n) | BigInt(sample.weightLow);
}

/** Raw data of a BPF program, eight bytes a line. */
export function formatRawBytes(sample: Sample): string {
  const bytes = sample.bytes.subarray(sample.rawOffset, sample.rawOffset + sample.rawSizeBytes);
  let text = '\n';
  for (let at = 0; at < bytes.length; at += 8) {
    const line = bytes.subarray(at, at + 8);
    const hex = Array.from(line, (byte) => ` ${byte.toString(16).padStart(2, '0')}`).join('');
    const characters = Array.from(line, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    ).join('');
    text += `${at === 0 ? '      BPF output:' : '                 '} ${at.toString(16).padStart(4, '0')}:${hex.padEnd(24)}  ${characters.padEnd(8)}\n`;
  }
  return text + formatRawString(bytes);
}

/** The raw data once more where it is a text that a zero ends. */
function formatRawString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  if (end < 0 || bytes.subarray(end).some((byte) => byte !== 0)) return '';
  const characters = bytes.subarray(0, end);
  if (characters.some((byte) => byte < 0x20 || byte >= 0x7f)) return '';
  return `      BPF string: "${String.fromCharCode(...characters)}"\n`;
}
