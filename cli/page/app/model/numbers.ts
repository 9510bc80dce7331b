/** Numbers as the page writes them. */

import type { ProfileData } from './profile-data';
import type { Selection } from './selection';

const NANOSECONDS_PER_MILLISECOND = 1e6;
const MICROSECONDS_PER_SECOND = 1e6;

export function percent(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(2)}%`;
}

export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A difference of shares, in percentage points. */
export function points(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)} points`;
}

export function seconds(microseconds: number): string {
  return `${(microseconds / MICROSECONDS_PER_SECOND).toFixed(3)} s`;
}

/** What a number counts: samples, or what the periods of the event are. */
export type CountUnit = 'samples' | 'nanoseconds' | 'count';

/** What the numbers of a selection count. */
export function countUnit(
  { periodUnits }: Pick<ProfileData, 'periodUnits'>,
  { unit, event }: Pick<Selection, 'unit' | 'event'>,
): CountUnit {
  return unit === 'samples' ? unit : periodUnits[event];
}

/** A count with its unit; of times, milliseconds. */
export function counted(value: number, unit: CountUnit): string {
  if (unit === 'nanoseconds') return `${milliseconds(value)} ms`;
  return unit === 'samples' ? `${grouped(value)} samples` : `${grouped(value)} in periods`;
}

/** Nanoseconds as milliseconds, without their unit. */
export function milliseconds(nanoseconds: number): string {
  const digits = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
  return (nanoseconds / NANOSECONDS_PER_MILLISECOND).toLocaleString('en-US', digits);
}

/** Share of a part of a whole; 0 of nothing. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
