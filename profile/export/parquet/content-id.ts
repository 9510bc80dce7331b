/**
 * 64-bit numbers made from what a thing is: the same thing has the same number in every file, so tables of many exports can be
 * read as one. Two lanes of 32 bits, multiplied and mixed (as MurmurHash3 finishes, github.com/aappleby/smhasher): of a
 * hundred million different things two have one number with a chance of one in four thousand.
 */

const FIRST_MULTIPLIER = 0x85ebca6b;
const SECOND_MULTIPLIER = 0xc2b2ae35;
const FIRST_SEED = 0x243f6a88;
const SECOND_SEED = 0x13198a2e;

/** The number of a text. */
export function idOfText(text: string): bigint {
  let [first, second] = [FIRST_SEED, SECOND_SEED];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    first = rotated(Math.imul(first ^ unit, FIRST_MULTIPLIER), 13);
    second = rotated(Math.imul(second ^ unit, SECOND_MULTIPLIER), 17);
  }
  return joined(mixed(first ^ text.length), mixed(second ^ text.length));
}

/** The number of two things in this order, by their numbers. */
export function idOfPair(left: bigint, right: bigint): bigint {
  const words = [left, right].flatMap((id) => [
    Number(id & 0xffff_ffffn),
    Number((id >> 32n) & 0xffff_ffffn),
  ]);
  let [first, second] = [FIRST_SEED, SECOND_SEED];
  for (const word of words) {
    first = mixed(Math.imul(first ^ word, FIRST_MULTIPLIER));
    second = mixed(Math.imul(second ^ rotated(word, 16), SECOND_MULTIPLIER));
  }
  return joined(first, second);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function mixed(word: number): number {
  let bits = word;
  bits = Math.imul(bits ^ (bits >>> 16), FIRST_MULTIPLIER);
  bits = Math.imul(bits ^ (bits >>> 13), SECOND_MULTIPLIER);
  return bits ^ (bits >>> 16);
}

function joined(low: number, high: number): bigint {
  return BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}
