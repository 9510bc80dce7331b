/** Pairs of integers, each once, by numbers from 0 on in the order in which they came. */

export class PairTable {
  count = 0;
  /** By number of the pair. */
  left = new Int32Array(64);
  right = new Int32Array(64);
  /** Numbers of pairs plus 1, by hash; 0 where free. */
  private slots = new Int32Array(128);

  /** The number of a pair; -1 where it is not in the table. */
  find(left: number, right: number): number {
    return this.slots[this.slotOf(left, right)] - 1;
  }

  /** The number of a pair, added if it is new. */
  intern(left: number, right: number): number {
    const slot = this.slotOf(left, right);
    if (this.slots[slot] > 0) return this.slots[slot] - 1;
    if (this.count === this.left.length) {
      this.grow();
      return this.intern(left, right);
    }
    const pair = this.count++;
    this.left[pair] = left;
    this.right[pair] = right;
    this.slots[slot] = pair + 1;
    return pair;
  }

  /** The slot that holds a pair, or the free one where it is to be put. */
  private slotOf(left: number, right: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(left, right) & mask;
    for (;;) {
      const pair = this.slots[slot] - 1;
      if (pair < 0 || (this.left[pair] === left && this.right[pair] === right)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    this.left = withTwiceTheRoom(this.left);
    this.right = withTwiceTheRoom(this.right);
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let pair = 0; pair < this.count; pair++) {
      let slot = hash(this.left[pair], this.right[pair]) & mask;
      while (this.slots[slot] > 0) slot = (slot + 1) & mask;
      this.slots[slot] = pair + 1;
    }
  }
}

/** A longer column with the same values at its beginning. */
export function withTwiceTheRoom(column: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(column.length * 2);
  longer.set(column);
  return longer;
}

function hash(left: number, right: number): number {
  const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
