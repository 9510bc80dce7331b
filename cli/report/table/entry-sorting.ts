/**
 * How the keys of a report tell entries apart and order them.
 *
 * perf orders twice: by all keys while entries are collected, and then for output, where those that are equal keep
 * their places (perf 7.2: tools/perf/util/sort.c, se_cmp and se_sort; tools/perf/ui/hist.c for numbers).
 */

import { type CallOrder, TextTable } from '../../../profile';
import {
  EntryFacts,
  isNumberColumn,
  keysOf,
  type NumberKey,
  numberKeys,
  type ReportColumn,
  type SortContext,
  type SortKey,
  sortKeys,
} from '../keys';
import { compareText } from '../keys/key-text';
import type { ReportFields } from './fields';
import { EntryKeys, type HistogramEntry } from './histogram';

/** Negative where `a` comes first, 0 where both are equal. */
type Comparison = (a: HistogramEntry, b: HistogramEntry) => number;

export class EntrySorting {
  readonly facts: EntryFacts;
  private readonly places: readonly Comparison[];
  private readonly lines: readonly Comparison[];
  private readonly keys: readonly SortKey[];

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
    this.keys = keysOf(fields.sortColumns);
    this.places = this.keys.map(
      ({ compare }) =>
        (a, b) =>
          compare(a, b, this.facts),
    );
    this.lines = fields.sortColumns
      .filter((column) => !elided.has(column))
      .map((column) => this.lineOrder(column));
  }

  /** The order of the printed lines. */
  readonly compare: Comparison = (a, b) =>
    firstDifference(this.lines, a, b) || firstDifference(this.places, a, b);

  /** The integers by which histograms find entries. */
  numberKeys(): EntryKeys {
    const rowNumbers = new TextTable();
    const locationNumbers = new TextTable();
    const byRow: (number | undefined)[] = [];
    const byLocation: (number | undefined)[] = [];
    const { thread } = this.context.profile.samples;
    // Without keys that differ from sample to sample, all rows of a thread's state are alike.
    const tellsSamples = this.keys.some(({ tells }) => tells.of === 'row' || tells.of === 'sample');
    const alikeOf = (row: number): number => (tellsSamples ? row : thread[row]);
    return new EntryKeys(
      (row) => (byRow[alikeOf(row)] ??= rowNumbers.intern(this.describeRow(row))),
      (location) => (byLocation[location] ??= locationNumbers.intern(this.describeLocation(location))),
    );
  }

  /** What of a row of the sample table tells entries apart, as text. */
  private describeRow(row: number): string {
    const parts: (string | number)[] = [];
    for (const { tells } of this.keys) {
      if (tells.of === 'thread' || tells.of === 'row') parts.push(tells.value(row, this.facts));
    }
    const { recordedKeys, profile } = this.context;
    if (recordedKeys.length > 0) this.describeDetail(profile.samples.detail[row], parts);
    return parts.join('\n');
  }

  private describeDetail(detail: number, parts: (string | number)[]): void {
    const { recordedKeys, profile } = this.context;
    // Where the values count as they are, so does their number.
    if (!recordedKeys.some(({ tells }) => tells.of === 'sample' && tells.value)) {
      parts.push(detail);
      return;
    }
    recordedKeys.forEach(({ tells }, i) => {
      const value = profile.details.values[detail][i];
      parts.push(tells.of === 'sample' && tells.value ? tells.value(value, this.facts) : value);
    });
  }

  /** What of a location tells entries apart, as text. */
  private describeLocation(location: number): string {
    const parts: string[] = [];
    for (const { tells } of this.keys) {
      if (tells.of === 'code') parts.push(tells.value(location, this.facts));
    }
    return parts.join('\n');
  }

  private lineOrder(column: ReportColumn): Comparison {
    if (!isNumberColumn(column)) {
      const { compareLines } = sortKeys[column];
      return (a, b) => compareLines(a, b, this.facts);
    }
    const key: NumberKey = numberKeys[column];
    return key.isTotal
      ? (a, b) => this.compareTotals(a, b, key.value(b) - key.value(a))
      : (a, b) => compareNumbers(a, b, key);
  }

  /** Callers are above what they call where both count the same, thread by thread. */
  private compareTotals(a: HistogramEntry, b: HistogramEntry, difference: number): number {
    if (difference !== 0 || !this.hasGraphs) return difference;
    if (a.thread !== b.thread) {
      return compareText(this.facts.comm(a), this.facts.comm(b)) || a.thread.tid - b.thread.tid;
    }
    const deeper = a.longestChain - b.longestChain;
    return this.chainOrder === 'caller' ? -deeper : deeper;
  }
}

/** The greater first; in a group of events the numbers of the other events decide between equals. */
function compareNumbers(a: HistogramEntry, b: HistogramEntry, { value }: NumberKey): number {
  const own = value(b) - value(a);
  if (own !== 0) return own;
  for (let i = 0; i < Math.max(a.members.length, b.members.length); i++) {
    const [ofA, ofB] = [a.members[i], b.members[i]];
    const difference = (ofB ? value(ofB) : 0) - (ofA ? value(ofA) : 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function firstDifference(comparisons: readonly Comparison[], a: HistogramEntry, b: HistogramEntry): number {
  for (const compare of comparisons) {
    const difference = compare(a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}
