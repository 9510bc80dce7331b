/**
 * Which samples are shown: --comms, --pid, --tid, --cpu, --time, --dsos, --symbols, by the rules of perf 7.2
 * (util/thread.h thread__is_filtered, util/event.c machine__resolve). perf asks the sampled address, not its callers,
 * for binary and symbol.
 */

import {
  formatAddress,
  PERF_SAMPLE_CPU,
  PERF_SAMPLE_TIME,
  TWO_POW_32,
  type RecordedEvent,
  type Sample,
  type TimeBase,
} from '../../../parser';
import type { Thread } from '../../../unwinder';
import { UsageError } from '../usage-error';
import { UNKNOWN_BINARY_NAME, type FrameNames } from '../../names/frame-names';
import { shortModuleName } from '../../tables/module-names';
import { parseTimeRanges, type SampleTimes } from './time-ranges';

/** The options as they were given. */
export interface FilterOptions {
  readonly comms?: string;
  readonly pid?: string;
  readonly tid?: string;
  readonly cpu?: string;
  readonly time?: string;
  readonly dsos?: string;
  readonly symbols?: string;
}

export enum FilterResult {
  Shown,
  /** Not shown, but part of the totals that `report` gives percentages of, as in perf. */
  Hidden,
  /** As if it were not in the recording. */
  Skipped,
}

interface Range {
  readonly start: number;
  readonly end: number;
}

export class SampleFilter {
  private readonly comms: ReadonlySet<string> | undefined;
  private readonly pids: ReadonlySet<number> | undefined;
  private readonly tids: ReadonlySet<number> | undefined;
  private readonly cpus: ReadonlySet<number> | undefined;
  private readonly dsos: ReadonlySet<string> | undefined;
  private readonly symbols: ReadonlySet<string> | undefined;
  private readonly times: readonly Range[];

  /** @throws UsageError when an option makes no sense, or asks for what the samples of `events` do not say */
  constructor(
    options: FilterOptions,
    private readonly names: FrameNames,
    private readonly timeBase: TimeBase,
    span: SampleTimes | undefined,
    events: readonly RecordedEvent[],
  ) {
    if (options.cpu !== undefined) requireOfSamples(events, PERF_SAMPLE_CPU, '--cpu', 'CPU', '--sample-cpu');
    if (options.time !== undefined)
      requireOfSamples(events, PERF_SAMPLE_TIME, '--time', 'time', '--timestamp');
    this.comms = parseNames(options.comms);
    this.pids = parseNumbers('--pid', options.pid);
    this.tids = parseNumbers('--tid', options.tid);
    this.cpus = parseCpus(options.cpu);
    this.dsos = parseNames(options.dsos);
    this.symbols = parseNames(options.symbols);
    this.times = options.time === undefined ? [] : this.parseTimes(options.time, span);
  }

  /**
   * What becomes of a sample.
   * @param frameOf the interned frame of the sampled address; asked for only when its name matters
   */
  decide(sample: Sample, thread: Thread, frameOf: (sample: Sample, thread: Thread) => number): FilterResult {
    if (this.times.length > 0 && sample.hasTime && !this.isInTime(sample)) return FilterResult.Skipped;
    if (!this.allowsCpu(sample.cpu)) return FilterResult.Skipped;
    if (this.comms && !this.comms.has(thread.displayName)) return FilterResult.Hidden;
    if (this.pids && !this.pids.has(thread.pid)) return FilterResult.Hidden;
    if (this.tids && !this.tids.has(thread.tid)) return FilterResult.Hidden;
    if (this.dsos || this.symbols) return this.decideByName(frameOf(sample, thread));
    return FilterResult.Shown;
  }

  /** Whether what happened on a CPU is shown; -1 is not known. */
  allowsCpu(cpu: number): boolean {
    return !this.cpus || cpu === -1 || this.cpus.has(cpu);
  }

  private decideByName(frame: number): FilterResult {
    const name = this.names.resolve(frame);
    const shortName = shortModuleName(name.binary);
    if (this.dsos) {
      // What is in no binary is none of these, whatever is printed in place of its name; perf does the same.
      if (name.binary === UNKNOWN_BINARY_NAME) return FilterResult.Hidden;
      if (!this.dsos.has(name.binary) && !this.dsos.has(shortName)) return FilterResult.Hidden;
    }
    if (!this.symbols) return FilterResult.Shown;
    if (name.symbol === undefined) return FilterResult.Hidden;
    if (this.symbols.has(name.symbol)) return FilterResult.Shown;
    const start = this.names.avmaOf(frame) - name.symbolOffset;
    return this.symbols.has(`0x${formatAddress(start)}`) ? FilterResult.Shown : FilterResult.Hidden;
  }

  private isInTime(sample: Sample): boolean {
    const time = this.timeBase.delta(sample.timeLow, sample.timeHigh);
    return this.times.some((range) => time >= range.start && time <= range.end);
  }

  private parseTimes(text: string, span: SampleTimes | undefined): Range[] {
    const delta = (ns: bigint): number =>
      this.timeBase.delta(Number(ns & 0xffff_ffffn), Number((ns >> 32n) % BigInt(TWO_POW_32)));
    return parseTimeRanges(text, span).map(({ startNs, endNs }) => ({
      start: startNs === 0n ? -Infinity : delta(startNs),
      end: endNs === 0n ? Infinity : delta(endNs),
    }));
  }
}

/** perf asks the first event of each type alone (util/session.c perf_session__cpu_bitmap). */
function requireOfSamples(
  events: readonly RecordedEvent[],
  bit: number,
  option: string,
  what: string,
  remedy: string,
): void {
  const types = new Set<number>();
  for (const { attr, name } of events) {
    if (!types.has(attr.type) && (attr.sampleType & bit) === 0) {
      throw new UsageError(
        `${option}: the samples of event '${name ?? 'unknown'}' have no ${what}; leave the option out, or record with ${remedy}`,
      );
    }
    types.add(attr.type);
  }
}

function parseNames(text: string | undefined): ReadonlySet<string> | undefined {
  return text === undefined ? undefined : new Set(text.split(',').map((name) => name.trim()));
}

function parseNumbers(option: string, text: string | undefined): ReadonlySet<number> | undefined {
  if (text === undefined) return undefined;
  const words = text.split(',');
  const wrong = words.find((word) => !/^\d+$/.test(word));
  if (wrong !== undefined) throw new UsageError(`${option} ${text}: '${wrong}' is not a number`);
  return new Set(words.map(Number));
}

/** "0-3,8" */
function parseCpus(text: string | undefined): ReadonlySet<number> | undefined {
  if (text === undefined) return undefined;
  const cpus = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (!match || last < first || last > 65_535)
      throw new UsageError(`--cpu ${text}: '${part}' is not a CPU or range`);
    for (let cpu = first; cpu <= last; cpu++) cpus.add(cpu);
  }
  return cpus;
}
