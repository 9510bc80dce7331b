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
  firstNode: number;
  readonly members: Member[];
  period: number;
  samples: number;
  /** Of the chains that end in these members. */
  endPeriod: number;
  endSamples: number;
}

/**
 * The sums of a node lie together, as they are read together: of three doubles two are periods, and the halves of the third are
 * counts of samples. A call tree may have millions of nodes.
 */
const DOUBLES = 3;
const PERIOD = 0;
/** Of the chains that end in the node. */
const END_PERIOD = 1;
const HALVES = 2 * DOUBLES;
const SAMPLES = 4;
const END_SAMPLES = 5;

/** Sums over the call tree of the chains of some rows. */
class TreeWeights {
  /** {@link DOUBLES} a node. */
  readonly periods: Float64Array;
  /** The same, by halves: {@link HALVES} a node. */
  readonly counts: Uint32Array;
  /** Nodes with sums; the first {@link touchedCount} count. */
  private readonly touched: Int32Array;
  private touchedCount = 0;

  constructor(private readonly tree: CallTree) {
    this.periods = new Float64Array(tree.count * DOUBLES);
    this.counts = new Uint32Array(this.periods.buffer);
    this.touched = new Int32Array(tree.count);
  }

  /** Replaces the sums by those of these rows. */
  set(profile: Profile, rows: readonly number[] | Int32Array): void {
    const { tree, periods, counts, touched } = this;
    for (let i = 0; i < this.touchedCount; i++) {
      periods.fill(0, touched[i] * DOUBLES, (touched[i] + 1) * DOUBLES);
    }
    this.touchedCount = 0;
    for (const row of rows) {
      const period = profile.samples.period[row];
      const samples = profile.samples.samples[row];
      const leaf = tree.nodeOf(profile.samples.stack[row]);
      if (leaf === ROOT) continue;
      periods[leaf * DOUBLES + END_PERIOD] += period;
      counts[leaf * HALVES + END_SAMPLES] += samples;
      for (let node = leaf; node !== ROOT; node = tree.parent(node)) {
        if (counts[node * HALVES + SAMPLES] === 0) touched[this.touchedCount++] = node;
        periods[node * DOUBLES + PERIOD] += period;
        counts[node * HALVES + SAMPLES] += samples;
      }
    }
  }

  samples(node: number): number {
    return this.counts[node * HALVES + SAMPLES];
  }

  /** The nodes below the root that the rows came through. */
  tops(): Int32Array {
    const touched = this.touched.subarray(0, this.touchedCount);
    return touched.filter((node) => this.tree.parent(node) === ROOT);
  }
}

/**
 * Which nodes are the first on the way from the root with their key, by one walk over the tree.
 * @param keyOf a small integer
 */
function findFirstNodes(tree: CallTree, keyOf: (node: number) => number): Uint8Array {
  const isFirst = new Uint8Array(tree.count);
  /** By key, nodes on the way to where the walk is. */
  const onTheWay: number[] = [];
  let node = tree.firstChild(ROOT);
  while (node !== NO_NODE) {
    const key = keyOf(node);
    const count = onTheWay[key] ?? 0;
    onTheWay[key] = count + 1;
    if (count === 0) isFirst[node] = 1;
    let next = tree.firstChild(node);
    while (next === NO_NODE && node !== ROOT) {
      onTheWay[keyOf(node)]--;
      next = tree.nextSibling(node);
      node = tree.parent(node);
    }
    node = next;
  }
  return isFirst;
}

/** Makes the graphs of entries, best in an order that keeps entries with the same row key together. */
export class EntryGraphs {
  private readonly all: TreeWeights;
  private readonly self: TreeWeights;
  private rowKeyOfAll = -1;
  /** By row key, places in `rows`. */
  private readonly rowsOfKey: IntegerLists | undefined;
  /** By what keys take from a location, the nodes that are the first of it on their way from the root. */
  private readonly firstNodes: IntegerLists | undefined;
  /** By node, what it is in graphs. */
  private readonly points: Int32Array;
  /** By point, its group among those that {@link group} is making; of others nothing. */
  private readonly groupOfPoint: (Group | undefined)[] = [];

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
    const { sites } = tree;
    this.points = new Int32Array(tree.count);
    for (let node = 0; node < tree.count; node++) this.points[node] = sites.point(tree.site(node));
    if (!children) return;
    this.rowsOfKey = new IntegerLists(rows.length, (place) => keys.ofRow(rows[place]));
    const keyOf = (node: number): number => keys.ofLocation(sites.location(tree.site(node)));
    const isFirst = findFirstNodes(tree, keyOf);
    this.firstNodes = new IntegerLists(tree.count, (node) => (isFirst[node] ? keyOf(node) : -1));
  }

  /**
   * An entry's graph: a node without points, above the topmost ones; for shape 'list', above all in which chains
   * end.
   */
  graphOf(entry: HistogramEntry, options: GraphOptions): GraphNode {
    this.self.set(this.profile, entry.selfRows);
    const tops = Array.from(this.self.tops(), (node): Member => (node << 1) | SELF);
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
    const { all, self } = this;
    const nodes = this.firstNodes?.of(this.keys.ofLocation(entry.location)) ?? new Int32Array(0);
    return nodes.filter((node) => all.samples(node) - self.samples(node) > 0);
  }

  /** Members by their point, in perf's order of equals: binaries and addresses falling, names where functions are inlined. */
  private group(members: readonly Member[]): Group[] {
    const { points } = this.tree.sites;
    const apart = this.groupByPoint(members);
    if (apart.length <= 1) return apart;
    apart.sort((a, b) => a.firstNode - b.firstNode);
    const alike = points.firstAlike(apart.map(({ point }) => point));
    const groups = alike ? apart.filter((_, place) => alike[place] === place) : apart;
    alike?.forEach((first, place) => {
      if (first === place) return;
      for (const member of apart[place].members) this.addMember(apart[first], member);
    });
    const isByName = groups.some(({ point }) => points.isInlined[point]);
    return groups.sort((a, b) => points.compare(b.point, a.point, isByName));
  }

  private groupByPoint(members: readonly Member[]): Group[] {
    const { groupOfPoint } = this;
    const groups: Group[] = [];
    for (const member of members) {
      const node = nodeOf(member);
      const point = this.points[node];
      let group = groupOfPoint[point];
      if (group === undefined) {
        group = { point, firstNode: node, members: [], period: 0, samples: 0, endPeriod: 0, endSamples: 0 };
        groupOfPoint[point] = group;
        groups.push(group);
      } else if (node < group.firstNode) group.firstNode = node;
      this.addMember(group, member);
    }
    for (const { point } of groups) groupOfPoint[point] = undefined;
    return groups;
  }

  private addMember(group: Group, member: Member): void {
    const { self, all } = this;
    const node = nodeOf(member);
    const at = node * DOUBLES;
    const countsAt = node * HALVES;
    group.members.push(member);
    if (isSelf(member)) {
      group.period += self.periods[at + PERIOD];
      group.samples += self.counts[countsAt + SAMPLES];
      group.endPeriod += self.periods[at + END_PERIOD];
      group.endSamples += self.counts[countsAt + END_SAMPLES];
    } else {
      group.period += all.periods[at + PERIOD] - self.periods[at + PERIOD];
      group.samples += all.counts[countsAt + SAMPLES] - self.counts[countsAt + SAMPLES];
      group.endPeriod += all.periods[at + END_PERIOD] - self.periods[at + END_PERIOD];
      group.endSamples += all.counts[countsAt + END_SAMPLES] - self.counts[countsAt + END_SAMPLES];
    }
  }

  private childGroups(group: Group): Group[] {
    const { tree, self, all } = this;
    const members: Member[] = [];
    for (const member of group.members) {
      const part = member & SELF;
      for (let child = tree.firstChild(nodeOf(member)); child !== NO_NODE; child = tree.nextSibling(child)) {
        const samples = part === SELF ? self.samples(child) : all.samples(child) - self.samples(child);
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
