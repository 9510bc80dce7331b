/** The text of `perf-sframe compare A.data B.data`: one screen of changes; with -v all, and what may be noise. */

import type {
  CallerDifference,
  DifferenceReport,
  FunctionDifference,
  ShareReport,
} from '../difference/recording-difference';
import { pathText } from './compare-text';
import { shortenName } from '../../text/terminal/short-names';
import { printable } from '../../text/printable';

/** Of a line; with -v names are not cut. */
const WIDTH = 80;
const FUNCTIONS_SHOWN = 10;
const CALLERS_SHOWN = 5;

/** @param isVerbose shows all functions and callers */
export function formatDifference(report: DifferenceReport, isVerbose: boolean): string {
  const { a, b } = report;
  const lines = [
    cut(`A  ${pathText(a.path)}: ${a.samples} samples of ${printable(a.event)}`),
    cut(`B  ${pathText(b.path)}: ${b.samples} samples of ${printable(b.event)}`),
    `Shares of ${report.weight === 'samples' ? 'samples' : 'what the samples count, their periods'}:`,
    ...formatFunctions(report.functions, report, isVerbose),
    '',
    ...formatCallers(report.callers, isVerbose),
  ];
  return `${lines.join('\n')}\n`;
}

function formatFunctions(
  functions: readonly FunctionDifference[],
  { a, b }: DifferenceReport,
  isVerbose: boolean,
): string[] {
  const changed = functions.filter(({ self, total }) => self.isChange || total.isChange);
  const shown = isVerbose ? functions : changed.slice(0, FUNCTIONS_SHOWN);
  const noise = functions.length - changed.length;
  const lines: string[] = [];
  if (shown.length > 0) {
    lines.push(
      '          self, %                        total, %',
      '      A       B   points ±95 %        A       B   points  function',
    );
  }
  for (const { symbol, self, total } of shown) {
    const half = ((self.high - self.low) / 2) * 100;
    const columns = [
      share(self.weightA, a.weight).padStart(7),
      share(self.weightB, b.weight).padStart(7),
      points(self).padStart(8),
      half.toFixed(1).padStart(5),
      share(total.weightA, a.weight).padStart(8),
      share(total.weightB, b.weight).padStart(7),
      points(total).padStart(8),
    ];
    const numbers = columns.join(' ');
    const name = printable(symbol);
    lines.push(`${numbers}  ${isVerbose ? name : shortenName(name, WIDTH - numbers.length - 2)}`);
  }
  const more = changed.length > shown.length ? `${changed.length - shown.length} more changes (-v); ` : '';
  lines.push(
    changed.length === 0
      ? `No function changed by more than noise (${functions.length} compared${isVerbose ? '' : '; -v lists them'}).`
      : `${more}${noise} other functions differ by no more than noise (~)${isVerbose ? '' : '; -v lists them'}.`,
  );
  return lines;
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
  const lines = shown.map(({ change, caller, callee, samples, isChange }) =>
    cut(
      `  ${isChange ? ' ' : '~'}${change.padEnd(8)} ${String(samples).padStart(6)}  ${printable(caller.symbol)} calling ${printable(callee.symbol)}`,
    ),
  );
  if (lines.length > 0) lines.unshift('Callers that only one has, in samples:');
  const hidden = callers.length - shown.length;
  if (hidden > 0)
    lines.push(
      `${hidden} more callers are only in one${isVerbose ? '' : ' (-v)'}, ${callers.length - changed.length} of them by no more than noise.`,
    );
  else if (callers.length === 0) lines.push('Every function has the same callers in both.');
  return lines;
}

function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}
