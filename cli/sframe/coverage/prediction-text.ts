/** What `sframe make` and `sframe coverage --predict` say, for people and as JSON. */

import { formatAddress } from '../../../parser';
import {
  countCauses,
  FunctionNames,
  leftOutCauseTexts,
  type LeftOutCause,
  type MadeSFrame,
  type Prediction,
  type PredictionTotals,
} from '../../../sframe';
import type { ElfImage } from '../../../parser';
import { shown } from '../../text/printable';
import { formatCount, formatPlural, formatShare, formatSize, formatTable } from '../../text/text-columns';

type Line = Omit<Prediction, 'name'>;

/** The table of files, with totals, and what the bytes of all go to. */
export function formatPredictionTable(predictions: readonly Prediction[], totals: PredictionTotals): string {
  const head = ['CODE', '.eh_frame', '.sframe', 'OF CODE', 'FUNCTIONS', 'LOST', 'FLEX', 'FILE'];
  const lines = predictions.map((each) => tableLine(each, shown(each.name)));
  const total = tableLine(totals, formatPlural(totals.files, 'file'));
  const alignment = head.map((_, i) => (i < 7 ? ('right' as const) : ('left' as const)));
  return `${formatTable([head, ...lines, total], alignment)}\n${formatPredictionTotals(totals)}`;
}

function tableLine(line: Line, name: string): string[] {
  const { sizes } = line;
  return [
    formatSize(line.codeBytes),
    formatSize(line.ehFrameSizeBytes + line.ehFrameHdrSizeBytes),
    formatSize(line.madeSizeBytes),
    formatShare(line.madeSizeBytes, line.codeBytes),
    formatCount(line.functions),
    formatCount(line.functions - line.madeFunctions),
    formatShare(sizes.flexFdes, sizes.fdes),
    name,
  ];
}

/** What the bytes go to, and which functions are lost. */
function formatPredictionTotals(totals: Line): string {
  const { madeSizeBytes, sizes, ehFrameSizeBytes, ehFrameHdrSizeBytes } = totals;
  const ehTotal = ehFrameSizeBytes + ehFrameHdrSizeBytes;
  const rows: [string, number][] = [
    ['header', sizes.headerBytes],
    ['index (16 bytes a function)', sizes.indexBytes],
    ['attributes (5 bytes a function)', sizes.attributeBytes],
  ];
  const widths = ['1 byte', '2 bytes', '4 bytes'];
  sizes.freBytes.forEach((split, start) =>
    split.forEach((bytes, word) => {
      if (bytes > 0) rows.push([`rows: starts of ${widths[start]}, words of ${widths[word]}`, bytes]);
    }),
  );
  const table = rows.map(([label, bytes]) => [label, formatCount(bytes), formatShare(bytes, madeSizeBytes)]);
  table.push(['all', formatCount(madeSizeBytes), '']);
  let text = `  .sframe would have ${formatShare(madeSizeBytes, ehTotal)} of the size of .eh_frame and .eh_frame_hdr\n\n`;
  text += formatTable(table, ['left', 'right', 'right'], '  ');
  text += `\n  FDEs  ${formatCount(sizes.fdes)}: ${formatCount(sizes.flexFdes)} flexible, `;
  text += `${formatCount(sizes.maskFdes)} repeated (PLT), ${formatCount(sizes.signalFdes)} signal\n`;
  text += `  FREs  ${formatCount(sizes.fres)}; ${formatCount(sizes.flexFreBytes)} bytes of them flexible\n`;
  text += `  ${formatCount(sizes.sharedDataBytes)} bytes repeat the rows of another function\n`;
  return text + formatLost(totals.functions - totals.madeFunctions, totals.lostByCause, totals.lostBytes);
}

function formatLost(lost: number, lostByCause: ReadonlyMap<LeftOutCause, number>, lostBytes: number): string {
  if (lost === 0) return '\n  every function of the call frame information has rows\n';
  const lines = [...lostByCause]
    .sort(([, a], [, b]) => b - a)
    .map(([cause, count]) => [formatCount(count), leftOutCauseTexts[cause]]);
  return (
    `\n  ${formatPlural(lost, 'function')} (${formatPlural(lostBytes, 'byte')} of code) without rows:\n` +
    formatTable(lines, ['right', 'left'], '    ')
  );
}

/** The report of `sframe make` on one file. @param limit functions left out to list */
export function formatMade(
  made: MadeSFrame,
  image: ElfImage,
  { path, limit }: { readonly path: string; readonly limit: number },
): string {
  const { leftOut } = made;
  const lost = [...countCauses(made).values()].reduce((sum, count) => sum + count, 0);
  let text = `${shown(image.name)}: ${shown(path)}\n`;
  text += `  ${formatPlural(made.bytes.length, 'byte')}, ${formatPlural(made.fdeCount, 'FDE')} for `;
  text += `${formatCount(made.madeFunctions)} of ${formatPlural(made.madeFunctions + lost, 'function')} of ${made.sourceNames.join(' and ')}\n`;
  if (lost === 0) return text;
  const bytes = leftOut.reduce((sum, { startSvma, endSvma }) => sum + endSvma - startSvma, 0);
  text += formatLost(lost, countCauses(made), bytes);
  const names = new FunctionNames(image);
  const bySize = [...leftOut].sort(
    (a, b) => b.endSvma - b.startSvma - (a.endSvma - a.startSvma) || a.startSvma - b.startSvma,
  );
  for (const { startSvma, endSvma, cause } of bySize.slice(0, limit)) {
    const size = formatCount(endSvma - startSvma).padStart(9);
    const name = names.nameOf(startSvma);
    const place = `${name === undefined ? '' : `${shown(name)} `}0x${formatAddress(startSvma)}`;
    text += `  ${size}  ${place.padEnd(30)}  ${cause}\n`;
  }
  const more = leftOut.length - limit;
  return more > 0 ? `${text}             … and ${formatCount(more)} more (--limit 0 prints all)\n` : text;
}

/** A file's part of the JSON of `sframe coverage --predict`, and the totals. */
export function predictionJson<T extends Line>(
  prediction: T,
): Omit<T, 'lostByCause'> & { readonly lostByCause: Readonly<Record<string, number>> } {
  return { ...prediction, lostByCause: Object.fromEntries(prediction.lostByCause) };
}

/** A file's part of the JSON of `sframe make`. */
export function madeJson(made: MadeSFrame, image: ElfImage, path: string) {
  const names = new FunctionNames(image);
  return {
    file: image.name,
    path,
    buildId: image.buildId ? Buffer.from(image.buildId).toString('hex') : null,
    svma: `0x${formatAddress(made.svma)}`,
    sizeBytes: made.bytes.length,
    fdeCount: made.fdeCount,
    madeFunctions: made.madeFunctions,
    sources: made.sourceNames,
    lostByCause: Object.fromEntries(countCauses(made)),
    leftOut: made.leftOut.map(({ startSvma, endSvma, cause }) => ({
      name: names.nameOf(startSvma) ?? null,
      start: `0x${formatAddress(startSvma)}`,
      sizeBytes: endSvma - startSvma,
      cause,
    })),
  };
}
