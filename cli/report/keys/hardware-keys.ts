/** Keys of what the processor says of a sample: transactions, latencies, sizes of pages. */

import { PERF_SAMPLE_WEIGHT_STRUCT, type RecordedEvent, type Sample } from '../../../parser';
import { formatPageSize } from '../../text/page-size';
import { compareWide, inOrder, wideNumber } from './key-text';
import type { SortKey } from './sort-key';

/** Of a word of transactions, from include/uapi/linux/perf_event.h: PERF_TXN_ELISION and so on, as perf calls them. */
const transactionNames: readonly (readonly [bit: number, name: string])[] = [
  [1 << 0, 'EL '],
  [1 << 1, 'TX '],
  [1 << 2, 'SYNC '],
  [1 << 3, 'ASYNC '],
  [1 << 4, 'RETRY '],
  [1 << 5, 'CON '],
  [1 << 6, 'CAP-WRITE '],
  [1 << 7, 'CAP-READ '],
];
const SYNC_OR_ASYNC = (1 << 2) | (1 << 3);
/** What perf has room for where there are any. */
const TRANSACTION_WIDTH = 32;

/** How a hardware transaction ended; the upper half is the code that it was aborted with. */
export const transaction: SortKey = {
  heading: 'Transaction'.padEnd(27),
  tells: {
    of: 'sample',
    record: () => (sample) => wideNumber(sample.transactionHigh, sample.transactionLow),
  },
  ...inOrder((a, b, facts) => compareWide(facts.detail(b, transaction), facts.detail(a, transaction))),
  measure: (entry, facts) => (facts.detail(entry, transaction) === 0 ? 0 : TRANSACTION_WIDTH),
  text: (entry, facts, width) => transactionText(BigInt(facts.detail(entry, transaction))).padEnd(width),
};

function transactionText(word: bigint): string {
  const bits = Number(word & 0xffff_ffffn);
  let text = '';
  for (const [bit, name] of transactionNames) if ((bits & bit) !== 0) text += name;
  if (word !== 0n && (bits & SYNC_OR_ASYNC) === 0) text += 'NEITHER ';
  return word >> 32n === 0n ? text : `${text}:${(word >> 32n).toString(16)}`;
}

export const codePageSize: SortKey = {
  heading: 'Code Page Size',
  tells: { of: 'sample', record: () => (sample) => sample.codePageSize },
  ...inOrder((a, b, facts) => Number(facts.detail(a, codePageSize)) - Number(facts.detail(b, codePageSize))),
  measure: () => 0,
  text: (entry, facts, width) => formatPageSize(Number(facts.detail(entry, codePageSize))).padEnd(width),
};

/** The second 16 bits beside a weight. */
function firstLatency(sample: Sample, { attr }: RecordedEvent): number {
  return attr.sampleType & PERF_SAMPLE_WEIGHT_STRUCT ? sample.weightHigh & 0xffff : 0;
}

/** The last 16 bits beside a weight. */
function secondLatency(sample: Sample, { attr }: RecordedEvent): number {
  return attr.sampleType & PERF_SAMPLE_WEIGHT_STRUCT ? (sample.weightHigh >>> 16) & 0xffff : 0;
}

/** A number that came with a sample, or that of all samples of a line. */
function latencyKey(
  heading: string,
  latencyOf: (sample: Sample, event: RecordedEvent) => number,
  isOfLine: boolean,
): SortKey {
  const key: SortKey = {
    heading,
    tells: { of: 'sample', record: () => latencyOf },
    ...inOrder((a, b, facts) => Number(facts.detail(b, key)) - Number(facts.detail(a, key))),
    measure: () => 0,
    text: (entry, facts, width) => {
      const latency = Number(facts.detail(entry, key));
      return String(isOfLine ? latency * entry.selfSamples : latency).padEnd(width);
    },
  };
  return key;
}

export const localInstructionLatency = latencyKey('Local INSTR Latency', firstLatency, false);
export const instructionLatency = latencyKey('INSTR Latency', firstLatency, true);
// The headings of these four are what perf prints on x86: those of the two pairs are the other's.
export const localStageCycles = latencyKey('Local Retire Latency', secondLatency, false);
export const stageCycles = latencyKey('Retire Latency', secondLatency, true);
export const localRetireLatency = latencyKey('Local Pipeline Stage Cycle', secondLatency, false);
export const retireLatency = latencyKey('Pipeline Stage Cycle', secondLatency, true);
