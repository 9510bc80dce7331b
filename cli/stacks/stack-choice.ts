/** What `fold` and `flamegraph` count, and what their stacks begin with. */

import { type Profile, type Session, UsageError } from '../../profile';
import { printable } from '../text/printable';

/** What stacks begin with, so that those of a thread pool are one or apart. */
export const rootNames = ['comm', 'process', 'comm_nodigit', 'thread', 'none'] as const;
export type RootName = (typeof rootNames)[number];

export interface StackChoice {
  readonly root: RootName;
  readonly weight: 'samples' | 'period';
  /** Name of the event to count; undefined for the first that has samples. */
  readonly event: string | undefined;
  /** Whether stacks begin with "comm-pid", or with "comm-pid/tid". */
  readonly showsPid: boolean;
  readonly showsTid: boolean;
  /** Whether functions are named with their source lines. */
  readonly showsLines: boolean;
}

/**
 * What the stack of a row of the sample table begins with; undefined for nothing.
 * @param nameOf writes the name of a command
 */
export function threadTitle(
  profile: Profile,
  row: number,
  { root, showsPid, showsTid }: Pick<StackChoice, 'root' | 'showsPid' | 'showsTid'>,
  nameOf: (comm: string) => string,
): string | undefined {
  if (root === 'none') return undefined;
  const { threads, comms } = profile.threads;
  const state = profile.samples.thread[row];
  const { pid, tid } = threads[state];
  let name = comms[state];
  if (root === 'process') {
    const leader = threads.findIndex((thread) => thread.pid === pid && thread.tid === pid);
    name = comms[leader] ?? name;
  } else if (root === 'comm_nodigit') name = name.replace(/\d+/g, '<N>');
  const comm = nameOf(name);
  if (showsTid || root === 'thread') return `${comm}-${pid}/${tid}`;
  return showsPid ? `${comm}-${pid}` : comm;
}

/**
 * The index of the event to count; undefined where there is no sample. Counts of several events do not add up to anything.
 * @throws UsageError for an unknown name
 */
export function chooseEvent(
  session: Session,
  profile: Profile,
  name: string | undefined,
): number | undefined {
  const { events } = session.recording;
  if (name !== undefined) {
    const named = events.find((event) => event.name === name);
    if (named) return named.index;
    const known = events.map((event) => printable(event.name ?? 'unknown')).join(', ');
    throw new UsageError(`--event ${name}: the recording has no such event (it has ${known})`);
  }
  const { samples } = profile;
  const counted = new Set(samples.event.subarray(0, samples.count));
  const [first, ...others] = counted;
  for (const other of others) {
    session.diagnostics.add(
      'other-events',
      'stacks of one event were counted; others by --event NAME',
      `left out: ${printable(events[other].name ?? 'unknown')}`,
    );
  }
  return first;
}
