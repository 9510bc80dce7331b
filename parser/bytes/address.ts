/**
 * Addresses as signed doubles.
 *
 *   value = (high word as int32) * 2^32 + low word (unsigned)
 *
 * User addresses are positive, kernel addresses (x86-64, AArch64) negative, PERF_CONTEXT_* markers small
 * negative integers. Exact while the value lies within ±2^53, which every canonical 48-bit and 52-bit
 * address does. A word outside that range is not an address; code that must still print all its digits keeps the two
 * halves (see {@link formatHalves}). NaN means "could not be read".
 */

export const TWO_POW_32 = 0x1_0000_0000;

/** The signed-double address of a 64-bit word given as two 32-bit halves (either may be signed or unsigned). */
export function addressFromHalves(low: number, high: number): number {
  return (high | 0) * TWO_POW_32 + (low >>> 0);
}

/** Low 32 bits of an address, unsigned. */
export function lowHalf(address: number): number {
  return address >>> 0;
}

/** High 32 bits of an address, unsigned. */
export function highHalf(address: number): number {
  return Math.floor(address / TWO_POW_32) >>> 0;
}

/** Whether a double of this module holds its 64-bit word exactly. */
export function isExactAddress(address: number): boolean {
  return address >= -Number.MAX_SAFE_INTEGER && address <= Number.MAX_SAFE_INTEGER;
}

/** A 64-bit word as C's `%lx` prints it: no leading zeros, no prefix. */
export function formatHalves(low: number, high: number): string {
  const unsignedHigh = high >>> 0;
  const unsignedLow = low >>> 0;
  if (unsignedHigh === 0) return unsignedLow.toString(16);
  return unsignedHigh.toString(16) + unsignedLow.toString(16).padStart(8, '0');
}

/** An address as C's `%lx` prints the 64-bit word: kernel addresses come out as ffff…. */
export function formatAddress(address: number): string {
  return address >= 0 ? address.toString(16) : formatHalves(lowHalf(address), highHalf(address));
}

/** The address of a 64-bit word given as a BigInt (cold code and tests). */
export function addressFromBigInt(word: bigint): number {
  return Number(BigInt.asIntN(64, word));
}

/** Bytes as hexadecimal digits: how a build id is written. */
export function formatHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
