/**
 * Threads of a profile, each with its samples and markers.
 *
 *   samples  of the event that has most: stack, time, weight, and what was used of a processor since the sample before
 *   markers  samples of the other events, with their stacks; on which processor it ran; records that were lost
 *
 * A thread that renamed itself is one, under its last name.
 */

import type { ExportChoices, ExportFile } from '../exporter';
import type { ExportThread } from '../model';
import type { ExportTables } from '../tables';
import { Category, CPU_MARKER, EVENT_MARKER, LOST_MARKER, PHASE_INSTANT, PHASE_INTERVAL } from './format';
import { writeTable } from './json-columns';
import type { SharedTables } from './shared-tables';

const NANOSECONDS_IN_MILLISECOND = 1e6;
/** Samples without times are put so far apart, in their order. */
const UNTIMED_STEP_MS = 1;
/** Without two samples of a thread there is nothing to take it from. */
const DEFAULT_INTERVAL_MS = 1;

/** A thread, and the rows of its samples in the order of time. */
interface ThreadRows {
  readonly thread: ExportThread;
  readonly rows: readonly number[];
}

interface Marker {
  readonly name: number;
  readonly startMs: number;
  /** Undefined for an instant. */
  readonly endMs?: number;
  /** As JSON. */
  readonly data: string;
}

export class ThreadTables {
  /** The event whose samples the call tree has. */
  readonly mainEvent: number;
  private readonly threads: readonly ThreadRows[];
  private readonly timeMs: Float64Array;
  private readonly eventNames: readonly number[];
  private readonly cpuName: number;
  private readonly lostName: number;

  constructor(
    private readonly tables: ExportTables,
    private readonly shared: SharedTables,
    private readonly weight: ExportChoices['weight'],
  ) {
    this.mainEvent = mostSampled(tables);
    this.timeMs = timesOf(tables);
    this.threads = groupThreads(tables, this.timeMs);
    this.eventNames = tables.events.values.map(({ name }) => shared.string(name));
    this.cpuName = shared.string('CPU');
    this.lostName = shared.string('Lost records');
  }

  /** From the first sample to the last, of whatever event; undefined without samples. */
  get range(): { readonly startMs: number; readonly endMs: number } | undefined {
    if (this.timeMs.length === 0) return undefined;
    let [startMs, endMs] = [Infinity, -Infinity];
    for (const time of this.timeMs) {
      if (time < startMs) startMs = time;
      if (time > endMs) endMs = time;
    }
    return { startMs, endMs };
  }

  /** Milliseconds between two samples of a thread: the median. */
  get intervalMs(): number {
    const { timeMs } = this;
    const { event } = this.tables.samples;
    const gaps: number[] = [];
    for (const { rows } of this.threads) {
      let last = NaN;
      for (const row of rows) {
        if (event[row] !== this.mainEvent) continue;
        if (timeMs[row] > last) gaps.push(timeMs[row] - last);
        last = timeMs[row];
      }
    }
    gaps.sort((a, b) => a - b);
    return gaps.at(gaps.length >> 1) ?? DEFAULT_INTERVAL_MS;
  }

  /** Writes "threads". */
  write(file: ExportFile): void {
    file.write('"threads":[');
    const withLost = new Set<number>();
    this.threads.forEach(({ thread, rows }, index) => {
      file.write(index === 0 ? '\n' : ',\n');
      const { recording } = thread;
      // The kernel does not say whose they were: they go with a recording's first thread.
      const lost = withLost.has(recording) ? [] : this.lostMarkers(recording);
      withLost.add(recording);
      this.writeThread(file, thread, rows, lost);
    });
    file.write(']');
  }

  private writeThread(
    file: ExportFile,
    { recording, pid, tid, comm, process }: ExportThread,
    rows: readonly number[],
    lost: readonly Marker[],
  ): void {
    const { recordings } = this.tables;
    const isOneOfSeveral = recordings.length > 1;
    const facts = {
      processType: 'default',
      processStartupTime: 0,
      processShutdownTime: null,
      registerTime: 0,
      unregisterTime: null,
      pausedRanges: [],
      showMarkersInTimeline: true,
      name: comm,
      isMainThread: pid === tid,
      processName: isOneOfSeveral ? `${process} (${recordings[recording].name})` : process,
      // Machines of several recordings may have given the same numbers.
      pid: isOneOfSeveral ? `${recording + 1}/${pid}` : String(pid),
      tid: isOneOfSeveral ? `${recording + 1}/${tid}` : tid,
    };
    file.write(`{${JSON.stringify(facts).slice(1, -1)},"samples":`);
    this.writeSamples(file, rows);
    file.write(',"markers":');
    writeMarkers(file, [...this.eventMarkers(rows), ...this.cpuMarkers(rows), ...lost]);
    file.write('}');
  }

  private writeSamples(file: ExportFile, rows: readonly number[]): void {
    const { samples, events } = this.tables;
    const counted = rows.filter((row) => samples.event[row] === this.mainEvent);
    const event = events.values.at(this.mainEvent);
    const isTime = this.weight === 'period' && event?.unit === 'nanoseconds';
    const weights = samples[this.weight];
    const scale = isTime ? NANOSECONDS_IN_MILLISECOND : 1;
    writeTable(
      file,
      counted.length,
      {
        stack: (i) => this.shared.stack(samples.stack[counted[i]]),
        time: (i) => this.timeMs[counted[i]],
        weight: (i) => weights[counted[i]] / scale,
        ...(event?.cpuTime === undefined
          ? {}
          : { threadCPUDelta: (i: number) => samples.period[counted[i]] }),
      },
      { weightType: isTime ? '"tracing-ms"' : '"samples"' },
    );
  }

  private *eventMarkers(rows: readonly number[]): Generator<Marker> {
    const { samples, threads } = this.tables;
    for (const row of rows) {
      if (samples.event[row] === this.mainEvent) continue;
      const startMs = this.timeMs[row];
      const { tid } = threads.values[samples.thread[row]];
      const cause = { tid, time: startMs, stack: this.shared.stack(samples.stack[row]) };
      const data = JSON.stringify({ type: EVENT_MARKER, period: samples.period[row], cause });
      yield { name: this.eventNames[samples.event[row]], startMs, data };
    }
  }

  /** Stretches of samples that followed each other on one processor. */
  private *cpuMarkers(rows: readonly number[]): Generator<Marker> {
    const { cpu } = this.tables.samples;
    for (let first = 0, next; first < rows.length; first = next) {
      const own = cpu[rows[first]];
      next = first + 1;
      while (next < rows.length && cpu[rows[next]] === own) next++;
      if (own < 0) continue;
      const data = JSON.stringify({ type: CPU_MARKER, cpu: own });
      yield {
        name: this.cpuName,
        startMs: this.timeMs[rows[first]],
        endMs: this.timeMs[rows[next - 1]],
        data,
      };
    }
  }

  private lostMarkers(recording: number): Marker[] {
    return this.tables.lost
      .filter((lost) => lost.recording === recording)
      .map(({ timeNs, count }) => ({
        name: this.lostName,
        startMs: Number.isNaN(timeNs) ? 0 : timeNs / NANOSECONDS_IN_MILLISECOND,
        data: JSON.stringify({ type: LOST_MARKER, count }),
      }));
  }
}

function writeMarkers(file: ExportFile, markers: readonly Marker[]): void {
  writeTable(file, markers.length, {
    data: (i) => markers[i].data,
    name: (i) => markers[i].name,
    startTime: (i) => markers[i].startMs,
    endTime: (i) => markers[i].endMs ?? null,
    phase: (i) => (markers[i].endMs === undefined ? PHASE_INSTANT : PHASE_INTERVAL),
    category: () => Category.Other,
  });
}

function mostSampled({ events, samples }: ExportTables): number {
  const counts = events.values.map(() => 0);
  for (let row = 0; row < samples.count; row++) counts[samples.event[row]] += samples.samples[row];
  return Math.max(0, counts.indexOf(Math.max(...counts)));
}

/** By row, milliseconds from the recording's first time on. */
function timesOf({ samples }: ExportTables): Float64Array {
  const times = new Float64Array(samples.count);
  for (let row = 0; row < samples.count; row++) {
    const timeNs = samples.timeNs[row];
    times[row] = Number.isNaN(timeNs) ? row * UNTIMED_STEP_MS : timeNs / NANOSECONDS_IN_MILLISECOND;
  }
  return times;
}

function groupThreads({ samples, threads }: ExportTables, timeMs: Float64Array): ThreadRows[] {
  const groups = new Map<string, number>();
  const names: ExportThread[] = [];
  const groupOf = threads.values.map((thread) => {
    const key = `${thread.recording} ${thread.pid} ${thread.tid}`;
    const group = groups.get(key) ?? groups.size;
    groups.set(key, group);
    names[group] = thread;
    return group;
  });
  return samples
    .groups((row) => groupOf[samples.thread[row]])
    .map((rows, group) => ({
      thread: names[group],
      // Samples that waited for a deferred callchain were delivered late.
      rows: rows.sort((a, b) => timeMs[a] - timeMs[b]),
    }))
    .filter((group) => group !== undefined);
}
