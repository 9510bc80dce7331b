/**
 * Stacks of a recording, each once: a stack is its caller's stack plus a frame. Parents come before children,
 * so tables over stacks are filled in one pass.
 *
 * Most stacks have one stack above them, or none: where they have no more, that one is found without a search.
 */

import { PairTable, withTwiceTheRoom } from './pair-table';

/** The stack without frames. */
export const EMPTY_STACK = -1;
/** In place of a stack that is not in a table. */
export const NO_STACK = -2;

export class StackTable {
  count = 0;
  /** The caller's stack, or EMPTY_STACK. */
  parent = new Int32Array(4096);
  /** The stack's innermost frame. */
  frame = new Int32Array(4096);
  /** By stack plus 1, so that EMPTY_STACK has a place: the first stack that has one frame more, plus 1; 0 for none. */
  private firstChild = new Int32Array(4096);
  /** (parent, frame) of the others, */
  private readonly further = new PairTable();
  /** and the stacks that they are. */
  private readonly furtherStacks: number[] = [];

  /**
   * The index of a stack; NO_STACK where it is not in the table.
   * @param parent a stack of this table, or EMPTY_STACK
   */
  find(parent: number, frame: number): number {
    const first = this.firstChild[parent + 1] - 1;
    if (first < 0) return NO_STACK;
    if (this.frame[first] === frame) return first;
    const place = this.further.find(parent, frame);
    return place < 0 ? NO_STACK : this.furtherStacks[place];
  }

  /**
   * The index of a stack, added if it is new.
   * @param parent a stack of this table, or EMPTY_STACK
   */
  intern(parent: number, frame: number): number {
    const first = this.firstChild[parent + 1] - 1;
    if (first < 0) {
      const stack = this.add(parent, frame);
      this.firstChild[parent + 1] = stack + 1;
      return stack;
    }
    if (this.frame[first] === frame) return first;
    const place = this.further.intern(parent, frame);
    if (place === this.furtherStacks.length) this.furtherStacks.push(this.add(parent, frame));
    return this.furtherStacks[place];
  }

  private add(parent: number, frame: number): number {
    if (this.count + 1 === this.parent.length) {
      this.parent = withTwiceTheRoom(this.parent);
      this.frame = withTwiceTheRoom(this.frame);
      this.firstChild = withTwiceTheRoom(this.firstChild);
    }
    const stack = this.count++;
    this.parent[stack] = parent;
    this.frame[stack] = frame;
    return stack;
  }
}
