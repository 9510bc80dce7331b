/**
 * The tables of `report`: one for each event, or for each group of events, its entries in the order of output.
 *
 *   Profile ──► LocationTable, CallTree ──► Histogram per event ──► ordered entries, graphs on demand
 */

import { type CallOrder, CallSites, CallTree, type LocationTable, type Profile } from '../../../profile';
import { EntryGraphs } from './entry-graph';
import { Histogram, type HistogramEntry } from './histogram';
import type { ReportColumn, SortContext } from '../keys';
import { EntrySorting } from './entry-sorting';
import type { ReportFields } from './fields';

export interface ReportOptions {
  readonly fields: ReportFields;
  /** Columns that are not shown since they would say the same in every line. */
  readonly elided: ReadonlySet<ReportColumn>;
  readonly children: boolean;
  readonly chainOrder: CallOrder;
  /** Whether call graphs are wanted, and any event has callchains. */
  readonly hasGraphs: boolean;
  readonly hidesUnresolved: boolean;
  /** Whether rows without parent are left out, as filters do it: totals count them. */
  readonly hidesWithoutParent: boolean;
  /** Whether percentages are of the samples that filters leave, rather than of all. */
  readonly countsShownOnly: boolean;
  /** Where what is counted are branches: the samples that had any, by event. */
  readonly sampleCounts: ReadonlyMap<number, number> | undefined;
  /** Indexes of the events of each table, the leader of a group first. */
  readonly tables: readonly (readonly number[])[];
  readonly context: SortContext;
  /** What call graphs are made of: the context's locations, or addresses. */
  readonly points: LocationTable;
}

export interface ReportTable {
  readonly events: readonly number[];
  /** By the place in `events`; the first is the leader's. */
  readonly histograms: readonly Histogram[];
  /** Of the leader, in the order of output. */
  readonly entries: readonly HistogramEntry[];
  /** Undefined where none are wanted. */
  readonly graphs: EntryGraphs | undefined;
}

export class Report {
  readonly sorting: EntrySorting;
  readonly tables: readonly ReportTable[];
  /** Undefined where chains are not looked at. */
  readonly tree: CallTree | undefined;

  constructor(
    private readonly profile: Profile,
    readonly options: ReportOptions,
  ) {
    const {
      context,
      fields,
      elided,
      children,
      chainOrder,
      hasGraphs,
      hidesUnresolved,
      hidesWithoutParent,
      points,
    } = options;
    const { samples, stacks } = profile;
    const sites = new CallSites(context.locations, points, hidesUnresolved);
    if (hasGraphs || children) {
      const isUsed = new Uint8Array(stacks.count);
      for (let row = 0; row < samples.count; row++)
        if (samples.stack[row] >= 0) isUsed[samples.stack[row]] = 1;
      this.tree = new CallTree(stacks, (stack) => isUsed[stack] === 1, sites, chainOrder);
    }
    this.sorting = new EntrySorting(context, fields, elided, chainOrder, hasGraphs);
    const keys = this.sorting.numberKeys();
    const histograms: Histogram[] = [];
    const histogramOf = (event: number): Histogram =>
      (histograms[event] ??= new Histogram(profile, context.locations, keys, this.tree, children));
    for (let row = 0; row < samples.count; row++) {
      const isNamed = context.locations.symbol[this.sampledLocation(row)] !== undefined;
      if (!isNamed && hidesUnresolved) continue;
      const histogram = histogramOf(samples.event[row]);
      if (hidesWithoutParent && context.parentOfRow(row) === undefined)
        histogram.addHidden(samples.weightsOf(row), !options.countsShownOnly);
      else histogram.addRow(row);
    }
    for (const [event, count] of options.sampleCounts ?? []) histogramOf(event).sampleCount = count;
    this.tables = options.tables.map((events) => {
      const members = events.map(histogramOf);
      events.forEach((event, i) => {
        const hidden = profile.hidden.get(event);
        if (hidden) members[i].addHidden(hidden, !options.countsShownOnly);
      });
      linkMembers(members);
      const [leader] = members;
      const entries = this.order(leader);
      const graphs =
        hasGraphs && this.tree ? new EntryGraphs(profile, this.tree, leader.rows, keys, children) : undefined;
      return { events, histograms: members, entries, graphs };
    });
  }

  private sampledLocation(row: number): number {
    return this.options.context.locations.ofSampledFrame(this.profile.samples.frame[row]);
  }

  private order(histogram: Histogram): HistogramEntry[] {
    return [...histogram.entries].sort(this.sorting.compare);
  }
}

/** Finds for each entry of a group's leader the same entry of the other events; the leader gets those it lacks. */
function linkMembers(histograms: readonly Histogram[]): void {
  const [leader, ...others] = histograms;
  others.forEach((other, i) => {
    for (const entry of other.entries) {
      const ofLeader = leader.find(entry.key) ?? leader.addEmpty(entry);
      ofLeader.setMember(i, entry);
    }
  });
}
