/**
 * The call graph of one entry of a table: how its samples came there, or what they called from there. A merged view
 * of the call tree, cut where branches fall below a threshold.
 *
 *   samples taken at the entry        their whole chains, from the call tree's roots    ─┐
 *   samples that pass through it      the chains from its first node on: the subtrees   ─┴─► merged, compressed
 *                                     below those nodes, without the samples above
 *
 * Runs of nodes without branches and without samples that end in them are one node of the graph. perf 7.2 builds
 * the same by adding chain after chain to a radix tree (tools/perf/util/callchain.c); here what is below the
 * threshold is never made.
 */

import { type CallTree, NO_NODE, type Profile, ROOT } from '../../../profile';
import type { EntryKeys, HistogramEntry } from './histogram';
import { IntegerLists } from './integer-lists';

export interface GraphNode {
  readonly parent: GraphNode | undefined;
  /** Points of the call sites' point table, along the run. */
  readonly points: readonly number[];
  /** Of the samples whose chains end here. */
  readonly period: number;
  readonly samples: number;
  /** Of those whose chains go on, also to children that are not shown. */
  readonly childPeriod: number;
  readonly childSamples: number;
  /** Those above the threshold, by falling period. */
  readonly children: readonly GraphNode[];
}

export interface GraphOptions {
  /** 'nested' for graphs, 'list' for one flat list of all chains. */
  readonly shape: 'nested' | 'list';
  /** The least period that is shown, of a graph node whose children have a period in all. */
  readonly threshold: (periodOfSiblings: number) => number;
}

/**
 * A call tree node within one of the two parts that are merged: bit 0 is set where it stands for the samples taken at
 * the entry, clear where it stands for all others.
 */
type Member = number;

const SELF = 1;

function nodeOf(member: Member): number {
  return member >>> 1;
}

function isSelf(member: Member): boolean {
  return (member & SELF) !== 0;
}

/** Members of one graph node. */
interface Group {
  readonly point: number;
  /** The first call tree node that came here: nodes are numbered as they are met. */
  readonly firstNode: number;
  readonly members: Member[];
  period: number;
  samples: number;
  /** Of the chains that end in these members. */
  endPeriod: number;
  endSamples: number;
}

/** Sums over the call tree of the chains of some rows. */
class TreeWeights {
  readonly period: Float64Array;
  readonly samples: Float64Array;
  readonly endPeriod: Float64Array;
  readonly endSamples: Float64Array;
  private readonly touched: number[] = [];

  constructor(private readonly tree: CallTree) {
    this.period = new Float64Array(tree.count);
    this.samples = new Float64Array(tree.count);
    this.endPeriod = new Float64Array(tree.count);
    this.endSamples = new Float64Array(tree.count);
  }

  /** Replaces the sums by those of these rows. */
  set(profile: Profile, rows: readonly number[] | Int32Array): void {
    for (const node of this.touched) {
      this.period[node] = 0;
      this.samples[node] = 0;
      this.endPeriod[node] = 0;
      this.endSamples[node] = 0;
    }
    this.touched.length = 0;
    const { tree } = this;
    for (const row of rows) {
      const period = profile.samples.period[row];
      const samples = profile.samples.samples[row];
      const leaf = tree.nodeOf(profile.samples.stack[row]);
      if (leaf === ROOT) continue;
      this.endPeriod[leaf] += period;
      this.endSamples[leaf] += samples;
      for (let node = leaf; node !== ROOT; node = tree.parent(node)) {
        if (this.samples[node] === 0) this.touched.push(node);
        this.period[node] += period;
        this.samples[node] += samples;
      }
    }
  }

  /** The nodes below the root that the rows came through. */
  tops(): number[] {
    return this.touched.filter((node) => this.tree.parent(node) === ROOT);
  }
}

/** Makes the graphs of entries, best in an order that keeps entries with the same row key together. */
export class EntryGraphs {
  private readonly all: TreeWeights;
  private readonly self: TreeWeights;
  private rowKeyOfAll = -1;
  /** By row key, places in `rows`. */
  private readonly rowsOfKey: IntegerLists | undefined;
  private readonly nodesOfLocation: IntegerLists | undefined;

  /**
   * @param rows the rows of the sample table that the histogram counts
   * @param keys what tells the histogram's entries apart
   * @param children whether entries count chains that pass through them
   */
  constructor(
    private readonly profile: Profile,
    private readonly tree: CallTree,
    private readonly rows: readonly number[],
    private readonly keys: EntryKeys,
    private readonly children: boolean,
  ) {
    this.all = new TreeWeights(tree);
    this.self = new TreeWeights(tree);
    if (!children) return;
    this.rowsOfKey = new IntegerLists(rows.length, (place) => keys.ofRow(rows[place]));
    this.nodesOfLocation = new IntegerLists(tree.count, (node) => this.locationKey(node));
  }

  /**
   * An entry's graph: a node without points, above the topmost ones; for shape 'list', above all in which chains
   * end.
   */
  graphOf(entry: HistogramEntry, options: GraphOptions): GraphNode {
    this.self.set(this.profile, entry.selfRows);
    const tops: Member[] = this.self.tops().map((node) => (node << 1) | SELF);
    if (this.children) {
      if (this.rowKeyOfAll !== entry.rowKey) {
        const places = this.rowsOfKey?.of(entry.rowKey) ?? new Int32Array(0);
        this.all.set(
          this.profile,
          places.map((place) => this.rows[place]),
        );
        this.rowKeyOfAll = entry.rowKey;
      }
      for (const node of this.findRoots(entry)) tops.push(node << 1);
    }
    const groups = this.group(tops);
    const root = makeNode(undefined, [], undefined, groups);
    if (options.shape === 'nested') this.nest(groups, root, options);
    else {
      const ends = this.list(groups, root, options.threshold(sumOfPeriods(groups)));
      root.children.push(...ends.sort((a, b) => b.period - a.period));
    }
    return root;
  }

  /** Nodes where chains of samples that were taken elsewhere first pass an entry. */
  private findRoots(entry: HistogramEntry): Int32Array {
    const location = this.keys.ofLocation(entry.location);
    const candidates = this.nodesOfLocation?.of(location) ?? new Int32Array(0);
    return candidates.filter((node) => {
      if (!(this.all.samples[node] - this.self.samples[node] > 0)) return false;
      for (let above = this.tree.parent(node); above !== ROOT; above = this.tree.parent(above)) {
        if (this.locationKey(above) === location) return false;
      }
      return true;
    });
  }

  private locationKey(node: number): number {
    return this.keys.ofLocation(this.tree.sites.location(this.tree.site(node)));
  }

  /** Members by their point, in perf's order of equals: binaries and addresses falling, names where functions are inlined. */
  private group(members: readonly Member[]): Group[] {
    const { tree } = this;
    const { points } = tree.sites;
    if (members.length === 1) {
      return [this.makeGroup(tree.sites.point(tree.site(nodeOf(members[0]))), members)];
    }
    const byPoint = new Map<number, Member[]>();
    for (const member of members) pushTo(byPoint, tree.sites.point(tree.site(nodeOf(member))), member);
    const apart = [...byPoint].map(([point, ofPoint]) => this.makeGroup(point, ofPoint));
    if (apart.length === 1) return apart;
    apart.sort((a, b) => a.firstNode - b.firstNode);
    const alike = points.firstAlike(apart.map(({ point }) => point));
    const groups = alike ? apart.filter((_, place) => alike[place] === place) : apart;
    alike?.forEach((first, place) => {
      if (first !== place) this.addMembers(apart[first], apart[place].members);
    });
    const isByName = groups.some(({ point }) => points.isInlined[point]);
    return groups.sort((a, b) => points.compare(b.point, a.point, isByName));
  }

  private makeGroup(point: number, members: readonly Member[]): Group {
    const firstNode = members.reduce((first, member) => Math.min(first, nodeOf(member)), Infinity);
    const group = { point, firstNode, members: [], period: 0, samples: 0, endPeriod: 0, endSamples: 0 };
    this.addMembers(group, members);
    return group;
  }

  private addMembers(group: Group, members: readonly Member[]): void {
    const { self, all } = this;
    for (const member of members) {
      const node = nodeOf(member);
      group.members.push(member);
      if (isSelf(member)) {
        group.period += self.period[node];
        group.samples += self.samples[node];
        group.endPeriod += self.endPeriod[node];
        group.endSamples += self.endSamples[node];
      } else {
        group.period += all.period[node] - self.period[node];
        group.samples += all.samples[node] - self.samples[node];
        group.endPeriod += all.endPeriod[node] - self.endPeriod[node];
        group.endSamples += all.endSamples[node] - self.endSamples[node];
      }
    }
  }

  private childGroups(group: Group): Group[] {
    const { tree, self, all } = this;
    const members: Member[] = [];
    for (const member of group.members) {
      const part = member & SELF;
      for (let child = tree.firstChild(nodeOf(member)); child !== NO_NODE; child = tree.nextSibling(child)) {
        const samples = part === SELF ? self.samples[child] : all.samples[child] - self.samples[child];
        if (samples > 0) members.push((child << 1) | part);
      }
    }
    return this.group(members);
  }

  /** Follows a group as long as it neither branches nor ends. */
  private run(first: Group): { points: number[]; last: Group; next: Group[] } {
    const points = [first.point];
    let last = first;
    let next = this.childGroups(first);
    while (last.endSamples === 0 && next.length === 1) {
      [last] = next;
      points.push(last.point);
      next = this.childGroups(last);
    }
    return { points, last, next };
  }

  /** Puts nodes below a root, level by level: graphs can be as deep as stacks are, too deep for calls. */
  private nest(groups: readonly Group[], root: OpenNode, options: GraphOptions): void {
    const pending: { readonly groups: readonly Group[]; readonly parent: OpenNode }[] = [
      { groups, parent: root },
    ];
    for (let level = pending.pop(); level !== undefined; level = pending.pop()) {
      const { parent } = level;
      const least = options.threshold(sumOfPeriods(level.groups));
      for (const group of level.groups) {
        if (group.period < least) continue;
        const { points, last, next } = this.run(group);
        const node = makeNode(parent, points, last, next);
        parent.children.push(node);
        pending.push({ groups: next, parent: node });
      }
      parent.children.sort((a, b) => b.period + b.childPeriod - (a.period + a.childPeriod));
    }
  }

  /**
   * All nodes in which chains end. Inner ones come after what is below them, as perf lists them before it sorts by
   * period: found from the end to the beginning.
   */
  private list(groups: readonly Group[], root: OpenNode, least: number): GraphNode[] {
    const found: GraphNode[] = [];
    const pending = groups.map((group) => ({ group, parent: root }));
    for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
      if (item.group.period < least) continue;
      const { points, last, next } = this.run(item.group);
      const node = makeNode(item.parent, points, last, next);
      if (node.period > 0 && node.period >= least) found.push(node);
      for (const group of next) pending.push({ group, parent: node });
    }
    return found.reverse();
  }
}

/** A graph node that is being made. */
interface OpenNode extends GraphNode {
  readonly children: GraphNode[];
}

function makeNode(
  parent: GraphNode | undefined,
  points: readonly number[],
  last: Group | undefined,
  next: readonly Group[],
): OpenNode {
  return {
    parent,
    points,
    period: last?.endPeriod ?? 0,
    samples: last?.endSamples ?? 0,
    childPeriod: sumOfPeriods(next),
    childSamples: next.reduce((sum, group) => sum + group.samples, 0),
    children: [],
  };
}

function sumOfPeriods(groups: readonly Group[]): number {
  return groups.reduce((sum, group) => sum + group.period, 0);
}

function pushTo<T>(lists: Map<number, T[]>, key: number, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
