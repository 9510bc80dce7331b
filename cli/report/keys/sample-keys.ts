/** Keys that tell samples of one thread and place apart. */

import { printable } from '../../text/printable';
import { cutTo } from '../../text/text-width';
import { compareOptionalText, compareText, fit, inOrder, nameWidth } from './key-text';
import type { SortKey } from './sort-key';

const CPU_WIDTH = 3;

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
  text: (entry, facts, width) => cutTo(printable(String(facts.detail(entry, trace))), width),
};

export const parent: SortKey = {
  heading: 'Parent symbol',
  tells: { of: 'row', value: (row, { context }) => context.parentOfRow(row) ?? '\0' },
  ...inOrder((a, b, facts) => compareOptionalText(facts.parent(a), facts.parent(b))),
  measure: (entry, facts) => nameWidth(facts.parent(entry) ?? ''),
  text: (entry, facts, width) => fit(facts.parent(entry) ?? '[other]', width),
};
