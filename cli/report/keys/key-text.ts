/** Comparisons and texts that several keys use. */

import type { SampleDetail } from '../../../profile';
import { shown } from '../../text/printable';
import { byteWidth, cutTo, padTo } from '../../text/text-width';
import type { EntryComparison } from './sort-key';

/** A name's bytes as it is printed. */
export function nameWidth(name: string): number {
  return byteWidth(shown(name));
}

/** A name, cut or padded to a width. */
export function fit(name: string, width: number): string {
  return padTo(cutTo(shown(name), width), width);
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What has a text comes before what has none. */
export function compareOptionalText(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareText(a, b);
}

/** 64 bits of a sample: as digits where doubles cannot hold them. */
export function wideNumber(high: number, low: number): SampleDetail {
  const value = (high >>> 0) * 2 ** 32 + (low >>> 0);
  return value <= Number.MAX_SAFE_INTEGER ? value : String((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}

/** The order of what {@link wideNumber} gives, taken as signed numbers. */
export function compareWide(a: SampleDetail, b: SampleDetail): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [wideA, wideB] = [BigInt.asIntN(64, BigInt(a)), BigInt.asIntN(64, BigInt(b))];
  return wideA === wideB ? 0 : wideA < wideB ? -1 : 1;
}

/** One order for entries and for lines. */
export function inOrder(compare: EntryComparison): {
  compare: EntryComparison;
  compareLines: EntryComparison;
} {
  return { compare, compareLines: compare };
}
