/**
 * The table of one event as perf collects it (perf 7.2: tools/perf/util/hist.c hists__findnew_entry,
 * iter_add_next_cumulative_entry, hists__collapse_insert_entry), for --as-perf. Entries are searched in a tree by comparisons
 * that are no order among inlined functions and others, nor among words that are no addresses (sort-keys.ts), so that one
 * function can have several entries. A second tree takes the entries over; those that meet there are merged, and the merged call graphs lose
 * their symbols. What a search finds depends on the shape that the tree has then: every sample is searched for alone.
 */

import { EMPTY_STACK } from '../../../unwinder';
import {
  type CallOrder,
  type CallSites,
  NO_MODULE,
  type Profile,
  type SampleWeights,
} from '../../../profile';
import { ChainTree, ChainWords, type ChainWord } from './chain-tree';
import type { GraphNode, GraphOptions, GraphSource } from './entry-graph';
import { Histogram, type EntryKeys, type HistogramEntry } from './histogram';
import { InsertionTree } from './insertion-tree';
import type { EntrySorting } from './sort-keys';

export interface SearchedHistogramOptions {
  readonly sites: CallSites;
  readonly chainOrder: CallOrder;
  readonly children: boolean;
  /** Tells entries apart, as perf does. */
  readonly sorting: EntrySorting;
}

/** A function of a chain, with what it is in tables. */
interface SiteWord extends ChainWord {
  readonly location: number;
}

export class SearchedHistogram extends Histogram implements GraphSource {
  private readonly input = new InsertionTree<HistogramEntry>(() => false);
  private readonly graphs = new Map<HistogramEntry, ChainTree>();
  private readonly wordsOfFrame: (readonly SiteWord[] | undefined)[] = [];
  private readonly words: ChainWords;
  private lazyPlaced: readonly HistogramEntry[] | undefined;

  constructor(
    profile: Profile,
    keys: EntryKeys,
    private readonly options: SearchedHistogramOptions,
  ) {
    super(profile, options.sites.locations, keys, undefined, options.children);
    this.words = new ChainWords(options.sites.points);
  }

  /** The entries after merging, in the order of their places. Nothing can be added afterwards. */
  override placed(): readonly HistogramEntry[] {
    this.lazyPlaced ??= this.options.sorting.mergesEntries ? this.collapse() : this.input.items();
    return this.lazyPlaced;
  }

  graphOf(entry: HistogramEntry, options: GraphOptions): GraphNode {
    return this.chainsOf(entry).graph(options);
  }

  protected override addChain(
    row: number,
    self: HistogramEntry,
    level: string,
    weights: SampleWeights,
  ): void {
    const chain = this.chainOf(row);
    const { period, latency } = weights;
    this.appendChain(self, chain, 0, period);
    if (!this.children) return;
    const { locations } = this;
    const { comparePlace } = this.options.sorting;
    const counted = [self];
    let chainLevel = level;
    for (let i = 0; i < chain.length; i++) {
      const { location } = chain[i];
      if (locations.symbol[location] !== undefined || locations.module[location] !== NO_MODULE)
        chainLevel = '.';
      const passed = this.makeEntry(self.rowKey, location, row, chainLevel);
      if (counted.some((entry) => comparePlace(passed, entry) === 0)) continue;
      const entry = this.search(passed);
      counted.push(entry);
      entry.totalPeriod += period;
      entry.totalLatency += latency;
      this.appendChain(entry, chain, i, period);
    }
  }

  protected override findOrAdd(rowKey: number, location: number, row: number, level: string): HistogramEntry {
    return this.search(this.makeEntry(rowKey, location, row, level));
  }

  private search(entry: HistogramEntry): HistogramEntry {
    const { comparePlace } = this.options.sorting;
    return this.input.findOrInsert(
      (present) => comparePlace(entry, present),
      () => entry,
    );
  }

  private collapse(): HistogramEntry[] {
    const { comparePlace } = this.options.sorting;
    const collapsed = new InsertionTree<HistogramEntry>(() => false);
    for (const entry of this.input.items()) {
      const known = collapsed.findOrInsert(
        (present) => comparePlace(entry, present),
        () => entry,
      );
      if (known === entry) continue;
      known.addCounts(entry);
      this.chainsOf(known).merge(this.chainsOf(entry));
    }
    return collapsed.items();
  }

  /** The chain of a row, in the order of graphs. */
  private chainOf(row: number): SiteWord[] {
    const { stacks, samples } = this.profile;
    const chain: SiteWord[] = [];
    for (let stack = samples.stack[row]; stack !== EMPTY_STACK; stack = stacks.parent[stack]) {
      for (const word of this.wordsOf(stacks.frame[stack])) chain.push(word);
    }
    return this.options.chainOrder === 'caller' ? chain.reverse() : chain;
  }

  private wordsOf(frame: number): readonly SiteWord[] {
    const { sites } = this.options;
    return (this.wordsOfFrame[frame] ??= sites
      .ofFrame(frame)
      .map((site) => ({ point: sites.point(site), location: sites.location(site), frame })));
  }

  private appendChain(
    entry: HistogramEntry,
    chain: readonly ChainWord[],
    from: number,
    period: number,
  ): void {
    this.chainsOf(entry).append(chain, from, period);
    entry.longestChain = Math.max(entry.longestChain, chain.length - from);
  }

  private chainsOf(entry: HistogramEntry): ChainTree {
    let chains = this.graphs.get(entry);
    if (!chains) {
      chains = new ChainTree(this.words);
      this.graphs.set(entry, chains);
    }
    return chains;
  }
}
