/** Numbers as the page writes them. */

import type { Unit } from './selection';

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

/** A count with its unit. */
export function counted(value: number, unit: Unit): string {
  return unit === 'samples' ? `${grouped(value)} samples` : `${grouped(value)} in periods`;
}

/** Share of a part of a whole; 0 of nothing. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
