/** `perf-sframe fold`: stacks as one line each, for flame graphs. */

import { UsageError } from '../diagnostics';
import { ByteWriter, descriptorSink } from '../output/byte-writer';
import { foldedComm, foldedName, type FoldNameOptions } from '../output/fold-text';
import { printable } from '../output/printable';
import { Session, type SessionOptions } from '../pipeline/session';
import { collectProfile } from '../profile/collect-profile';
import { foldStacks } from '../profile/folded-stacks';
import type { Profile } from '../profile/profile';
import { finishRun } from './finish-run';

export interface FoldCommandOptions extends FoldNameOptions {
  readonly weight: 'samples' | 'period';
  /** Name of the event to count; undefined for the first that has samples. */
  readonly event: string | undefined;
  /** Whether functions are named with their source lines. */
  readonly showsLines: boolean;
  /** Whether stacks begin with "comm-pid", or with "comm-pid/tid". */
  readonly showsPid: boolean;
  readonly showsTid: boolean;
}

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runFold(sessionOptions: SessionOptions, options: FoldCommandOptions): Promise<number> {
  const session = await Session.open(sessionOptions);
  const { profile } = collectProfile(session);
  const event = chooseEvent(session, profile, options.event);
  const rootName = (row: number): string => {
    const state = profile.samples.thread[row];
    const { pid, tid } = profile.threads.threads[state];
    const comm = foldedComm(profile.threads.comms[state]);
    if (options.showsTid) return `${comm}-${pid}/${tid}`;
    return options.showsPid ? `${comm}-${pid}` : comm;
  };
  const frameNames = (frame: number): string[] => {
    const module = session.mappings.mappings[session.frames.mapping[frame]]?.module;
    const place = {
      modulePath: module?.path,
      isKernel: module?.isKernel === true,
      address: session.names.addressText(frame),
    };
    return session.names
      .expand(frame)
      .map((name) => {
        const position = options.showsLines ? (name.position ?? session.names.positionOf(frame)) : undefined;
        return foldedName(name, place, options, position);
      })
      .reverse();
  };
  const out = new ByteWriter(descriptorSink(1));
  if (event !== undefined) {
    for (const { text, weight } of foldStacks(profile, {
      event,
      weight: options.weight,
      rootName,
      frameNames,
    })) {
      out.writeText(`${text} ${weight}\n`);
    }
  }
  out.flush();
  return finishRun(session);
}

/** The event to count. Counts of several events do not add up to anything. @throws UsageError for an unknown name */
function chooseEvent(session: Session, profile: Profile, name: string | undefined): number | undefined {
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
      'stacks of one event were folded; others by --event NAME',
      `left out: ${printable(events[other].name ?? 'unknown')}`,
    );
  }
  return first;
}
