/**
 * One or several recordings, ready for the formats of other programs: everything named, and each thing once.
 *
 *   samples ──► stacks (parent, frame) ──► frames ──► lines ──► functions ──► binaries
 *      ├──────► threads (recording, process, thread, name)
 *      └──────► events
 *
 * Stacks and frames of several recordings are shared where binary, address and names agree: memory grows with distinct
 * stacks. Names are as the recordings have them; formats escape them.
 */

import { EMPTY_STACK, StackTable } from '../../unwinder';
import { Feature, type RecordedEvent } from '../../parser';
import type { Session } from '../session/session';
import type { CollectedProfile } from '../tables/collect-profile';
import type { Profile } from '../tables/profile';
import type {
  ExportBinary,
  ExportEvent,
  ExportFunction,
  ExportRecording,
  ExportThread,
  LostRecords,
} from './model';
import { ExportFrames } from './frames';
import { ExportSamples, type SampleRows } from './samples';
import { SessionFrames } from './session-frames';
import { KeyedTable } from './keyed-table';
import { countsCycles, countsNanoseconds } from './weights';

export interface TableOptions {
  /** Whether source lines are looked up. */
  readonly lines: boolean;
  /** Name of the only event to take; undefined for all. */
  readonly event: string | undefined;
}

export class ExportTables {
  readonly recordings: ExportRecording[] = [];
  readonly binaries = new KeyedTable<ExportBinary>(({ path, buildId }) => `${buildId} ${path}`);
  readonly functions = new KeyedTable<ExportFunction>(
    ({ name, binary, kind, file, isNamed }) => `${binary} ${kind} ${isNamed} ${file}\0${name}`,
  );
  readonly frames = new ExportFrames();
  readonly threads = new KeyedTable<ExportThread>(
    ({ recording, pid, tid, comm }) => `${recording} ${pid} ${tid} ${comm}`,
  );
  readonly events = new KeyedTable<ExportEvent>(({ name, unit }) => `${unit} ${name}`);
  readonly stacks = new StackTable();
  readonly samples = new ExportSamples();
  readonly lost: LostRecords[] = [];

  constructor(private readonly options: TableOptions) {}

  /** Adds what a session collected; with each sample by itself where times were kept. */
  add(name: string, session: Session, { profile, times, lost }: CollectedProfile): void {
    const base = session.recording.times;
    const baseNs = BigInt(base.secondsOf(0)) * 1_000_000_000n + BigInt(base.nanosecondsOf(0));
    const { littleEndian } = session.recording;
    const machine = session.recording.stringFeature(Feature.ARCH) ?? '';
    const recording = this.recordings.push({ name, baseNs, machine, littleEndian }) - 1;
    const rows = this.addRows(recording, session, profile);
    const { samples } = profile;
    if (times) {
      for (let i = 0; i < times.count; i++) {
        const row = times.row[i];
        if (rows.event[row] >= 0) this.samples.add(rows, row, times.timeNs[i], 1, times.period[i]);
      }
    } else {
      for (let row = 0; row < samples.count; row++) {
        if (rows.event[row] < 0) continue;
        this.samples.add(rows, row, NaN, samples.samples[row], samples.period[row]);
      }
    }
    for (const { timeNs, count } of lost ?? []) this.lost.push({ recording, timeNs, count });
  }

  /** The columns of the sample table, by what these tables call things. */
  private addRows(recording: number, session: Session, profile: Profile): SampleRows {
    const { samples, threads } = profile;
    const { events } = session.recording;
    const frames = new SessionFrames(session, recording, this, this.options.lines);
    const stackOf = this.addStacks(profile, frames);
    const threadOf = threads.threads.map(({ pid, tid }, state) => {
      const process = session.processes.find(pid)?.displayName ?? threads.comms[state];
      return this.threads.intern({ recording, pid, tid, comm: threads.comms[state], process });
    });
    const { event: onlyEvent } = this.options;
    const eventOf = new Int32Array(events.length).fill(-1);
    const rows: SampleRows = {
      event: new Int32Array(samples.count).fill(-1),
      thread: new Int32Array(samples.count),
      cpu: samples.cpu,
      stack: new Int32Array(samples.count),
    };
    for (let row = 0; row < samples.count; row++) {
      const event = samples.event[row];
      if (onlyEvent !== undefined && events[event].name !== onlyEvent) continue;
      if (eventOf[event] < 0)
        eventOf[event] = this.events.intern(describeEvent(events[event], session.options.offCpu === true));
      rows.event[row] = eventOf[event];
      rows.thread[row] = threadOf[samples.thread[row]];
      const stack = samples.stack[row];
      // What has no stack was somewhere all the same; report counts it there.
      rows.stack[row] =
        stack === EMPTY_STACK
          ? this.stacks.intern(EMPTY_STACK, frames.exported(samples.frame[row]))
          : stackOf[stack];
    }
    return rows;
  }

  /** Parents come before children. */
  private addStacks({ stacks }: Profile, frames: SessionFrames): Int32Array {
    const stackOf = new Int32Array(stacks.count);
    for (let stack = 0; stack < stacks.count; stack++) {
      const parent = stacks.parent[stack];
      stackOf[stack] = this.stacks.intern(
        parent === EMPTY_STACK ? EMPTY_STACK : stackOf[parent],
        frames.exported(stacks.frame[stack]),
      );
    }
    return stackOf;
  }
}

function describeEvent(event: RecordedEvent, isOffCpu: boolean): ExportEvent {
  // The time in which a thread was away is none that a CPU spent.
  if (isOffCpu) return { name: event.name, unit: 'nanoseconds', cpuTime: undefined };
  const isTime = countsNanoseconds(event);
  const cycles = countsCycles(event) ? 'cycles' : undefined;
  return {
    name: event.name,
    unit: isTime ? 'nanoseconds' : 'count',
    cpuTime: isTime ? 'nanoseconds' : cycles,
  };
}
