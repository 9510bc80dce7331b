/**
 * Packed rules of one mapping by file offset: open addressing in one Int32Array (layout in unwind-rule.ts). An
 * unwinder has one for each mapping that its samples touch.
 */

/** Words of a slot. */
export const SLOT_WORDS = 6;
export const SLOT_FRAME = 1;
export const SLOT_KIND = 2;
export const SLOT_CFA = 3;
export const SLOT_RETURN_ADDRESS = 4;
export const SLOT_FRAME_POINTER = 5;

/** A rule as its slot holds it; what the words mean is in unwind-rule.ts. */
export interface RuleWords {
  /** The kind, with its flags. */
  readonly kind: number;
  readonly cfa: number;
  readonly returnAddress: number;
  readonly framePointer: number;
}

export class RuleCache {
  words = new Int32Array(64 * SLOT_WORDS);
  /** Number of slots minus 1. */
  mask = 63;
  private count = 0;

  /**
   * The position in {@link words} of the slot with that key: in use if its frame word is not 0, else free and
   * the place to put it ({@link put}).
   * @param key file offset, below 2^32
   */
  find(key: number): number {
    const wanted = key | 0;
    let slot = firstSlot(wanted) & this.mask;
    for (;;) {
      const position = slot * SLOT_WORDS;
      if (this.words[position + SLOT_FRAME] === 0 || this.words[position] === wanted) return position;
      slot = (slot + 1) & this.mask;
    }
  }

  /** Adds a rule whose key is not there yet; returns its position. */
  put(key: number, frame: number, rule: RuleWords): number {
    if (this.count * 2 > this.mask) this.grow();
    const position = this.find(key);
    this.words[position] = key | 0;
    this.words[position + SLOT_FRAME] = frame + 1;
    this.words[position + SLOT_KIND] = rule.kind;
    this.words[position + SLOT_CFA] = rule.cfa;
    this.words[position + SLOT_RETURN_ADDRESS] = rule.returnAddress;
    this.words[position + SLOT_FRAME_POINTER] = rule.framePointer;
    this.count++;
    return position;
  }

  /** Forgets all rules. */
  clear(): void {
    this.words = new Int32Array(64 * SLOT_WORDS);
    this.mask = 63;
    this.count = 0;
  }

  private grow(): void {
    const old = this.words;
    this.mask = this.mask * 2 + 1;
    this.words = new Int32Array((this.mask + 1) * SLOT_WORDS);
    for (let position = 0; position < old.length; position += SLOT_WORDS) {
      if (old[position + SLOT_FRAME] === 0) continue;
      this.words.set(old.subarray(position, position + SLOT_WORDS), this.find(old[position]));
    }
  }
}

/** Where the search for a key (int32) begins, before the mask; it goes on slot by slot to the key or a free one. */
export function firstSlot(key: number): number {
  const mixed = Math.imul(key, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
