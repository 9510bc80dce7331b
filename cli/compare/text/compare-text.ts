/**
 * The summary that `perf-sframe compare` prints: one screen of 80 columns and 24 lines, whatever the recording; with
 * -v the pairs, the places and examples of divergences after it.
 */

import type {
  CauseReport,
  ComparisonReport,
  DivergenceReport,
  FrameReport,
  MethodReport,
  SizeReport,
  StopReport,
} from '../methods/comparison-report';
import { printable } from '../../text/printable';

const WIDTH = 80;
/** Lines that methods and causes share on the first screen. */
const METHODS_AND_CAUSES = 10;
const REBUILDS_SHOWN = 3;
const PLACES_SHOWN = 15;
const EXAMPLES_SHOWN = 5;
const EXAMPLE_FRAMES = 5;

/** @param isVerbose also says where the stacks part, with examples */
export function formatComparison(report: ComparisonReport, isVerbose: boolean): string {
  const { compared, skipped } = report.samples;
  const methods = formatMethods(report);
  const lines = [
    cut(
      `${compared} samples of ${pathText(report.recording)}${skipped > 0 ? `; ${skipped} more without registers or stack` : ''}`,
    ),
    '',
    ...methods,
    '',
    ...formatCoverage(report),
    formatStackCopies(report),
    '',
    ...formatCauses(report, METHODS_AND_CAUSES + 1 - methods.length),
  ];
  if (isVerbose) lines.push('', ...formatStops(report), '', ...formatPairs(report), ...formatPlaces(report));
  return `${lines.join('\n')}\n`;
}

function formatMethods({ methods, pairs, samples }: ComparisonReport): string[] {
  const lines = ['method   complete  =dwarf shorter differs depth/max frames/s not whole by'];
  for (const method of methods) {
    const pair = pairs.find(({ right, other }) => right === 'dwarf' && other === method.name);
    const share = (part: number | null | undefined, width: number): string =>
      (part === null || part === undefined ? '' : percent(part, samples.compared)).padStart(width);
    const shares = [
      share(method.complete, 8),
      share(pair?.identical, 7),
      share(pair?.prefix, 7),
      share(pair?.diverged, 7),
    ];
    const depth = `${method.meanDepth.toFixed(1)}/${method.maxDepth}`;
    const worst = worstStop(method);
    lines.push(
      cut(
        `${method.name.padEnd(8)} ${shares.join(' ')} ${depth.padStart(9)} ${formatSpeed(method.framesPerSecond).padStart(8)} ${worst?.reason ?? ''}`.trimEnd(),
      ),
    );
    if (method.note !== null) lines.push(cut(`         ${method.note}`));
  }
  return lines;
}

/** By what most of the stacks end that are not complete. */
function worstStop({ stops }: MethodReport): StopReport | undefined {
  const incomplete = ({ samples, complete }: StopReport): number => samples - complete;
  const [worst] = [...stops].sort((a, b) => incomplete(b) - incomplete(a));
  return worst !== undefined && incomplete(worst) > 0 ? worst : undefined;
}

function formatSpeed(framesPerSecond: number | null): string {
  if (framesPerSecond === null) return '';
  return framesPerSecond < 1e5
    ? `${(framesPerSecond / 1e3).toFixed(0)} k`
    : `${(framesPerSecond / 1e6).toFixed(1)} M`;
}

function formatCoverage({ coverage }: ComparisonReport): string[] {
  const lines = [
    `SFrame leads through ${percent(coverage.covered, coverage.samples)} of the samples and reaches ${percent(coverage.reachedFrames, coverage.frames)} of the frames.`,
  ];
  const ranked = coverage.rebuild;
  if (ranked.length > 0) lines.push('Rebuild with -Wa,--gsframe-3:  longer  then whole  then frames');
  for (const candidate of ranked.slice(0, REBUILDS_SHOWN)) {
    const name = printable(baseName(candidate.binary)).slice(0, 28);
    lines.push(
      `  ${name.padEnd(28)} ${percent(candidate.extendedSamples, coverage.samples).padStart(7)} ${percent(candidate.coveredAfter, coverage.samples).padStart(11)} ${percent(candidate.reachedFramesAfter, coverage.frames).padStart(12)}`,
    );
  }
  if (ranked.length > REBUILDS_SHOWN) lines.push(`  and ${ranked.length - REBUILDS_SHOWN} more`);
  return lines;
}

function formatStackCopies({ stackCopies }: ComparisonReport): string {
  const shares = stackCopies.sufficientSizes.map(({ share }) => share * 100).join(', ');
  const sizes = stackCopies.sufficientSizes.map(sizeText).join(', ');
  return `Stacks cut off: ${percent(stackCopies.cutOff, stackCopies.samples)}; dwarf,SIZE for ${shares}%: ${sizes}`;
}

/** A sufficient size, or why there is none. */
export function sizeText({ bytes, obstacle }: SizeReport): string {
  return bytes !== null ? String(bytes) : obstacle === 'too-far' ? 'none' : 'unknown';
}

function formatCauses({ causes, divergences, samples }: ComparisonReport, causesShown: number): string[] {
  const shown = causes.filter(({ right }) => right === 'dwarf');
  if (shown.length === 0) return ['No stack differs from the one by DWARF.'];
  const lines = ['Why stacks are not as DWARF has them (-v: where, with examples)'];
  for (const cause of shown.slice(0, causesShown)) lines.push(formatCause(cause, samples.compared));
  const places = divergences.filter(({ right }) => right === 'dwarf').length;
  const more = shown.length > causesShown ? `${shown.length - causesShown} more causes; ` : '';
  lines.push(`  ${more}${places} places in all: --format html -o report.html, --format json`);
  return lines;
}

function formatCause(cause: CauseReport, compared: number): string {
  return cut(`${percent(cause.samples, compared).padStart(9)}  ${cause.other.padEnd(8)} ${cause.text}`);
}

function formatStops({ methods }: ComparisonReport): string[] {
  const lines = ['Why stacks end:'];
  for (const { name, stops, samples } of methods) {
    for (const stop of stops)
      lines.push(`${percent(stop.samples, samples).padStart(9)}  ${name.padEnd(8)} ${stop.text}`);
  }
  return lines;
}

function formatPairs({ pairs, samples }: ComparisonReport): string[] {
  const lines = ['pair                  identical  one ends sooner  diverged'];
  for (const { right, other, identical, prefix, diverged } of pairs) {
    const shares = [identical, prefix, diverged].map((part) => percent(part, samples.compared));
    lines.push(
      `${`${right} / ${other}`.padEnd(20)} ${shares[0].padStart(10)} ${shares[1].padStart(16)} ${shares[2].padStart(9)}`,
    );
  }
  return lines;
}

function formatPlaces({ divergences, samples }: ComparisonReport): string[] {
  const groups = divergences.filter(({ right }) => right === 'dwarf');
  if (groups.length === 0) return [];
  const lines = ['', 'Where stacks part from those by DWARF:'];
  for (const group of groups.slice(0, PLACES_SHOWN)) {
    lines.push(
      formatCause(group, samples.compared),
      cut(`${' '.repeat(20)}in ${printable(group.symbol)} (${printable(baseName(group.binary))})`),
    );
  }
  if (groups.length > PLACES_SHOWN) lines.push(`           and ${groups.length - PLACES_SHOWN} more places`);
  for (const group of groups.slice(0, EXAMPLES_SHOWN)) lines.push('', ...formatExample(group));
  return lines;
}

function formatExample({ text, right, other, example }: DivergenceReport): string[] {
  const time = example.time === null ? '' : ` at ${example.time}`;
  const from = Math.max(0, example.firstDifference - 1);
  const lines = [
    cut(`Example: ${text}`),
    cut(`    ${printable(example.thread)} ${example.tid}${time}, from frame ${from} on`),
    `    ${right.padEnd(37)} ${other}`,
  ];
  for (let index = from; index < from + EXAMPLE_FRAMES; index++) {
    const mark = index === example.firstDifference ? '>' : ' ';
    const left = frameText(example.right, index).slice(0, 37).padEnd(37);
    lines.push(cut(`  ${mark} ${left} ${frameText(example.other, index)}`).trimEnd());
  }
  return lines;
}

function frameText(frames: readonly FrameReport[], index: number): string {
  if (index >= frames.length) return index === frames.length ? '(ends here)' : '';
  return printable(frames[index].symbol ?? frames[index].address);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path for the terminal; of a long one the end. */
export function pathText(path: string): string {
  const text = printable(path);
  return text.length > 44 ? `…${text.slice(-43)}` : text;
}

/** A share with two decimals. */
export function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(2)}%`;
}

function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}
