/** The pages of `compare --format html`: what the JSON holds, as tables that sort and stacks that unfold. */

import type {
  ComparisonReport,
  DivergenceReport,
  FrameReport,
  PlaceReport,
} from '../methods/comparison-report';
import type { DifferenceReport, ShareReport } from '../difference/recording-difference';
import { amountsUpTo } from './amounts';
import { formatPage, formatSection, formatTable, type Cell } from './compare-page';
import { baseName, percent, sizeText } from './compare-text';
import { functionsVerdict, verdictOf, wholeVerdict } from './difference-text';
import { escapeHtml } from '../../text/html-page';
import { shortenName } from '../../text/terminal/short-names';

/** More stacks than this make a page slow, and nobody reads them: the rest is in the JSON. */
const DIVERGENCES_SHOWN = 400;
const FUNCTIONS_SHOWN = 2000;
const CALLERS_SHOWN = 500;
/** Characters of a name, as wide as its column. */
const LONGEST_NAME = 36;

/** The page of one recording. */
export function formatComparisonPage(report: ComparisonReport): string {
  const { compared, skipped } = report.samples;
  const subtitle =
    `${compared} samples, each unwound by ${report.methods.map(({ name }) => name).join(', ')}` +
    (skipped > 0 ? `; ${skipped} more have no registers or no stack copy` : '');
  return formatPage(`Ways to unwind ${baseName(report.recording)}`, subtitle, [
    formatSection('methods', 'Methods', formatMethods(report)),
    formatSection('coverage', 'SFrame coverage, and what to rebuild first', formatCoverage(report)),
    formatSection('pairs', 'Pairs of methods', formatPairs(report)),
    formatSection('causes', 'Why stacks are not as DWARF has them', formatCauses(report)),
    formatSection('modules', 'Where, by binary', formatPlaces(report, report.modules)),
    formatSection('functions', 'Where, by function', formatPlaces(report, report.functions)),
    formatSection('stacks', 'Examples', formatDivergences(report)),
  ]);
}

/** The page of two recordings. */
export function formatDifferencePage(report: DifferenceReport): string {
  const { a, b } = report;
  const subtitle = `A: ${a.path}, ${a.samples} samples of ${a.event}. B: ${b.path}, ${b.samples} samples of ${b.event}.`;
  return formatPage(`${baseName(a.path)} and ${baseName(b.path)}`, subtitle, [
    formatSection('verdict', 'What changed', formatVerdict(report)),
    formatSection('functions', 'Functions', formatFunctions(report)),
    formatSection('callers', 'Callers that only one has', formatCallers(report)),
  ]);
}

function text(value: string): Cell {
  return { text: value };
}

/** A name, shortened by its structure; the whole as a title. */
function code(value: string): Cell {
  return { text: shortenName(value, LONGEST_NAME), isCode: true, title: value };
}

function number(value: number | null, digits = 0): Cell {
  if (value === null) return { text: '', value: -1 };
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return { text, value };
}

/** A share of samples, with a bar. */
function shareOf(part: number | null | undefined, whole: number): Cell {
  if (part === null || part === undefined) return { text: '', value: -1 };
  return { text: percent(part, whole), value: part, share: part / Math.max(1, whole), isFaint: part === 0 };
}

function formatMethods({ methods, pairs, samples }: ComparisonReport): string {
  const headings = [
    'method',
    'complete',
    'as DWARF',
    'one ends sooner',
    'diverged',
    'mean depth',
    'max',
    'frames',
    'frames/s',
    'stacks end by',
  ];
  const rows = methods.map((method) => {
    const pair = pairs.find(({ right, other }) => right === 'dwarf' && other === method.name);
    const stops = method.stops.map((stop) => `${stop.text} ${percent(stop.samples, method.samples)}`);
    return [
      text(method.name),
      shareOf(method.complete, samples.compared),
      shareOf(pair?.identical, samples.compared),
      shareOf(pair?.prefix, samples.compared),
      shareOf(pair?.diverged, samples.compared),
      number(method.meanDepth, 1),
      number(method.maxDepth),
      number(method.frames),
      number(method.framesPerSecond),
      text([method.note, ...stops].filter((part) => part !== null).join('; ')),
    ];
  });
  return formatTable(headings, rows);
}

function formatCoverage({ coverage, stackCopies }: ComparisonReport): string {
  const { samples, covered, frames, reachedFrames, rebuild } = coverage;
  const sizes = stackCopies.sufficientSizes.map(
    (size) =>
      `${size.bytes === null ? sizeText(size) : `<code>dwarf,${size.bytes}</code>`} for ${size.share * 100} %`,
  );
  const paragraphs = [
    `<p>SFrame has a row for every frame of ${percent(covered, samples)} of the samples, and reaches ${percent(reachedFrames, frames)} of all frames.</p>`,
    `<p>Stack copies cut off: ${percent(stackCopies.cutOff, stackCopies.samples)}. <code>--call-graph</code> that suffices: ${sizes.join(', ')} of the samples.</p>`,
  ];
  if (rebuild.length === 0) return paragraphs.join('\n');
  const rows = rebuild.map((candidate, index) => [
    number(index + 1),
    code(candidate.binary),
    shareOf(candidate.affectedSamples, samples),
    shareOf(candidate.extendedSamples, samples),
    shareOf(candidate.gainAlone, samples),
    shareOf(candidate.coveredAfter, samples),
    shareOf(candidate.reachedFramesAfter, frames),
  ]);
  const headings = [
    'order',
    'binary to rebuild',
    'samples that lack it',
    'stacks get longer',
    'whole by it alone',
    'whole after it',
    'frames after it',
  ];
  return [
    ...paragraphs,
    '<p>Rebuild with <code>-Wa,--gsframe-3</code>, in this order:</p>',
    formatTable(headings, rows),
  ].join('\n');
}

function formatPairs({ pairs, samples }: ComparisonReport): string {
  const rows = pairs.map(({ right, other, identical, prefix, diverged }) => [
    text(`${right} and ${other}`),
    ...[identical, prefix, diverged].map((part) => shareOf(part, samples.compared)),
  ]);
  return formatTable(['methods', 'identical', 'one ends sooner', 'diverged'], rows);
}

function formatCauses({ causes, samples }: ComparisonReport): string {
  const rows = causes
    .filter(({ right }) => right === 'dwarf')
    .map((cause) => [
      text(cause.other),
      shareOf(cause.samples, samples.compared),
      text(cause.text),
      code(cause.cause),
    ]);
  if (rows.length === 0) return '<p>No stack differs from the one by DWARF.</p>';
  return formatTable(['method', 'samples', 'cause', 'key'], rows);
}

function formatPlaces({ methods, samples }: ComparisonReport, places: readonly PlaceReport[]): string {
  const others = methods.map(({ name }) => name).filter((name) => name !== 'dwarf');
  const hasSymbols = places.some(({ symbol }) => symbol !== null);
  const rows = places
    .slice(0, FUNCTIONS_SHOWN)
    .map((place) => [
      ...(hasSymbols ? [code(place.symbol ?? '')] : []),
      code(place.binary),
      ...others.map((name) => shareOf(place.samples[name] ?? 0, samples.compared)),
    ]);
  if (rows.length === 0) return '<p>Nowhere.</p>';
  return formatTable([...(hasSymbols ? ['function'] : []), 'binary', ...others], rows);
}

function formatDivergences({ divergences, samples }: ComparisonReport): string {
  const groups = divergences.filter(({ right }) => right === 'dwarf');
  if (groups.length === 0) return '<p>No stack differs from the one by DWARF.</p>';
  const left = groups.length - Math.min(groups.length, DIVERGENCES_SHOWN);
  const parts = [
    '<p>The first stack met at each place and cause. The first frame that differs is marked, the frame to blame is bold.</p>',
    '<input type="search" data-filter="#stacks details" placeholder="method, cause, function or binary" aria-label="Show only">',
    ...groups.slice(0, DIVERGENCES_SHOWN).map((group) => formatDivergence(group, samples.compared)),
  ];
  if (left > 0) parts.push(`<p>${left} rarer ones are in the output of --format json.</p>`);
  return parts.join('\n');
}

function formatDivergence(group: DivergenceReport, compared: number): string {
  const { right, other, example } = group;
  const time = example.time === null ? '' : ` at ${example.time} s`;
  const heading = [
    percent(group.samples, compared),
    other,
    group.text,
    `${group.symbol} (${baseName(group.binary)})`,
  ];
  const rows: string[] = [];
  for (let index = 0; index < Math.max(example.right.length, example.other.length); index++) {
    const kind =
      index === example.culprit
        ? 'same culprit'
        : index < example.firstDifference
          ? 'same'
          : index === example.firstDifference
            ? 'first-difference'
            : '';
    rows.push(
      `<tr${kind === '' ? '' : ` class="${kind}"`}><td>${kind === 'first-difference' ? '▶ ' : ''}${index}</td><td>${frameText(example.right, index)}</td><td>${frameText(example.other, index)}</td></tr>`,
    );
  }
  return `<details><summary>${heading.map((part) => `<span>${escapeHtml(part)}</span>`).join('')}</summary>
<p class="faint">${escapeHtml(`${example.thread} ${example.tid}${time}`)}</p>
<table class="stacks"><thead><tr><th></th><th>${escapeHtml(right)}</th><th>${escapeHtml(other)}</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></details>`;
}

function frameText(frames: readonly FrameReport[], index: number): string {
  if (index >= frames.length) return index === frames.length ? '(ends here)' : '';
  const { symbol, symbolOffset, address, binary } = frames[index];
  const name = symbol === null ? address : `${symbol}+0x${(symbolOffset ?? 0).toString(16)}`;
  return escapeHtml(`${name} (${baseName(binary)})`);
}

function formatVerdict(report: DifferenceReport): string {
  const { functions } = report;
  const changes = functions.filter(({ self, total }) => self.isChange || total.isChange).length;
  return [wholeVerdict(report) + '.', functionsVerdict(changes, functions.length - changes)]
    .map((sentence) => `<p>${escapeHtml(sentence)}</p>`)
    .join('\n');
}

function formatFunctions({ functions, weight, unit, a, b }: DifferenceReport): string {
  const shown = functions.slice(0, FUNCTIONS_SHOWN);
  const amounts = amountsUpTo(Math.max(a.weight, b.weight), unit);
  const amount = (value: number): Cell => ({ text: amounts.text(value), value });
  const partCells = (part: ShareReport, isSelf: boolean): Cell[] => [
    shareOf(part.weightA, a.weight),
    shareOf(part.weightB, b.weight),
    points(part),
    ...(isSelf ? [halfInterval(part)] : []),
    amount(part.weightA),
    amount(part.weightB),
  ];
  const rows = shown.map((difference) => [
    text(verdictOf(difference)),
    code(difference.symbol),
    code(difference.binary),
    ...partCells(difference.self, true),
    ...partCells(difference.total, false),
  ]);
  const headings = ['verdict', 'function', 'binary'];
  for (const part of ['self', 'total'])
    headings.push(
      `${part} A`,
      `${part} B`,
      'points',
      ...(part === 'self' ? ['±'] : []),
      `${amounts.unit} A`,
      `${amounts.unit} B`,
    );
  const more =
    functions.length > shown.length
      ? `<p>${functions.length - shown.length} rarer ones are in the output of --format json.</p>`
      : '';
  return `<p>Shares of ${weight === 'samples' ? 'samples' : 'what the samples count (their periods)'}, differences in percentage points with their 95 % confidence interval. Faint: may be noise.</p>
<input type="search" data-filter="#functions tbody tr" placeholder="function or binary" aria-label="Show only">
${formatTable(headings, rows)}${more}`;
}

/** A difference of shares; its confidence interval as a title. */
function points({ difference, low, high, isChange }: ShareReport): Cell {
  const signed = (share: number): string => `${share >= 0 ? '+' : ''}${(100 * share).toFixed(2)}`;
  const title = `95 %: ${signed(low)} to ${signed(high)}`;
  return { text: signed(difference), value: difference, isFaint: !isChange, title };
}

/** Half of the confidence interval. */
function halfInterval({ low, high, isChange }: ShareReport): Cell {
  return { text: (50 * (high - low)).toFixed(1), value: high - low, isFaint: !isChange };
}

function formatCallers({ callers }: DifferenceReport): string {
  if (callers.length === 0) return '<p>Every function has the same callers in both.</p>';
  const rows = callers
    .slice(0, CALLERS_SHOWN)
    .map(({ change, caller, callee, samples, isChange }) => [
      { text: isChange ? 'change' : 'noise', isFaint: !isChange },
      text(change === 'appears' ? 'only in B' : 'only in A'),
      number(samples),
      code(caller.symbol),
      code(callee.symbol),
      code(callee.binary),
    ]);
  return formatTable(['verdict', 'where', 'samples', 'caller', 'callee', 'binary of callee'], rows);
}
