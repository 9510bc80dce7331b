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
  /** The recorded nodes that it stands for, and towards callers for each the recorded node whose counts it has. */
  readonly recorded: number[] = [];
  readonly counted: number[] = [];
  /** Of the recorded tree all children, counted or not: they stay when other samples are counted. */
  readonly all = new Map<number, LazyNode>();
  private known: readonly CallNode[] | undefined;
  private knownAt = -1;

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
    if (!this.known || this.knownAt !== this.trees.version) {
      this.known = this.trees.expand(this);
      this.knownAt = this.trees.version;
    }
    return this.known;
  }
}

/** Trees over counts. The recorded tree stays when these change, and is summed up anew as far as it is looked at. */
export class CallTrees {
  readonly recordings: number;
  /** Which counts these are. */
  version = 0;
  private readonly down: Direction;
  private readonly root: LazyNode;

  /** @param below of the same data */
  constructor(
    readonly data: ProfileData,
    below: NodeChildren,
    private readonly counts: Counts,
  ) {
    this.recordings = data.recordings.length;
    this.down = { next: (recorded) => below.of(recorded), carried: undefined };
    this.root = this.wholeNode(this.down);
    this.root.recorded.push(NO_PARENT);
    this.root.counted.push(NO_PARENT);
  }

  /** Says that the counts have changed; trees other than that of {@link callees} must be asked for anew. */
  recount(): void {
    this.version++;
    this.takeWhole(this.root);
  }

  /** The tree as recorded: callers above callees. */
  callees(): CallNode {
    return this.root;
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
    return node.direction.carried ? this.expandCallers(node) : this.expandCallees(node);
  }

  private expandCallers(node: LazyNode): readonly CallNode[] {
    const { nodeLabel } = this.data.columns;
    const children = new ChildrenByLabel(this, node);
    for (let i = 0; i < node.recorded.length; i++) {
      const next = node.direction.next(node.recorded[i]);
      for (let j = 0; j < next.length; j++) children.add(nodeLabel[next[j]], next[j], node.counted[i]);
    }
    return children.list;
  }

  private expandCallees(node: LazyNode): readonly CallNode[] {
    if (node.all.size === 0) this.findCallees(node);
    const counted: LazyNode[] = [];
    for (const child of node.all.values()) {
      if (this.sumAnew(child)) counted.push(child);
    }
    return heaviestFirst(counted);
  }

  private findCallees(node: LazyNode): void {
    const { nodeLabel } = this.data.columns;
    for (const recorded of node.recorded) {
      const next = node.direction.next(recorded);
      for (let j = 0; j < next.length; j++) {
        const label = nodeLabel[next[j]];
        let child = node.all.get(label);
        if (!child) node.all.set(label, (child = new LazyNode(this, node.direction, label, node)));
        child.recorded.push(next[j]);
      }
    }
  }

  /** Sums up what a node of the recorded tree counts now. @returns whether it counts anything */
  private sumAnew({ recorded, total, self, samples }: LazyNode): boolean {
    let isCounted = false;
    for (let r = 0; r < this.recordings; r++) {
      const weights = this.counts.total.weights[r];
      const selfWeights = this.counts.self.weights[r];
      const counted = this.counts.total.samples[r];
      [total[r], self[r], samples[r]] = [0, 0, 0];
      for (const node of recorded) {
        if (counted[node] === 0) continue;
        total[r] += weights[node];
        self[r] += selfWeights[node];
        samples[r] += counted[node];
      }
      if (samples[r] > 0) isCounted = true;
    }
    return isCounted;
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
    this.takeWhole(node);
    return node;
  }

  private takeWhole({ total, samples }: LazyNode): void {
    for (let r = 0; r < this.recordings; r++) {
      total[r] = this.counts.whole[r];
      samples[r] = this.counts.wholeSamples[r];
    }
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

  get list(): readonly LazyNode[] {
    return heaviestFirst([...this.children.values()]);
  }
}

/** By the recording that is heavier. */
function heaviestFirst(nodes: LazyNode[]): LazyNode[] {
  const weight = ({ total }: LazyNode): number => (total.length === 1 ? total[0] : Math.max(...total));
  return nodes.sort((a, b) => weight(b) - weight(a) || a.label - b.label);
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
