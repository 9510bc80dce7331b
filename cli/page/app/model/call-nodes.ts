/**
 * Trees of call nodes, made as far as they are looked at. Each node stands for some nodes of the recorded tree, and its
 * children are found when they are asked for, so that turning a large tree round costs no more than what is drawn of it.
 *
 *   callees   the recorded tree, or what a function calls, wherever it is called
 *   callers   functions that were sampled, or one function, and below each its callers
 */

import { NO_LINE, NO_PARENT } from '../../page-format';
import type { ProfileData } from './profile-data';
import type { Counts, Measure } from './selection';

/** Label of a node that stands for everything. */
export const WHOLE = -1;

export interface CallNode {
  /** Of the data's labels, or {@link WHOLE}. */
  readonly label: number;
  readonly parent: CallNode | undefined;
  readonly depth: number;
  /** By recording; so are the next two. */
  readonly total: readonly number[];
  readonly self: readonly number[];
  readonly samples: readonly number[];
  /** Source line of the first of its frames, as an index into the strings; NO_LINE where it is not known. */
  readonly line: number;
  /** Heaviest first. */
  children(): readonly CallNode[];
}

/** The recorded nodes below each node, for walks downwards. */
export class NodeChildren {
  private readonly starts: Int32Array;
  private readonly children: Int32Array;

  constructor(parents: Int32Array) {
    const count = parents.length;
    const starts = new Int32Array(count + 2);
    for (let node = 0; node < count; node++) starts[parents[node] + 2]++;
    for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
    this.starts = starts.slice(0, count + 2);
    this.children = new Int32Array(count);
    const next = starts.slice(0, count + 1);
    for (let node = 0; node < count; node++) this.children[next[parents[node] + 1]++] = node;
  }

  /** The children of a recorded node, or of the root (-1). */
  of(node: number): Int32Array {
    return this.children.subarray(this.starts[node + 1], this.starts[node + 2]);
  }
}

/** How children of a node are found, and what they count. */
interface Direction {
  /** The recorded nodes that come next from one of them. */
  next(recorded: number): ArrayLike<number>;
  /** To callers a recorded node brings its own counts along; downwards each next one has its own. */
  readonly carried: Measure | undefined;
}

class LazyNode implements CallNode {
  readonly depth: number;
  readonly total: number[];
  readonly self: number[];
  readonly samples: number[];
  /** The recorded nodes that it stands for, and for each the recorded node whose counts it has. */
  readonly recorded: number[] = [];
  readonly counted: number[] = [];
  private known: readonly CallNode[] | undefined;

  constructor(
    private readonly trees: CallTrees,
    readonly direction: Direction,
    readonly label: number,
    readonly parent: LazyNode | undefined,
  ) {
    const zeros = (): number[] => new Array<number>(trees.recordings).fill(0);
    this.depth = parent ? parent.depth + 1 : 0;
    [this.total, this.self, this.samples] = [zeros(), zeros(), zeros()];
  }

  get line(): number {
    return this.label === WHOLE ? NO_LINE : this.trees.data.columns.nodeLine[this.recorded[0]];
  }

  children(): readonly CallNode[] {
    return (this.known ??= this.trees.expand(this));
  }
}

/** Trees over the counts of one selection. */
export class CallTrees {
  readonly recordings: number;
  private readonly down: Direction;

  /** @param below of the same data */
  constructor(
    readonly data: ProfileData,
    below: NodeChildren,
    private readonly counts: Counts,
  ) {
    this.recordings = data.recordings.length;
    this.down = { next: (recorded) => below.of(recorded), carried: undefined };
  }

  /** The tree as recorded: callers above callees. */
  callees(): CallNode {
    const root = this.wholeNode(this.down);
    root.recorded.push(NO_PARENT);
    root.counted.push(NO_PARENT);
    return root;
  }

  /** Functions that were sampled, and below each its callers. */
  sampled(): CallNode {
    const root = this.wholeNode(this.upwards(this.counts.self));
    const { nodeLabel } = this.data.columns;
    const isSampled = (node: number): boolean => this.counts.self.samples.some((self) => self[node] > 0);
    const children = new ChildrenByLabel(this, root);
    for (let node = 0; node < nodeLabel.length; node++) {
      if (isSampled(node)) this.addSelf(children.add(nodeLabel[node], node, node), node);
    }
    root.children = () => children.list;
    return root;
  }

  /** What a function calls, wherever it is called from. */
  calleesOf(label: number): CallNode {
    return this.functionNode(label, this.down);
  }

  /** Who calls a function. */
  callersOf(label: number): CallNode {
    return this.functionNode(label, this.upwards(this.counts.total));
  }

  /** For {@link LazyNode.children}. */
  expand(node: LazyNode): readonly CallNode[] {
    const { nodeLabel } = this.data.columns;
    const { direction } = node;
    const children = new ChildrenByLabel(this, node);
    for (let i = 0; i < node.recorded.length; i++) {
      const next = direction.next(node.recorded[i]);
      for (let j = 0; j < next.length; j++) {
        const counted = direction.carried ? node.counted[i] : next[j];
        if (!direction.carried && !this.isCounted(counted)) continue;
        const child = children.add(nodeLabel[next[j]], next[j], counted);
        if (!direction.carried) this.addSelf(child, counted);
      }
    }
    return children.list;
  }

  /** Adds what a recorded node counts to a node's total. */
  addTotal({ total, samples, direction }: LazyNode, counted: number): void {
    const measure = direction.carried ?? this.counts.total;
    for (let r = 0; r < this.recordings; r++) {
      total[r] += measure.weights[r][counted];
      samples[r] += measure.samples[r][counted];
    }
  }

  private addSelf({ self }: LazyNode, recorded: number): void {
    const { weights } = this.counts.self;
    for (let r = 0; r < this.recordings; r++) self[r] += weights[r][recorded];
  }

  private isCounted(recorded: number): boolean {
    return this.counts.total.samples.some((total) => total[recorded] > 0);
  }

  private upwards(carried: Measure): Direction {
    const { nodeParent } = this.data.columns;
    return {
      next: (recorded) => (nodeParent[recorded] === NO_PARENT ? [] : [nodeParent[recorded]]),
      carried,
    };
  }

  private functionNode(label: number, direction: Direction): CallNode {
    const node = new LazyNode(this, direction, label, undefined);
    const { nodeLabel } = this.data.columns;
    for (const recorded of outermostNodes(this.data.columns, label)) {
      if (!this.isCounted(recorded)) continue;
      node.recorded.push(recorded);
      node.counted.push(recorded);
      this.addTotal(node, recorded);
    }
    for (let recorded = 0; recorded < nodeLabel.length; recorded++) {
      if (nodeLabel[recorded] === label) this.addSelf(node, recorded);
    }
    return node;
  }

  private wholeNode(direction: Direction): LazyNode {
    const node = new LazyNode(this, direction, WHOLE, undefined);
    for (let r = 0; r < this.recordings; r++) {
      node.total[r] = this.counts.whole[r];
      node.samples[r] = this.counts.wholeSamples[r];
    }
    return node;
  }
}

/** Children of a node as they are found: one for each label. */
class ChildrenByLabel {
  private readonly children = new Map<number, LazyNode>();

  constructor(
    private readonly trees: CallTrees,
    private readonly parent: LazyNode,
  ) {}

  /** The child of a label, which stands for one more recorded node. */
  add(label: number, recorded: number, counted: number): LazyNode {
    let child = this.children.get(label);
    if (!child) {
      child = new LazyNode(this.trees, this.parent.direction, label, this.parent);
      this.children.set(label, child);
    }
    child.recorded.push(recorded);
    child.counted.push(counted);
    this.trees.addTotal(child, counted);
    return child;
  }

  /** Heaviest first, by the recording that is heavier. */
  get list(): readonly LazyNode[] {
    const weight = ({ total }: LazyNode): number => Math.max(...total);
    return [...this.children.values()].sort((a, b) => weight(b) - weight(a) || a.label - b.label);
  }
}

/** Recorded nodes of a function that lie below no other node of it: what is below them is counted once. */
function outermostNodes({ nodeLabel, nodeParent }: ProfileData['columns'], label: number): number[] {
  const found: number[] = [];
  const isInside = new Uint8Array(nodeLabel.length);
  for (let node = 0; node < nodeLabel.length; node++) {
    const parent = nodeParent[node];
    const parentIsInside = parent !== NO_PARENT && isInside[parent] === 1;
    const isIt = nodeLabel[node] === label;
    if (isIt && !parentIsInside) found.push(node);
    if (isIt || parentIsInside) isInside[node] = 1;
  }
  return found;
}
