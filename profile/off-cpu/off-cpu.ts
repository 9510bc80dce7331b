/**
 * Time away from the CPU: what a thread's stack was when it left, weighed by the time until it came back.
 *
 *   thread 7   …running ──┬─ sample at the switch: its stack ─ ─ ─ ─ ─ ─ ─ ─ ┬─ running…
 *                         out, time t0                       in, time t1     └► delivered, weight t1 - t0
 *
 *   out   a sample of sched:sched_switch, which the thread takes that leaves; or of context-switches; or a SWITCH record,
 *         with the stack of the thread's last sample before it
 *   in    SWITCH records; without them the field next_pid of sched_switch (whole only where all CPUs were recorded)
 *
 * A switch whose other end is not in the recording has no weight: it is left out and counted. So are those of the idle
 * task, which is away while its CPU works. Preempted threads count like those that wait.
 *
 * With deferred callchains a stack is whole only after the thread came back: its sample is then weighed when it comes.
 */

import {
  parseTask,
  PERF_RECORD_MISC_SWITCH_OUT,
  RecordType,
  Sample,
  type Recording,
  type RecordedEvent,
  type RecordPlace,
} from '../../parser';
import type { StopReason, Thread, UserPart } from '../../unwinder';
import type { Diagnostics } from '../session/diagnostics';
import { findSwitchSource, nextThread, type SwitchSource } from './switch-source';

/** A sample that is kept until its weight is known. */
export interface KeptSample {
  readonly place: RecordPlace;
  readonly thread: Thread;
  readonly frames: Int32Array;
  readonly userPart: UserPart;
  /** Why the stack ends; undefined where it was not unwound here. */
  readonly stopReason: StopReason | undefined;
  readonly isHidden: boolean;
}

/** Gets a sample with its weight, in nanoseconds. */
export type WeighedVisitor = (kept: KeptSample, event: RecordedEvent, weightNs: number) => void;

interface Departure {
  readonly timeNs: number;
  /** NaN while the thread is away, and for good where it is not known when it came back. */
  weightNs: number;
  isOver: boolean;
  kept: KeptSample | undefined;
}

/** Threads that are away at a time, with their stack copies, are some thousands. */
const MOST_KEPT_BYTES = 256 * 1024 * 1024;

export class OffCpu {
  private source: SwitchSource | undefined;
  /** Threads that were seen to leave: away since when, or undefined while they run. */
  private readonly away = new Map<number, Departure | undefined>();
  /** Departures whose samples have yet to be delivered, in order. */
  private readonly expected = new Map<number, Departure[]>();
  /** The last sample of each thread, where there are none of the switches themselves. */
  private readonly last = new Map<number, KeptSample>();
  /** Threads that have ended and leave their CPU for the last time. */
  private readonly ended = new Set<number>();
  private readonly trailer = new Sample();
  private keptBytes = 0;
  private departures = 0;
  private lostReturns = 0;
  private lostDepartures = 0;
  private withoutStack = 0;

  /** @throws UsageError where the recording does not say when threads leave or come back; of a pipe later, with its records */
  constructor(
    private readonly recording: Recording,
    private readonly visit: WeighedVisitor,
  ) {
    if (recording.events.length > 0) this.findSource();
  }

  /**
   * Takes notice of a sample before anything else is done with it.
   * @returns whether its stack is wanted
   * @throws UsageError where the recording does not say when threads leave or come back
   */
  noteSample(sample: Sample, event: RecordedEvent): boolean {
    const source = this.findSource();
    if (event !== source.event) return false;
    if (!source.isExact) return true;
    if (!sample.hasTime) return false;
    const timeNs = this.recording.times.delta(sample.timeLow, sample.timeHigh);
    const departure = this.leave(sample.tid, timeNs);
    if (!source.hasRecords) this.comeBack(nextThread(sample, source), timeNs);
    if (!departure) return false;
    const queue = this.expected.get(sample.tid);
    if (queue) queue.push(departure);
    else this.expected.set(sample.tid, [departure]);
    return true;
  }

  /** Says that the sample noted last is not to be delivered: the filters leave it out. */
  skipSample(tid: number): void {
    if (this.findSource().isExact) this.expected.get(tid)?.pop();
  }

  /** Takes a sample that was noted, with its stack. */
  addSample(tid: number, kept: KeptSample): void {
    if (!this.findSource().isExact) {
      this.last.set(tid, kept);
      return;
    }
    const departure = this.expected.get(tid)?.shift();
    if (!departure) return;
    departure.kept = kept;
    if (departure.isOver) this.deliver(departure);
    else this.keptBytes += kept.place.sizeBytes;
    if (this.keptBytes > MOST_KEPT_BYTES) this.forgetKept();
  }

  /** Takes notice of a record other than a sample. */
  handleRecord(place: RecordPlace): void {
    const { trailer, recording } = this;
    if (place.type === RecordType.EXIT || place.type === RecordType.FORK) {
      this.beginOrEnd(parseTask(place, recording.littleEndian).tid, place.type === RecordType.EXIT);
    }
    if (place.type !== RecordType.SWITCH && place.type !== RecordType.SWITCH_CPU_WIDE) return;
    const source = this.findSource();
    if (!source.hasRecords) return;
    recording.decodeTrailerInto(place, trailer);
    if (!trailer.hasTime) return;
    const timeNs = recording.times.delta(trailer.timeLow, trailer.timeHigh);
    if ((place.misc & PERF_RECORD_MISC_SWITCH_OUT) === 0) this.comeBack(trailer.tid, timeNs);
    else if (!source.isExact) {
      const departure = this.leave(trailer.tid, timeNs);
      if (departure) departure.kept = this.last.get(trailer.tid);
    }
  }

  /** Says what was left out, when all is read. */
  report(diagnostics: Diagnostics): void {
    const stillAway = [...this.away.values()].filter((departure) => departure !== undefined).length;
    const causes = [
      [stillAway, 'of threads still away at the end'],
      [
        this.lostReturns,
        'without a switch-in (lost, or on a CPU that was not recorded: -a, --switch-events)',
      ],
      [this.withoutStack, 'before any sample of their thread'],
    ] as const;
    const lost = stillAway + this.lostReturns + this.withoutStack;
    const share = lost / Math.max(1, this.departures);
    if (lost + this.lostDepartures > 0) {
      const parts = causes.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`);
      if (this.lostDepartures > 0) parts.push(`${this.lostDepartures} switch-ins without a switch-out`);
      const summary = `time off CPU: ${this.departures} switch-outs; without an end, and not counted: ${parts.join('; ')}`;
      diagnostics.addList({ summary, lines: [], share }, false);
    }
    const { source } = this;
    if (source && !source.isExact) {
      const summary =
        'time off CPU has the stacks of the last samples before each switch, which may be of other code; for those of the ' +
        'switches: perf record -e context-switches -c 1 --switch-events, or -a -e sched:sched_switch';
      diagnostics.addList({ summary, lines: [], share: 1 }, false);
    } else if (source && !source.samplesAll) {
      const summary = `time off CPU: not every switch has a sample of ${source.event.name}, and the others are not counted; record with -c 1`;
      diagnostics.addList({ summary, lines: [], share: 1 }, false);
    }
  }

  private findSource(): SwitchSource {
    return (this.source ??= findSwitchSource(this.recording));
  }

  /** A thread that ends is on its CPU, and leaves it once more; after that its number may be another's. */
  private beginOrEnd(tid: number, ends: boolean): void {
    const departure = this.away.get(tid);
    if (departure) {
      this.lostReturns++;
      this.end(departure, NaN);
    }
    this.away.delete(tid);
    this.last.delete(tid);
    if (ends) this.ended.add(tid);
    else this.ended.delete(tid);
  }

  /** A thread leaves. @returns undefined for the idle task, and for threads that have ended */
  private leave(tid: number, timeNs: number): Departure | undefined {
    if (tid <= 0 || this.ended.delete(tid)) return undefined;
    const before = this.away.get(tid);
    if (before) {
      this.lostReturns++;
      this.end(before, NaN);
    }
    const departure = { timeNs, weightNs: NaN, isOver: false, kept: undefined };
    this.away.set(tid, departure);
    this.departures++;
    return departure;
  }

  private comeBack(tid: number, timeNs: number): void {
    if (tid <= 0) return;
    // A thread that never left was away since before the recording, is new, or is not recorded.
    if (!this.away.has(tid)) return;
    const departure = this.away.get(tid);
    if (departure) this.end(departure, Math.max(0, timeNs - departure.timeNs));
    else this.lostDepartures++;
    this.away.set(tid, undefined);
  }

  private end(departure: Departure, weightNs: number): void {
    departure.weightNs = weightNs;
    departure.isOver = true;
    const { kept } = departure;
    if (kept) {
      if (this.findSource().isExact) this.keptBytes -= kept.place.sizeBytes;
      this.deliver(departure);
    } else if (!this.findSource().isExact && !Number.isNaN(weightNs)) this.withoutStack++;
  }

  private deliver({ kept, weightNs }: Departure): void {
    if (kept && !Number.isNaN(weightNs)) this.visit(kept, this.findSource().event, weightNs);
  }

  /** So that a damaged recording cannot take all memory: who is away longest counts as lost. */
  private forgetKept(): void {
    for (const [tid, departure] of this.away) {
      if (this.keptBytes <= MOST_KEPT_BYTES / 2) break;
      if (!departure?.kept) continue;
      this.lostReturns++;
      this.keptBytes -= departure.kept.place.sizeBytes;
      this.away.delete(tid);
    }
  }
}
