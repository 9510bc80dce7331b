/**
 * What sort keys take from samples and from code to tell entries apart, and how entries are ordered by them.
 *
 * perf orders twice: entries stand in a tree by `place`, and are then sorted for output, where those that are equal
 * keep their places (perf 7.2: tools/perf/util/sort.c, se_cmp and se_sort; tools/perf/ui/hist.c for numbers).
 */

import type { Thread } from '../../../unwinder';
import {
  type CallOrder,
  type LocationTable,
  type Profile,
  type SampleTable,
  TextTable,
  UNKNOWN_LINE,
} from '../../../profile';
import { EntryKeys, type HistogramEntry } from './histogram';
import {
  isNumberColumn,
  type KeyColumn,
  type NumberColumn,
  type ReportColumn,
  type ReportFields,
} from './fields';

/** Negative where `a` comes first, 0 where the key does not tell them apart. */
type Comparison = (a: HistogramEntry, b: HistogramEntry) => number;

/** What sort keys look at. */
export interface SortContext {
  readonly profile: Profile;
  readonly locations: LocationTable;
  /** What each module is called in tables. */
  readonly moduleName: (module: number) => string | undefined;
  /** The symbol that --parent found for a row of the sample table. */
  readonly parentOfRow: (row: number) => string | undefined;
  /** What the first thread of a thread's process is called. */
  readonly processName: (thread: Thread) => string;
}

/** What an entry of a table shows for each key. */
export class EntryFacts {
  constructor(private readonly context: SortContext) {}

  comm(entry: HistogramEntry): string {
    const { threads, samples } = this.context.profile;
    return threads.comms[samples.thread[entry.row]];
  }

  cpu(entry: HistogramEntry): number {
    return this.context.profile.samples.cpu[entry.row];
  }

  /** The fields of a tracepoint; another event has none. */
  trace(entry: HistogramEntry): string {
    const { traces, samples } = this.context.profile;
    const index = samples.trace[entry.row];
    return index < 0 ? 'N/A' : traces.texts[index];
  }

  parent(entry: HistogramEntry): string | undefined {
    return this.context.parentOfRow(entry.row);
  }

  /** The name of the binary; undefined for addresses in none. */
  moduleName(entry: HistogramEntry): string | undefined {
    return this.context.moduleName(this.context.locations.module[entry.location]);
  }

  symbol(entry: HistogramEntry): string | undefined {
    return this.context.locations.symbol[entry.location];
  }

  processName(entry: HistogramEntry): string {
    return this.context.processName(entry.thread);
  }

  sourceLine(entry: HistogramEntry): string {
    return this.context.locations.sourceLine[entry.location] ?? UNKNOWN_LINE;
  }

  /** By the symbol's start or by the address, as signed 64-bit numbers. */
  compareValues(a: HistogramEntry, b: HistogramEntry): number {
    const { valueHigh, valueLow } = this.context.locations;
    return (
      (valueHigh[a.location] | 0) - (valueHigh[b.location] | 0) || valueLow[a.location] - valueLow[b.location]
    );
  }
}

/** A name without its numbers' values: what comm_nodigit tells apart. */
export function withoutDigits(name: string): string {
  return name.replace(/\d+/g, '');
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What has a text comes before what has none. */
function compareOptionalText(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareText(a, b);
}

/** How the sort keys of a report tell entries apart and order them. */
export class EntrySorting {
  readonly facts: EntryFacts;
  private readonly places: readonly Comparison[];
  private readonly outputOrder: readonly Comparison[];
  private readonly keys: readonly KeyColumn[];

  constructor(
    private readonly context: SortContext,
    fields: ReportFields,
    /** Columns that do not count for the order of lines: they are not shown. */
    elided: ReadonlySet<ReportColumn>,
    private readonly chainOrder: CallOrder,
    /** Whether entries have call graphs: their depth decides between equals. */
    private readonly hasGraphs: boolean,
  ) {
    this.facts = new EntryFacts(context);
    this.keys = fields.sortColumns.filter((column) => !isNumberColumn(column));
    this.places = this.keys.map((key) => this.placeBy(key));
    this.outputOrder = fields.sortColumns
      .filter((column) => !elided.has(column))
      .map((column) => (isNumberColumn(column) ? this.numberOrder(column) : this.outputBy(column)));
  }

  get samples(): SampleTable {
    return this.context.profile.samples;
  }

  /** Whether a key takes more of a sample than its thread. */
  get tellsSamples(): boolean {
    return this.keys.some((key) => key === 'cpu' || key === 'parent' || key === 'trace');
  }

  /** Where an entry stands while entries are collected. */
  readonly comparePlace: Comparison = (a, b) => firstDifference(this.places, a, b);

  /** Where an entry stands in the printed table. */
  readonly compareOutput: Comparison = (a, b) => firstDifference(this.outputOrder, a, b);

  /** What of a row of the sample table tells entries apart, as text. */
  describeRow(row: number): string {
    const { profile, parentOfRow } = this.context;
    const state = profile.samples.thread[row];
    const thread = profile.threads.threads[state];
    const comm = profile.threads.comms[state];
    const parts: (string | number)[] = [];
    for (const key of this.keys) {
      if (key === 'comm') parts.push(comm);
      else if (key === 'comm_nodigit') parts.push(withoutDigits(comm));
      else if (key === 'pid' || key === 'tid') parts.push(thread.tid);
      else if (key === 'tgid') parts.push(thread.pid);
      else if (key === 'cpu') parts.push(profile.samples.cpu[row]);
      else if (key === 'parent') parts.push(parentOfRow(row) ?? '\0');
      else if (key === 'trace') parts.push(profile.samples.trace[row]);
    }
    return parts.join('\n');
  }

  /** What of a location tells entries apart, as text. */
  describeLocation(location: number): string {
    const { locations, moduleName } = this.context;
    const name = moduleName(locations.module[location]) ?? '\0';
    const symbol = locations.symbol[location];
    const parts: string[] = [];
    for (const key of this.keys) {
      if (key === 'dso') parts.push(name);
      else if (key === 'srcline') parts.push(locations.sourceLine[location] ?? '');
      else if (key === 'symbol' || key === 'ipc_null') {
        const value = `${locations.valueHigh[location]} ${locations.valueLow[location]}`;
        // Without symbol the address alone counts, in whatever binary.
        if (symbol === undefined) parts.push(value);
        else parts.push(`${name} ${value} ${locations.isInlined[location] ? symbol : ''}`);
      }
    }
    return parts.join('\n');
  }

  private placeBy(key: KeyColumn): Comparison {
    const { facts } = this;
    switch (key) {
      case 'comm':
        return (a, b) => compareText(facts.comm(a), facts.comm(b));
      case 'comm_nodigit':
        return (a, b) => compareText(withoutDigits(facts.comm(a)), withoutDigits(facts.comm(b)));
      case 'pid':
      case 'tid':
        return (a, b) => a.thread.tid - b.thread.tid;
      case 'tgid':
        return (a, b) => a.thread.pid - b.thread.pid;
      case 'cpu':
        return (a, b) => facts.cpu(a) - facts.cpu(b);
      case 'parent':
        return (a, b) => compareOptionalText(facts.parent(a), facts.parent(b));
      case 'trace':
        return (a, b) => compareText(facts.trace(a), facts.trace(b));
      case 'dso':
        return (a, b) => compareOptionalText(facts.moduleName(a), facts.moduleName(b));
      case 'srcline':
        return (a, b) => compareText(facts.sourceLine(a), facts.sourceLine(b));
      case 'symbol':
      case 'ipc_null':
        return (a, b) => this.compareSymbols(a, b);
    }
  }

  private compareSymbols(a: HistogramEntry, b: HistogramEntry): number {
    const { facts } = this;
    const [symbolA, symbolB] = [facts.symbol(a), facts.symbol(b)];
    return (
      Number(symbolA === undefined) - Number(symbolB === undefined) ||
      (symbolA === undefined ? 0 : compareOptionalText(facts.moduleName(a), facts.moduleName(b))) ||
      facts.compareValues(a, b) ||
      compareOptionalText(symbolA, symbolB)
    );
  }

  private outputBy(key: KeyColumn): Comparison {
    const { facts } = this;
    if (key === 'symbol') return (a, b) => compareOptionalText(facts.symbol(a), facts.symbol(b));
    return this.placeBy(key);
  }

  private numberOrder(column: NumberColumn): Comparison {
    if (column === 'overhead_children')
      return (a, b) => this.compareTotals(a, b, b.totalPeriod - a.totalPeriod);
    if (column === 'latency_children')
      return (a, b) => this.compareTotals(a, b, b.totalLatency - a.totalLatency);
    return (a, b) => {
      const own = numberOf(b, column) - numberOf(a, column);
      if (own !== 0) return own;
      for (let i = 0; i < Math.max(a.members.length, b.members.length); i++) {
        const [ofA, ofB] = [a.members[i], b.members[i]];
        const difference = (ofB ? numberOf(ofB, column) : 0) - (ofA ? numberOf(ofA, column) : 0);
        if (difference !== 0) return difference;
      }
      return 0;
    };
  }

  /** Callers stand above what they call where both count the same, thread by thread. */
  private compareTotals(a: HistogramEntry, b: HistogramEntry, difference: number): number {
    if (difference !== 0 || !this.hasGraphs) return difference;
    if (a.thread !== b.thread)
      return compareText(this.facts.comm(a), this.facts.comm(b)) || a.thread.tid - b.thread.tid;
    const deeper = a.longestChain - b.longestChain;
    return this.chainOrder === 'caller' ? -deeper : deeper;
  }
}

/** The integers by which histograms find entries. */
export function numberEntryKeys(sorting: EntrySorting): EntryKeys {
  const rowNumbers = new TextTable();
  const locationNumbers = new TextTable();
  const byRow: (number | undefined)[] = [];
  const byLocation: (number | undefined)[] = [];
  const { thread } = sorting.samples;
  // Without keys that differ from sample to sample, all rows of a thread's state are alike.
  const alikeOf = (row: number): number => (sorting.tellsSamples ? row : thread[row]);
  return new EntryKeys(
    (row) => (byRow[alikeOf(row)] ??= rowNumbers.intern(sorting.describeRow(row))),
    (location) => (byLocation[location] ??= locationNumbers.intern(sorting.describeLocation(location))),
  );
}

/** What an entry has in a column. */
export function numberOf(entry: HistogramEntry, column: NumberColumn): number {
  switch (column) {
    case 'overhead':
    case 'period':
      return entry.selfPeriod;
    case 'overhead_sys':
      return entry.selfKernelPeriod;
    case 'overhead_us':
      return entry.selfUserPeriod;
    case 'overhead_children':
      return entry.totalPeriod;
    case 'latency':
      return entry.selfLatency;
    case 'latency_children':
      return entry.totalLatency;
    case 'sample':
      return entry.selfSamples;
  }
}

function firstDifference(comparisons: readonly Comparison[], a: HistogramEntry, b: HistogramEntry): number {
  for (const compare of comparisons) {
    const difference = compare(a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}
