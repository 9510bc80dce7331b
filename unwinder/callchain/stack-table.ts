/**
 * Stacks of a recording, each once: a stack is its caller's stack plus a frame. Parents come before children,
 * so tables over stacks are filled in one pass.
 */

/** The stack without frames. */
export const EMPTY_STACK = -1;

export class StackTable {
  count = 0;
  /** The caller's stack, or EMPTY_STACK. */
  parent = new Int32Array(4096);
  /** The stack's innermost frame. */
  frame = new Int32Array(4096);
  private slots = new Int32Array(8192).fill(-1);

  /** The index of a stack, added if it is new. */
  intern(parent: number, frame: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(parent, frame) & mask;
    for (;;) {
      const stack = this.slots[slot];
      if (stack < 0) break;
      if (this.parent[stack] === parent && this.frame[stack] === frame) return stack;
      slot = (slot + 1) & mask;
    }
    if (this.count === this.parent.length) {
      this.grow();
      return this.intern(parent, frame);
    }
    const stack = this.count++;
    this.parent[stack] = parent;
    this.frame[stack] = frame;
    this.slots[slot] = stack;
    return stack;
  }

  private grow(): void {
    const size = this.parent.length * 2;
    const parent = new Int32Array(size);
    parent.set(this.parent);
    this.parent = parent;
    const frame = new Int32Array(size);
    frame.set(this.frame);
    this.frame = frame;
    this.slots = new Int32Array(size * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let stack = 0; stack < this.count; stack++) {
      let slot = hash(this.parent[stack], this.frame[stack]) & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = stack;
    }
  }
}

function hash(parent: number, frame: number): number {
  const mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
