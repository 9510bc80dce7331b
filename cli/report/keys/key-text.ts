/** Comparisons and texts that several keys use. */

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

/** One order for entries and for lines. */
export function inOrder(compare: EntryComparison): {
  compare: EntryComparison;
  compareLines: EntryComparison;
} {
  return { compare, compareLines: compare };
}
