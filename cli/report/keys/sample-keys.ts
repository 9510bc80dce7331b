/** Keys that tell samples of one thread and place apart. */

import { PERF_SAMPLE_WEIGHT_STRUCT, type RecordedEvent, type Sample } from '../../../parser';
import type { SampleDetail } from '../../../profile';
import { shown } from '../../text/printable';
import { cutTo } from '../../text/text-width';
import {
  compareOptionalText,
  compareText,
  compareWide,
  fit,
  inOrder,
  nameWidth,
  wideNumber,
} from './key-text';
import type { HistogramEntry } from '../table/histogram';
import type { EntryFacts } from './entry-facts';
import type { SortKey } from './sort-key';

const CPU_WIDTH = 3;
const SOCKET_WIDTH = 6;
const TIME_WIDTH = 12;
const WEIGHT_WIDTH = 12;

export const cpu: SortKey = {
  heading: 'CPU',
  tells: { of: 'sample', record: () => (sample) => sample.cpu },
  ...inOrder((a, b, facts) => Number(facts.detail(a, cpu)) - Number(facts.detail(b, cpu))),
  measure: () => CPU_WIDTH,
  text: (entry, facts, width) => {
    const number = Number(facts.detail(entry, cpu));
    return `${number < 0 ? '-' : ''}${String(Math.abs(number)).padStart(width, '0')}`;
  },
};

export const socket: SortKey = {
  heading: 'Socket',
  tells: {
    of: 'sample',
    record:
      ({ socketOf }) =>
      (sample) =>
        socketOf(sample.cpu),
  },
  ...inOrder((a, b, facts) => Number(facts.detail(a, socket)) - Number(facts.detail(b, socket))),
  measure: () => SOCKET_WIDTH,
  text: (entry, facts, width) => {
    const number = Number(facts.detail(entry, socket));
    const digits = String(Math.abs(number)).padStart(width - 3, '0');
    return `${number < 0 ? '-' : ''}${digits}`.padStart(width);
  },
};

/** The start of the step of time that a sample was taken in, in nanoseconds. */
export const time: SortKey = {
  heading: 'Time',
  tells: {
    of: 'sample',
    record:
      ({ timeQuantumNs }) =>
      (sample) =>
        String(timeOf(sample) - (timeOf(sample) % timeQuantumNs)),
  },
  ...inOrder((a, b, facts) => compareWide(facts.detail(a, time), facts.detail(b, time))),
  measure: (_entry, { context }) => (context.showsNanoseconds ? TIME_WIDTH + 4 : TIME_WIDTH),
  text: (entry, facts) => {
    const digits = String(facts.detail(entry, time)).padStart(10, '0');
    const text = `${digits.slice(0, -9)}.${digits.slice(-9)}`;
    return facts.context.showsNanoseconds ? text : text.slice(0, -3);
  },
};

/** By the id; names come from records that may lie behind the samples. */
export const cgroup: SortKey = {
  heading: 'Cgroup',
  tells: {
    of: 'sample',
    record: () => (sample) => wideNumber(sample.cgroupHigh, sample.cgroupLow),
  },
  ...inOrder((a, b, facts) => compareWide(facts.detail(a, cgroup), facts.detail(b, cgroup))),
  measure: (entry, facts) => nameWidth(cgroupName(entry, facts)),
  text: (entry, facts) => shown(cgroupName(entry, facts)),
};

function cgroupName(entry: HistogramEntry, facts: EntryFacts): string {
  const id = BigInt(facts.detail(entry, cgroup));
  if (id === 0n) return 'N/A';
  return facts.context.cgroupPath(Number(id & 0xffff_ffffn), Number(id >> 32n)) ?? 'unknown';
}

/** What perf has in place of a time that was not recorded: all bits. */
const NO_TIME = BigInt.asUintN(64, -1n);

function timeOf({ hasTime, timeLow, timeHigh }: Sample): bigint {
  return hasTime ? (BigInt(timeHigh >>> 0) << 32n) | BigInt(timeLow >>> 0) : NO_TIME;
}

/**
 * What an access to memory cost, as the processor weighs it (`perf mem record`): 32 bits beside latencies, else 64. Branches weigh
 * the cycles before them, at least 1 (perf 7.2: util/hist.c, iter_add_next_branch_entry).
 */
export const localWeight: SortKey = {
  heading: 'Local Weight',
  tells: {
    of: 'sample',
    record: ({ branch, countsBranches }) =>
      countsBranches ? () => branch.entry.cycles || 1 : (sample, event) => weightOf(sample, event),
  },
  ...inOrder((a, b, facts) => compareWide(facts.detail(b, localWeight), facts.detail(a, localWeight))),
  measure: () => WEIGHT_WIDTH,
  text: (entry, facts, width) => String(facts.detail(entry, localWeight)).padEnd(width),
};

/** The same, of all samples of a line: 64 bits of it. */
export const weight: SortKey = {
  ...localWeight,
  heading: 'Weight',
  ...inOrder((a, b, facts) => compareWide(facts.detail(b, weight), facts.detail(a, weight))),
  text: (entry, facts, width) => {
    const sum = BigInt(facts.detail(entry, weight)) * BigInt(entry.selfSamples);
    return String(BigInt.asUintN(64, sum)).padEnd(width);
  },
};

function weightOf({ weightHigh, weightLow }: Sample, { attr }: RecordedEvent): SampleDetail {
  return attr.sampleType & PERF_SAMPLE_WEIGHT_STRUCT ? weightLow : wideNumber(weightHigh, weightLow);
}

/** What a tracepoint recorded; another event has nothing. */
export const trace: SortKey = {
  heading: 'Trace output',
  tells: {
    of: 'sample',
    record:
      ({ formatTrace }) =>
      (sample, event) =>
        (sample.rawOffset < 0 ? undefined : formatTrace(sample, event)) ?? 'N/A',
  },
  ...inOrder((a, b, facts) => compareText(String(facts.detail(a, trace)), String(facts.detail(b, trace)))),
  measure: (entry, facts) => nameWidth(String(facts.detail(entry, trace))),
  text: (entry, facts, width) => cutTo(shown(String(facts.detail(entry, trace))), width),
};

export const parent: SortKey = {
  heading: 'Parent symbol',
  tells: { of: 'row', value: (row, { context }) => context.parentOfRow(row) ?? '\0' },
  ...inOrder((a, b, facts) => compareOptionalText(facts.parent(a), facts.parent(b))),
  measure: (entry, facts) => nameWidth(facts.parent(entry) ?? ''),
  text: (entry, facts, width) => fit(facts.parent(entry) ?? '[other]', width),
};
