/**
 * The tree that a flame graph shows: what was counted under each chain of callers, of one recording or of two. Functions
 * of one name are one node below the same caller, as in folded stacks: so are those of a program before and after it was built anew.
 */

import { EMPTY_STACK } from '../../unwinder';
import type { Profile } from './profile';

/** What a node's code belongs to. */
export type FlameKind = 'thread' | 'user' | 'inlined' | 'generated' | 'kernel' | 'unknown';

/** What a node is called. */
export interface FlameLabel {
  readonly name: string;
  /** Of the first function of that name; empty for threads and where it is not known. */
  readonly binary: string;
  readonly kind: FlameKind;
}

/** One recording's part of the tree. */
export interface FlameSource {
  readonly profile: Profile;
  readonly event: number;
  readonly weight: 'samples' | 'period';
  /** What a stack begins with. @param row of the sample table */
  readonly threadLabel: (row: number) => FlameLabel;
  /** The functions of a frame, from the outermost inlined-into one to the innermost inlined one. */
  readonly frameLabels: (frame: number) => readonly FlameLabel[];
}

export class FlameNode {
  /** What was counted in the function itself, by recording. */
  readonly self: number[];
  /** By index of the label. */
  readonly children = new Map<number, FlameNode>();

  constructor(
    /** Of {@link FlameTree.labels}; -1 for the root. */
    readonly label: number,
    recordings: number,
  ) {
    this.self = new Array<number>(recordings).fill(0);
  }
}

export class FlameTree {
  readonly labels: FlameLabel[] = [];
  readonly root: FlameNode;
  /** What was counted in all, by recording. */
  readonly totals: number[];
  private readonly labelByKey = new Map<string, number>();

  /** @param recordings how many will be added */
  constructor(readonly recordings: number) {
    this.root = new FlameNode(-1, recordings);
    this.totals = new Array<number>(recordings).fill(0);
  }

  /** Adds the stacks of an event. A sample without stack counts for its thread alone. @param recording which one it is, from 0 on */
  add(recording: number, { profile, event, weight, threadLabel, frameLabels }: FlameSource): void {
    const { samples, stacks } = profile;
    const counted = weight === 'samples' ? samples.samples : samples.period;
    const labelsOfFrame: (readonly number[] | undefined)[] = [];
    const labelsAt = (frame: number): readonly number[] =>
      (labelsOfFrame[frame] ??= frameLabels(frame).map((label) => this.intern(label)));
    /** Nodes of the stacks below each thread, by stack. */
    const nodesOfThread = new Map<FlameNode, (FlameNode | undefined)[]>();
    const nodeOf = (thread: FlameNode, nodes: (FlameNode | undefined)[], stack: number): FlameNode => {
      const missing: number[] = [];
      let at = stack;
      while (at !== EMPTY_STACK && !nodes[at]) {
        missing.push(at);
        at = stacks.parent[at];
      }
      let node = at === EMPTY_STACK ? thread : nodes[at]!;
      for (const next of missing.reverse()) {
        for (const label of labelsAt(stacks.frame[next])) node = this.childOf(node, label);
        nodes[next] = node;
      }
      return node;
    };
    for (let row = 0; row < samples.count; row++) {
      const stack = samples.stack[row];
      if (samples.event[row] !== event) continue;
      const thread = this.childOf(this.root, this.intern(threadLabel(row)));
      let nodes = nodesOfThread.get(thread);
      if (!nodes) nodesOfThread.set(thread, (nodes = []));
      nodeOf(thread, nodes, stack).self[recording] += counted[row];
      this.totals[recording] += counted[row];
    }
  }

  private childOf(node: FlameNode, label: number): FlameNode {
    let child = node.children.get(label);
    if (!child) node.children.set(label, (child = new FlameNode(label, this.recordings)));
    return child;
  }

  private intern(label: FlameLabel): number {
    const key = `${label.kind} ${label.name}`;
    let index = this.labelByKey.get(key);
    if (index === undefined) {
      index = this.labels.push(label) - 1;
      this.labelByKey.set(key, index);
    }
    return index;
  }
}
