/** What `fold` and `flamegraph` count, and what their stacks begin with. */

import { type Profile, type Session, UsageError } from '../../profile';
import { printable } from '../text/printable';

export interface StackChoice {
  readonly weight: 'samples' | 'period';
  /** Name of the event to count; undefined for the first that has samples. */
  readonly event: string | undefined;
  /** Whether stacks begin with "comm-pid", or with "comm-pid/tid". */
  readonly showsPid: boolean;
  readonly showsTid: boolean;
  /** Whether functions are named with their source lines. */
  readonly showsLines: boolean;
}

/** What the stack of a row of the sample table begins with: its thread. @param nameOf writes the name of a command */
export function threadTitle(
  profile: Profile,
  row: number,
  { showsPid, showsTid }: Pick<StackChoice, 'showsPid' | 'showsTid'>,
  nameOf: (comm: string) => string,
): string {
  const state = profile.samples.thread[row];
  const { pid, tid } = profile.threads.threads[state];
  const comm = nameOf(profile.threads.comms[state]);
  if (showsTid) return `${comm}-${pid}/${tid}`;
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
