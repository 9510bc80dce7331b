/** Keys that tell threads apart. */

import { shown } from '../../text/printable';
import { cutTo, padTo } from '../../text/text-width';
import { compareText, fit, inOrder, nameWidth } from './key-text';
import type { SortKey } from './sort-key';

/** "   tid:" before the name of a thread. */
const THREAD_ID_WIDTH = 8;

export const tid: SortKey = {
  heading: '    Tid:Command',
  tells: { of: 'thread', value: (row, facts) => facts.tidOfRow(row) },
  ...inOrder((a, b) => a.thread.tid - b.thread.tid),
  measure: ({ thread }) => nameWidth(thread.displayName) + THREAD_ID_WIDTH,
  text: ({ thread }, _, width) => threadText(thread.tid, thread.displayName, width),
};

/** perf's "pid" is the thread's. */
export const pid: SortKey = { ...tid, heading: '    Pid:Command' };

export const tgid: SortKey = {
  heading: '   Tgid:Command',
  tells: { of: 'thread', value: (row, facts) => facts.pidOfRow(row) },
  ...inOrder((a, b) => a.thread.pid - b.thread.pid),
  measure: () => 0,
  text: (entry, facts, width) => threadText(entry.thread.pid, facts.processName(entry), width),
};

export const comm: SortKey = {
  heading: 'Command',
  tells: { of: 'thread', value: (row, facts) => facts.commOfRow(row) },
  ...inOrder((a, b, facts) => compareText(facts.comm(a), facts.comm(b))),
  // The thread may have another name by now, as perf measures it.
  measure: ({ thread }) => nameWidth(thread.displayName),
  text: (entry, facts, width) => fit(facts.comm(entry), width),
};

export const commWithoutDigits: SortKey = {
  heading: 'CommandNoDigit',
  tells: { of: 'thread', value: (row, facts) => withoutDigits(facts.commOfRow(row)) },
  ...inOrder((a, b, facts) => compareText(withoutDigits(facts.comm(a)), withoutDigits(facts.comm(b)))),
  measure: (entry, facts) => nameWidth(withNumberSigns(facts.comm(entry))),
  text: (entry, facts, width) => fit(withNumberSigns(facts.comm(entry)), width),
};

function threadText(id: number, name: string, width: number): string {
  const room = Math.max(7, width) - THREAD_ID_WIDTH;
  return `${String(id).padStart(7)}:${padTo(cutTo(shown(name), room), room)}`;
}

/** A name without its numbers' values. */
function withoutDigits(name: string): string {
  return name.replace(/\d+/g, '');
}

/** "worker-12" as "worker-<N>". */
function withNumberSigns(name: string): string {
  return name.replace(/\d+/g, '<N>');
}
