/**
 * The table of one event: samples counted by what the sort keys tell apart. With `children`, a sample also counts
 * in the totals of every entry that its chain passes through, once each (recursion counts once).
 *
 * Rules of perf 7.2: tools/perf/util/hist.c (hists__add_entry, iter_add_next_cumulative_entry) and callchain.c
 * (fill_callchain_info, from which the level of entries that no sample hit comes).
 */

import { PERF_RECORD_MISC_KERNEL, PERF_RECORD_MISC_USER } from '../../../parser';
import { EMPTY_STACK, PairTable, type Thread } from '../../../unwinder';
import {
  type CallTree,
  type HiddenSamples,
  type LocationTable,
  NO_MODULE,
  type Profile,
  ROOT,
  type SampleWeights,
} from '../../../profile';

/** An array for all entries that have nothing in theirs: of a million entries, arrays of their own are a third of the memory. */
const NONE: readonly never[] = [];

/**
 * With what it is called, an entry takes up to 1.5 KB. More than there are places in the code (LocationTable): those of many threads, or
 * of what else keys tell apart, are counted together.
 */
const MOST_ENTRIES = 250_000;

/** What an entry stands for. */
interface EntryIdentity {
  readonly location: number;
  /** The row of the sample table that was counted here first: what the entry is called comes from it. */
  readonly row: number;
  readonly thread: Thread;
  /** 'k' kernel, '.' user, 'H' hypervisor: as perf marks symbols. */
  readonly level: string;
  /** What the sort keys take from samples ({@link EntryKeys.ofRow}). */
  readonly rowKey: number;
  /** All keys as one number ({@link EntryKeys.pairs}). */
  readonly key: number;
}

/** What one entry (line) of the table counts. */
export class HistogramEntry implements EntryIdentity {
  readonly location: number;
  readonly row: number;
  readonly thread: Thread;
  readonly level: string;
  readonly rowKey: number;
  readonly key: number;
  /** From 1 on, in the order in which entries were met. */
  number = 0;
  selfPeriod = 0;
  selfSamples = 0;
  selfKernelPeriod = 0;
  selfUserPeriod = 0;
  selfLatency = 0;
  /** With what is called from here. */
  totalPeriod = 0;
  totalLatency = 0;
  /** Length of the longest chain, from here on in the order of the call tree. */
  longestChain = 0;
  /** Rows of the sample table that were sampled here; empty where there are no chains. */
  selfRows: readonly number[] = NONE;
  /** In a group of events: the same entry of each other event, by its place in the group. */
  members: readonly (HistogramEntry | undefined)[] = NONE;
  /** The row that was counted here last: what a chain passes twice counts once. */
  lastRow = -1;

  constructor({ location, row, thread, level, rowKey, key }: EntryIdentity) {
    this.location = location;
    this.row = row;
    this.thread = thread;
    this.level = level;
    this.rowKey = rowKey;
    this.key = key;
  }

  addSelfRow(row: number): void {
    if (this.selfRows.length === 0) this.selfRows = [row];
    else (this.selfRows as number[]).push(row);
  }

  /** Says which entry of another event of the group is the same. @param place of that event */
  setMember(place: number, entry: HistogramEntry): void {
    const members = [...this.members];
    members[place] = entry;
    this.members = members;
  }
}

/** What tells entries apart, as small integers. Entries of several events with the same keys are the same entry. */
export class EntryKeys {
  readonly pairs = new PairTable();
  /** Of all histograms. */
  entryCount = 0;

  /**
   * @param ofRow what the sort keys take from a sample, by row of the sample table
   * @param ofLocation what they take from the code
   */
  constructor(
    readonly ofRow: (row: number) => number,
    readonly ofLocation: (location: number) => number,
    private readonly most = MOST_ENTRIES,
  ) {}

  /** Whether there are as many entries as there may be. */
  get isFull(): boolean {
    return this.entryCount >= this.most;
  }
}

export class Histogram {
  /** In the order in which they were first met. */
  readonly entries: HistogramEntry[] = [];
  sampleCount = 0;
  /** With samples that filters leave out, whether or not those count in the other totals. */
  allSamples = 0;
  /** What percentages are of. */
  totalPeriod = 0;
  totalLatency = 0;
  allPeriod = 0;
  /** Of the samples those that are in no entry since there are too many. */
  furtherSamples = 0;
  /** Rows of the sample table that count here. */
  readonly rows: number[] = [];
  private readonly entryByKey: (HistogramEntry | undefined)[] = [];
  /** Of each call tree node, the entry that it counted to last: its number, 0 for none. */
  private readonly entryOfNode: Int32Array;
  private readonly path: number[] = [];

  constructor(
    private readonly profile: Profile,
    private readonly locations: LocationTable,
    private readonly keys: EntryKeys,
    private readonly tree: CallTree | undefined,
    private readonly children: boolean,
  ) {
    this.entryOfNode = new Int32Array(tree && children ? tree.count : 0);
  }

  /** Counts a row of the sample table. */
  addRow(row: number): void {
    const { samples } = this.profile;
    const weights = samples.weightsOf(row);
    const { period, latency } = weights;
    const cpumode = samples.cpumode[row];
    this.sampleCount += weights.samples;
    this.totalPeriod += period;
    this.allSamples += weights.samples;
    this.allPeriod += period;
    this.totalLatency += latency;
    const level = levelOf(cpumode);
    const rowKey = this.keys.ofRow(row);
    const location = this.locations.ofSampledFrame(samples.frame[row]);
    const entry = this.findOrAdd(rowKey, location, row, level);
    if (entry === undefined) {
      this.furtherSamples += weights.samples;
      return;
    }
    this.rows.push(row);
    entry.selfSamples += weights.samples;
    entry.selfPeriod += period;
    entry.totalPeriod += period;
    entry.selfLatency += latency;
    entry.totalLatency += latency;
    if (cpumode === PERF_RECORD_MISC_KERNEL) entry.selfKernelPeriod += period;
    if (cpumode === PERF_RECORD_MISC_USER) entry.selfUserPeriod += period;
    if (this.tree) entry.addSelfRow(row);
    entry.lastRow = row;
    this.addChain(row, entry, level, weights);
  }

  /** Counts samples that a filter leaves out: in the totals alone, if there. */
  addHidden(hidden: HiddenSamples, inTotals: boolean): void {
    this.allSamples += hidden.samples;
    this.allPeriod += hidden.period;
    if (!inTotals) return;
    this.sampleCount += hidden.samples;
    this.totalPeriod += hidden.period;
    this.totalLatency += hidden.latency;
  }

  /** The entry with the same keys as one of another histogram. */
  find(key: number): HistogramEntry | undefined {
    return this.entryByKey[key];
  }

  /** Adds an entry that counts nothing, with the keys and looks of another histogram's. */
  addEmpty(like: HistogramEntry): HistogramEntry {
    return this.add(new HistogramEntry(like));
  }

  /** Counts the chain of a row's samples. @param self the entry that they count to */
  private addChain(row: number, self: HistogramEntry, level: string, weights: SampleWeights): void {
    const { tree } = this;
    if (!tree) return;
    const { samples } = this.profile;
    const { rowKey } = self;
    const stack = samples.stack[row];
    const leaf = stack === EMPTY_STACK ? ROOT : tree.nodeOf(stack);
    const depth = tree.depth(leaf);
    if (depth > self.longestChain) self.longestChain = depth;
    if (!this.children) return;
    const { path, locations } = this;
    const { period, latency } = weights;
    for (let node = leaf, i = depth; node !== ROOT; node = tree.parent(node)) path[--i] = node;
    let chainLevel = level;
    for (let i = 0; i < depth; i++) {
      const node = path[i];
      const location = tree.sites.location(tree.site(node));
      if (locations.symbol[location] !== undefined || locations.module[location] !== NO_MODULE)
        chainLevel = '.';
      const known = this.entryOfNode[node];
      let entry: HistogramEntry | undefined = known === 0 ? undefined : this.entries[known - 1];
      if (entry === undefined || entry.rowKey !== rowKey) {
        entry = this.findOrAdd(rowKey, location, row, chainLevel);
        if (entry === undefined) continue;
        this.entryOfNode[node] = entry.number;
      }
      if (entry.lastRow === row) continue;
      entry.lastRow = row;
      entry.totalPeriod += period;
      entry.totalLatency += latency;
      entry.longestChain = Math.max(entry.longestChain, depth - i);
    }
  }

  /** Undefined where it is new, and there are too many. */
  private findOrAdd(
    rowKey: number,
    location: number,
    row: number,
    level: string,
  ): HistogramEntry | undefined {
    const key = this.keys.pairs.intern(rowKey, this.keys.ofLocation(location));
    const known = this.entryByKey[key];
    if (known) return known;
    if (this.keys.isFull) return undefined;
    const { threads, samples } = this.profile;
    const thread = threads.threads[samples.thread[row]];
    return this.add(new HistogramEntry({ location, row, thread, level, rowKey, key }));
  }

  private add(entry: HistogramEntry): HistogramEntry {
    this.entryByKey[entry.key] = entry;
    entry.number = this.entries.push(entry);
    this.keys.entryCount++;
    return entry;
  }
}

function levelOf(cpumode: number): string {
  if (cpumode === PERF_RECORD_MISC_KERNEL) return 'k';
  return cpumode === PERF_RECORD_MISC_USER ? '.' : 'H';
}
