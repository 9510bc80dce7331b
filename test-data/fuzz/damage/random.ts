/** Chance for fuzzing: the same at every run, unless FUZZ_SEED asks for something else; and damage of bytes by chance. */

/** Marsaglia's xorshift32: the same numbers for the same seed everywhere. */
export class Random {
  private state: number;

  constructor(readonly seed: number) {
    // Neighbouring seeds are to begin differently.
    this.state = Math.imul(seed, 0x9e3779b1) | 1;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }

  /** A 64-bit word: small, near a power of two, or anything. */
  word(): bigint {
    const any = (BigInt(this.below(0x1_0000_0000)) << 32n) | BigInt(this.below(0x1_0000_0000));
    const bits = BigInt(this.below(64));
    return BigInt.asUintN(
      64,
      [any, any >> bits, (1n << bits) - BigInt(this.below(3)), -(any >> bits)][this.below(4)],
    );
  }
}

const USUAL_SEED = 1;

/** The seed of this run: FUZZ_SEED where it is set; printed with the number of rounds. */
export function announceSeed(what: string, rounds: number): number {
  const seed = Number(process.env.FUZZ_SEED ?? USUAL_SEED);
  console.info(`${what}: ${rounds} mutations, FUZZ_SEED=${seed}`);
  return seed;
}

const INTERESTING = [0x00, 0x01, 0x7f, 0x80, 0xff];

/** A copy with one to eight damaged places: bytes changed, runs filled, or the end cut off. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let copy = bytes.slice();
  for (let count = 1 + random.below(8); count > 0; count--) {
    const at = random.below(copy.length);
    const kind = random.below(8);
    if (kind < 3) copy[at] = random.below(256);
    else if (kind < 5) copy[at] = INTERESTING[random.below(INTERESTING.length)];
    else if (kind === 5) copy[at] ^= 1 << random.below(8);
    else if (kind === 6)
      copy.fill(INTERESTING[random.below(INTERESTING.length)], at, at + 1 + random.below(9));
    else if (random.below(16) === 0) copy = copy.slice(0, at + 1);
  }
  return copy;
}
