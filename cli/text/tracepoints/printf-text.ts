/** Conversions of C's printf, as far as the kernel's print formats use them. */

import type { Conversion } from '../../../parser';

/** Bits of an integer argument by the letters l and h before its conversion; smaller ones were cast to their type. */
function bitsOf(size: number): number {
  if (size >= 1) return 64;
  if (size === -1) return 16;
  return size <= -2 ? 8 : 32;
}

/**
 * A number as "%d", "%08lx" or "%c" print it.
 * @param length stands for '*'; negative where there is none
 */
export function formatNumber(conversion: Conversion, value: bigint, length: number): string {
  const { flags, letter } = conversion;
  const bits = bitsOf(conversion.size);
  if (letter === 'c') return pad(String.fromCharCode(Number(value & 0xffn)), conversion, length, ' ');
  const isSigned = letter === 'd' || letter === 'i';
  const number = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  const magnitude = number < 0n ? -number : number;
  let digits = magnitude.toString(letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10);
  const precision = resolve(conversion.precision, length);
  if (precision !== undefined)
    digits = precision === 0 && magnitude === 0n ? '' : digits.padStart(precision, '0');
  let prefix = '';
  if (number < 0n) prefix = '-';
  else if (isSigned && flags.includes('+')) prefix = '+';
  if (flags.includes('#') && magnitude !== 0n && (letter === 'x' || letter === 'X')) prefix = '0x';
  else if (flags.includes('#') && letter === 'o' && !digits.startsWith('0')) prefix = '0';
  if (flags.includes('0') && !flags.includes('-') && precision === undefined) {
    const width = resolve(conversion.width, length) ?? 0;
    digits = digits.padStart(width - prefix.length, '0');
  }
  const text = prefix + digits;
  return pad(letter === 'X' ? text.toUpperCase() : text, conversion, length, ' ');
}

/** A text as "%s", "%-16s" or "%.*s" print it. */
export function formatString(conversion: Conversion, text: string, length: number): string {
  const precision = resolve(conversion.precision, length);
  return pad(precision === undefined ? text : text.slice(0, precision), conversion, length, ' ');
}

function pad(text: string, { flags, width }: Conversion, length: number, fill: string): string {
  const columns = resolve(width, length) ?? 0;
  return flags.includes('-') ? text.padEnd(columns, fill) : text.padStart(columns, fill);
}

const LONGEST = 4096;

function resolve(length: number | '*' | undefined, argument: number): number | undefined {
  if (length !== '*') return length;
  return argument < 0 ? undefined : Math.min(argument, LONGEST);
}
