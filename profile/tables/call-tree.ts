/**
 * All stacks of a profile as one tree of call sites: stacks that call the same functions share nodes. From the
 * outermost frame inwards (order "caller") or from the innermost outwards ("callee"); parents before children.
 */

import { EMPTY_STACK, StackTable } from '../../unwinder';
import type { CallSites } from './call-sites';

export type CallOrder = 'caller' | 'callee';

/** The tree's root, which is not a node. */
export const ROOT = EMPTY_STACK;

/** No child, no sibling. */
export const NO_NODE = -1;

const UNKNOWN_NODE = -2;

export class CallTree {
  private readonly nodes = new StackTable();
  private readonly nodeOfStack: Int32Array;
  private depths = new Int32Array(0);
  private firstChildren = new Int32Array(0);
  private nextSiblings = new Int32Array(0);

  /**
   * @param stacks stacks of frames
   * @param isUsed whether a stack belongs in the tree
   */
  constructor(
    stacks: StackTable,
    isUsed: (stack: number) => boolean,
    readonly sites: CallSites,
    readonly order: CallOrder,
  ) {
    this.nodeOfStack = new Int32Array(stacks.count).fill(UNKNOWN_NODE);
    for (let stack = 0; stack < stacks.count; stack++) {
      if (isUsed(stack)) {
        this.nodeOfStack[stack] =
          order === 'caller' ? this.addFromRoot(stacks, stack) : this.addFromLeaf(stacks, stack);
      }
    }
    this.linkChildren();
  }

  get count(): number {
    return this.nodes.count;
  }

  /** The node that a stack ends in: the innermost frame in order "caller", the outermost in "callee". */
  nodeOf(stack: number): number {
    return stack === EMPTY_STACK ? ROOT : this.nodeOfStack[stack];
  }

  /** The node's parent, or ROOT. */
  parent(node: number): number {
    return this.nodes.parent[node];
  }

  site(node: number): number {
    return this.nodes.frame[node];
  }

  /** Nodes from the root to this one, itself included; 0 for ROOT. */
  depth(node: number): number {
    return node === ROOT ? 0 : this.depths[node];
  }

  /** A node's first child, or ROOT's; NO_NODE where it has none. */
  firstChild(node: number): number {
    return this.firstChildren[node + 1];
  }

  /** The next child of the same parent, or NO_NODE. */
  nextSibling(node: number): number {
    return this.nextSiblings[node];
  }

  private addFromRoot(stacks: StackTable, stack: number): number {
    // Stacks of samples in between need not be in use themselves.
    const missing: number[] = [];
    let known = stack;
    while (known !== EMPTY_STACK && this.nodeOfStack[known] === UNKNOWN_NODE) {
      missing.push(known);
      known = stacks.parent[known];
    }
    let node = this.nodeOf(known);
    for (let i = missing.length - 1; i >= 0; i--) {
      const sites = this.sites.ofFrame(stacks.frame[missing[i]]);
      for (let j = sites.length - 1; j >= 0; j--) node = this.nodes.intern(node, sites[j]);
      this.nodeOfStack[missing[i]] = node;
    }
    return node;
  }

  private addFromLeaf(stacks: StackTable, stack: number): number {
    let node = ROOT;
    for (let at = stack; at !== EMPTY_STACK; at = stacks.parent[at]) {
      for (const site of this.sites.ofFrame(stacks.frame[at])) node = this.nodes.intern(node, site);
    }
    return node;
  }

  private linkChildren(): void {
    const { count } = this.nodes;
    this.depths = new Int32Array(count);
    this.firstChildren = new Int32Array(count + 1).fill(NO_NODE);
    this.nextSiblings = new Int32Array(count).fill(NO_NODE);
    for (let node = 0; node < count; node++) {
      const parent = this.nodes.parent[node];
      this.depths[node] = this.depth(parent) + 1;
      this.nextSiblings[node] = this.firstChildren[parent + 1];
      this.firstChildren[parent + 1] = node;
    }
  }
}
