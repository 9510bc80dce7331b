/** The text of `perf-sframe compare A.data B.data`: one screen of changes; with -v all, and what may be noise. */

import type {
  CallerDifference,
  DifferenceReport,
  FunctionDifference,
  ShareReport,
} from '../difference/recording-difference';
import { amountsUpTo } from './amounts';
import { pathText } from './compare-text';
import { shortenName } from '../../text/terminal/short-names';
import { printable } from '../../text/printable';

/** Of a line; with -v names are not cut. */
const WIDTH = 80;
const FUNCTIONS_SHOWN = 8;
const CALLERS_SHOWN = 4;
const CALLING = ' calling ';
/** A whole that differs by less is as much. */
const LEAST_CHANGE_PERCENT = 0.05;
/** Before a name: the longest verdict. */
const VERDICT_WIDTH = 'calls more'.length;

/** @param isVerbose shows all functions and callers */
export function formatDifference(report: DifferenceReport, isVerbose: boolean): string {
  const { a, b, functions } = report;
  const changed = functions.filter(({ self, total }) => self.isChange || total.isChange);
  const lines = [
    cut(`${wholeVerdict(report)}.`),
    functionsVerdict(changed.length, functions.length - changed.length),
    cut(`A  ${pathText(a.path)}: ${a.samples} samples of ${printable(a.event)}`),
    cut(`B  ${pathText(b.path)}: ${b.samples} samples of ${printable(b.event)}`),
    '',
    ...formatFunctions(isVerbose ? functions : changed.slice(0, FUNCTIONS_SHOWN), report, isVerbose),
    ...formatHidden(functions.length, changed.length, isVerbose),
    ...formatCallers(report.callers, isVerbose),
  ];
  return `${lines.join('\n')}\n`;
}

/** What became of the whole; it says something where both recordings are of the same work. */
export function wholeVerdict({ a, b, unit }: DifferenceReport): string {
  const amounts = amountsUpTo(Math.max(a.weight, b.weight), unit);
  const [inA, inB] = [a, b].map(({ weight }) => amounts.text(weight));
  const of = unit === 'samples' ? '' : ` of ${printable(b.event)}`;
  if (a.event !== b.event || a.weight === 0 || b.weight === 0)
    return `A has ${inA} ${amounts.unit} of ${printable(a.event)}, B ${inB} ${amounts.unit} of ${printable(b.event)}`;
  const percent = (100 * (b.weight - a.weight)) / a.weight;
  const change =
    Math.abs(percent) < LEAST_CHANGE_PERCENT
      ? 'as much'
      : `${Math.abs(percent).toFixed(1)}% ${percent < 0 ? 'less' : 'more'}`;
  return `For the same work, B took ${change}: ${inB} ${amounts.unit}${of} instead of ${inA}`;
}

/** How many functions have another share of the whole than before. */
export function functionsVerdict(changes: number, others: number): string {
  if (changes === 0) return `No function's share changed by more than noise (${others} compared).`;
  const functions = changes === 1 ? '1 function changed its' : `${changes} functions changed their`;
  return `${functions} share by more than noise, ${others} others did not (~).`;
}

function formatFunctions(
  shown: readonly FunctionDifference[],
  { a, b, unit }: DifferenceReport,
  isVerbose: boolean,
): string[] {
  if (shown.length === 0) return [];
  const amounts = amountsUpTo(Math.max(a.weight, b.weight), unit);
  const lines = [
    `${'share'.padEnd(VERDICT_WIDTH)} function`,
    `  self, %                 self, ${amounts.unit.padEnd(9)}total, %            total, ${amounts.unit}`,
    '       A      B  points    ±      A      B      A      B  points      A      B',
  ];
  for (const difference of shown) {
    const { symbol, self, total } = difference;
    const half = ((self.high - self.low) / 2) * 100;
    const sharesOf = ({ weightA, weightB }: ShareReport): string[] =>
      [share(weightA, a.weight), share(weightB, b.weight)].map((text) => text.padStart(6));
    const amountsOf = ({ weightA, weightB }: ShareReport): string[] =>
      [weightA, weightB].map((weight) => amounts.text(weight).padStart(6));
    const columns = [
      ...sharesOf(self),
      points(self).padStart(7),
      half.toFixed(1).padStart(4),
      ...amountsOf(self),
      ...sharesOf(total),
      points(total).padStart(7),
      ...amountsOf(total),
    ];
    const name = printable(symbol);
    const verdict = verdictOf(difference).padEnd(VERDICT_WIDTH);
    lines.push(
      `${verdict} ${isVerbose ? name : shortenName(name, WIDTH - VERDICT_WIDTH - 1)}`,
      `  ${columns.join(' ')}`,
    );
  }
  return lines;
}

/** What is believed of a function. */
export function verdictOf({ self, total }: FunctionDifference): string {
  if (self.isChange) return self.difference > 0 ? 'more' : 'less';
  if (total.isChange) return total.difference > 0 ? 'calls more' : 'calls less';
  return 'noise';
}

function formatHidden(all: number, changed: number, isVerbose: boolean): string[] {
  if (isVerbose || all === 0) return [''];
  const more = Math.max(0, changed - FUNCTIONS_SHOWN);
  return [`${more > 0 ? `${more} more changed; ` : ''}-v lists all ${all}.`, ''];
}

/** Percentage points; ~ before what may be noise. */
function points({ difference, isChange }: ShareReport): string {
  const sign = difference >= 0 ? '+' : '-';
  return `${isChange ? '' : '~'}${sign}${Math.abs(difference * 100).toFixed(2)}`;
}

function share(part: number, whole: number): string {
  return (whole === 0 ? 0 : (100 * part) / whole).toFixed(2);
}

function formatCallers(callers: readonly CallerDifference[], isVerbose: boolean): string[] {
  const changed = callers.filter(({ isChange }) => isChange);
  const shown = isVerbose ? callers : changed.slice(0, CALLERS_SHOWN);
  const lines = shown.map(({ change, caller, callee, samples, isChange }) => {
    const start = `  ${isChange ? ' ' : '~'}${change.padEnd(8)} ${String(samples).padStart(6)}  `;
    const names = [caller, callee].map(({ symbol }) => printable(symbol));
    return start + (isVerbose ? names : fitPair(names, WIDTH - start.length - CALLING.length)).join(CALLING);
  });
  if (lines.length > 0) lines.unshift('Callers that only one has, in samples:');
  const hidden = callers.length - shown.length;
  if (hidden > 0)
    lines.push(
      `${hidden} more callers are only in one${isVerbose ? '' : ' (-v)'}, ${callers.length - changed.length} of them by no more than noise.`,
    );
  else if (callers.length === 0) lines.push('Every function has the same callers in both.');
  return lines;
}

/** Two names in the room for both: each gets half, and what the other leaves. */
function fitPair([first, second]: readonly string[], room: number): string[] {
  const half = room >> 1;
  const shorter = shortenName(first, Math.max(half, room - second.length));
  return [shorter, shortenName(second, room - shorter.length)];
}

function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}
