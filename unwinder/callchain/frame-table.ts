/**
 * Frames of a recording, each once: a frame is an address in a mapping. Columns, and a hash table of
 * (mapping, address) over them; the address is kept in halves so that garbage words of recorded callchains
 * still print exactly.
 *
 * The design has frames as (module, module offset); the mapping is here instead because `script` prints the
 * avma, and a module at two load addresses prints two different lines.
 */

/** Mapping of a frame whose address lies in no mapping. */
export const UNMAPPED_USER = -1;
export const UNMAPPED_KERNEL = -2;
export const UNMAPPED_HYPERVISOR = -3;
/** Not an address at all: the cookie of a deferred callchain that was not joined. */
export const DEFERRED_COOKIE = -4;
/** Of the one frame that stands for all that came when there were too many ({@link FrameTable.most}). */
export const FURTHER_FRAMES = -5;

export class FrameTable {
  count = 0;
  /** Frames that are told apart; all that come when there are so many are one. */
  most = Infinity;
  /** Index of the mapping, or UNMAPPED_*, DEFERRED_COOKIE, FURTHER_FRAMES. */
  mapping = new Int32Array(4096);
  addressLow = new Uint32Array(4096);
  addressHigh = new Uint32Array(4096);
  private slots = new Int32Array(8192).fill(-1);

  /** The index of the frame at an address, added if it is new and there is room. */
  intern(mapping: number, addressLow: number, addressHigh: number): number {
    const low = addressLow >>> 0;
    const high = addressHigh >>> 0;
    const mask = this.slots.length - 1;
    let slot = hash(mapping, low, high) & mask;
    for (;;) {
      const frame = this.slots[slot];
      if (frame < 0) break;
      if (
        this.addressLow[frame] === low &&
        this.addressHigh[frame] === high &&
        this.mapping[frame] === mapping
      ) {
        return frame;
      }
      slot = (slot + 1) & mask;
    }
    if (this.count >= this.most && mapping !== FURTHER_FRAMES) return this.intern(FURTHER_FRAMES, 0, 0);
    if (this.count === this.mapping.length) {
      this.grow();
      return this.intern(mapping, addressLow, addressHigh);
    }
    const frame = this.count++;
    this.mapping[frame] = mapping;
    this.addressLow[frame] = low;
    this.addressHigh[frame] = high;
    this.slots[slot] = frame;
    return frame;
  }

  private grow(): void {
    const size = this.mapping.length * 2;
    const grown = <T extends Int32Array | Uint32Array>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    this.mapping = grown(new Int32Array(size), this.mapping);
    this.addressLow = grown(new Uint32Array(size), this.addressLow);
    this.addressHigh = grown(new Uint32Array(size), this.addressHigh);
    this.slots = new Int32Array(size * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let frame = 0; frame < this.count; frame++) {
      let slot = hash(this.mapping[frame], this.addressLow[frame], this.addressHigh[frame]) & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = frame;
    }
  }
}

function hash(mapping: number, low: number, high: number): number {
  let mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high + mapping * 31, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  return mixed;
}
