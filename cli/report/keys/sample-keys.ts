/** Keys that tell samples of one thread and place apart. */

import { PERF_SAMPLE_WEIGHT_STRUCT } from '../../../parser';
import { shown } from '../../text/printable';
import { cutTo } from '../../text/text-width';
import { compareOptionalText, compareText, fit, inOrder, nameWidth } from './key-text';
import type { SortKey } from './sort-key';

const CPU_WIDTH = 3;
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

/**
 * What an access to memory cost, as the processor weighs it (`perf mem record`): 32 bits beside latencies, else 64. Branches weigh
 * the cycles before them, at least 1 (perf 7.2: util/hist.c, iter_add_next_branch_entry).
 */
export const localWeight: SortKey = {
  heading: 'Local Weight',
  tells: {
    of: 'sample',
    record: ({ branch, countsBranches }) =>
      countsBranches
        ? () => branch.entry.cycles || 1
        : (sample, event) =>
            event.attr.sampleType & PERF_SAMPLE_WEIGHT_STRUCT
              ? sample.weightLow
              : sample.weightHigh * 2 ** 32 + sample.weightLow,
  },
  ...inOrder((a, b, facts) => Number(facts.detail(b, localWeight)) - Number(facts.detail(a, localWeight))),
  measure: () => WEIGHT_WIDTH,
  text: (entry, facts, width) => String(facts.detail(entry, localWeight)).padEnd(width),
};

/** The same, of all samples of a line. */
export const weight: SortKey = {
  ...localWeight,
  heading: 'Weight',
  ...inOrder((a, b, facts) => Number(facts.detail(b, weight)) - Number(facts.detail(a, weight))),
  text: (entry, facts, width) =>
    String(Number(facts.detail(entry, weight)) * entry.selfSamples).padEnd(width),
};

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
