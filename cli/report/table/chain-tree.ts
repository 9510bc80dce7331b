/**
 * The call graph of one entry as perf makes it (perf 7.2: tools/perf/util/callchain.c): a radix tree to which chain
 * after chain is added, each at the place where a search by comparisons ends. perf compares inlined functions by name and
 * all others by address, which is no order; so a search may miss what is there, and a node can be there twice.
 *
 * EntryGraphs (entry-graph.ts) makes the graphs that are right; these are for --as-perf.
 */

import type { GraphNode, GraphOptions } from './entry-graph';
import { InsertionTree } from './insertion-tree';
import type { LocationTable } from '../../../profile';

/** A function of a chain. */
export interface ChainWord {
  /** Of the table of points. */
  readonly point: number;
  readonly frame: number;
}

interface Node {
  words: ChainWord[];
  /** Of the chains that end here. */
  period: number;
  samples: number;
  childPeriod: number;
  childSamples: number;
  children: InsertionTree<Node>;
}

/** How perf compares functions of chains. */
export class ChainWords {
  private readonly bareWords = new Map<number, ChainWord>();

  constructor(private readonly points: LocationTable) {}

  /** Negative where `added` goes to the left of `present`: it is the greater one. */
  compare(added: ChainWord, present: ChainWord): number {
    const { points } = this;
    const [nameA, nameB] = [points.symbol[added.point], points.symbol[present.point]];
    if (nameA !== undefined && nameB !== undefined) {
      if (points.isInlined[added.point] || points.isInlined[present.point]) {
        return nameA === nameB ? 0 : nameB < nameA ? -1 : 1;
      }
      return points.compare(present.point, added.point);
    }
    return points.compareAddresses(present.point, present.frame, added.point, added.frame);
  }

  /** The word without its symbol, as it is left when perf has merged two entries. */
  bare({ frame }: ChainWord): ChainWord {
    let word = this.bareWords.get(frame);
    if (!word) {
      word = { point: this.points.ofBareFrame(frame), frame };
      this.bareWords.set(frame, word);
    }
    return word;
  }
}

export class ChainTree {
  private readonly root = makeNode([], 0, 0);

  constructor(private readonly words: ChainWords) {}

  /** Adds a chain of a sample, from its place `from` on. */
  append(chain: readonly ChainWord[], from: number, period: number): void {
    if (from < chain.length) this.appendBelow(chain, from, period);
  }

  /** Adds all chains of another tree; as in perf they lose their symbols, and chains that end in one place count as one sample. */
  merge(other: ChainTree): void {
    const path: ChainWord[] = [];
    const pending: { readonly node: Node; readonly depth: number }[] = [{ node: other.root, depth: 0 }];
    for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
      const { node, depth } = item;
      path.length = depth;
      for (const word of node.words) path.push(this.words.bare(word));
      if (node.period > 0) this.appendBelow(path, 0, node.period);
      for (const child of node.children.items().reverse()) pending.push({ node: child, depth: path.length });
    }
  }

  /** As EntryGraphs.graphOf. */
  graph(options: GraphOptions): GraphNode {
    const root = openNode(undefined, this.root);
    if (options.shape === 'nested') nest(this.root, root, options.threshold);
    else root.children.push(...list(this.root, root, options.threshold(this.root.childPeriod)));
    return root;
  }

  private appendBelow(chain: readonly ChainWord[], from: number, period: number): void {
    let parent = this.root;
    for (let at = from; ;) {
      parent.childPeriod += period;
      parent.childSamples++;
      const first = chain[at];
      const rest = at;
      let isNew = false;
      const node = parent.children.findOrInsert(
        (present) => this.words.compare(first, present.words[0]),
        () => {
          isNew = true;
          return makeNode(chain.slice(rest), period, 1);
        },
      );
      if (isNew) return;
      let matches = 1;
      while (
        matches < node.words.length &&
        at + matches < chain.length &&
        this.words.compare(chain[at + matches], node.words[matches]) === 0
      ) {
        matches++;
      }
      at += matches;
      if (matches < node.words.length) {
        this.split(node, matches, chain.slice(at), period);
        return;
      }
      if (at === chain.length) {
        node.period += period;
        node.samples++;
        return;
      }
      parent = node;
    }
  }

  /** Cuts a node in two and adds a chain to the upper one: where it ends, or a branch of it. */
  private split(node: Node, wordCount: number, rest: readonly ChainWord[], period: number): void {
    const lower: Node = { ...node, words: node.words.slice(wordCount) };
    node.words = node.words.slice(0, wordCount);
    node.childPeriod = lower.period + lower.childPeriod;
    node.childSamples = lower.samples + lower.childSamples;
    node.children = emptyTree();
    node.children.insert(lower);
    node.period = 0;
    node.samples = 0;
    if (rest.length === 0) {
      node.period = period;
      node.samples = 1;
      return;
    }
    node.childPeriod += period;
    node.childSamples++;
    const branch = makeNode([...rest], period, 1);
    node.children.findOrInsert(
      (present) => this.words.compare(branch.words[0], present.words[0]) || 1,
      () => branch,
    );
  }
}

function emptyTree(): InsertionTree<Node> {
  return new InsertionTree<Node>(() => false);
}

function makeNode(words: ChainWord[], period: number, samples: number): Node {
  return { words, period, samples, childPeriod: 0, childSamples: 0, children: emptyTree() };
}

/** A graph node that is being made. */
interface OpenNode extends GraphNode {
  readonly children: GraphNode[];
}

function openNode(parent: GraphNode | undefined, node: Node): OpenNode {
  const { period, samples, childPeriod, childSamples } = node;
  const points = node.words.map(({ point }) => point);
  return { parent, points, period, samples, childPeriod, childSamples, children: [] };
}

/** Not by calling itself: graphs can be as deep as stacks are. */
function nest(top: Node, root: OpenNode, threshold: GraphOptions['threshold']): void {
  const pending = [{ node: top, shown: root }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { node, shown } = item;
    const least = threshold(node.childPeriod);
    for (const child of node.children.items()) {
      if (child.period + child.childPeriod < least) continue;
      const below = openNode(shown, child);
      shown.children.push(below);
      pending.push({ node: child, shown: below });
    }
    shown.children.sort((a, b) => b.period + b.childPeriod - (a.period + a.childPeriod));
  }
}

/** The nodes in which chains end, by falling period; of equals those that are below others before them. */
function list(top: Node, root: OpenNode, least: number): GraphNode[] {
  const found: GraphNode[] = [];
  const pending = top.children.items().map((node) => ({ node, parent: root }));
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const shown = openNode(item.parent, item.node);
    if (shown.period > 0 && shown.period >= least) found.push(shown);
    for (const node of item.node.children.items()) pending.push({ node, parent: shown });
  }
  return found.reverse().sort((a, b) => b.period - a.period);
}
