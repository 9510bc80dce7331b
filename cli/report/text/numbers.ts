/** Numbers as C's printf prints them in reports. */

import { hasColors } from '../../text/terminal/terminal';

/** A number with two decimals. Exact halves go to the even digit, not upwards as toFixed has them. */
export function formatHundredths(value: number): string {
  const eighths = value * 8;
  const isHalfway = Number.isInteger(eighths) && eighths % 2 !== 0;
  if (!isHalfway) return value.toFixed(2);
  // value = n/8 with an odd n: its third decimal is the 5 that is to be rounded.
  const hundredths = Math.floor(value * 100);
  const even = hundredths % 2 === 0 ? hundredths : hundredths + 1;
  return (even / 100).toFixed(2);
}

/** "4K": thousands and so on, cut off; with a space where the number is small. */
export function formatCount(count: number): string {
  let value = count;
  let unit = ' ';
  for (const next of ['K', 'M', 'G']) {
    if (value <= 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${Math.trunc(value)}${unit}`;
}

/** What part of a total a value is, in percent; 0 of nothing. */
export function percentOf(value: number, total: number): number {
  return total === 0 ? 0 : (100 * value) / total;
}

/** From these percentages on perf prints red, and green (7.2: tools/perf/util/color.c). */
const RED_FROM = 5;
const GREEN_ABOVE = 0.5;

/** A percentage in its colour, where there are colours. */
export function colored(percent: number, text: string): string {
  if (!hasColors()) return text;
  if (Math.abs(percent) >= RED_FROM) return `\x1b[31m${text}\x1b[m`;
  return Math.abs(percent) > GREEN_ABOVE ? `\x1b[32m${text}\x1b[m` : text;
}
