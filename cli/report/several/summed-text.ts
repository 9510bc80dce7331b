/** The text of a report of several recordings: the headings and columns of a report of one. */

import type { ByteWriter } from '../../text/byte-writer';
import { shown } from '../../text/printable';
import { fitText } from '../../text/terminal/fit-text';
import { narrowColumns } from '../../text/terminal/narrow-columns';
import { shortenName } from '../../text/terminal/short-names';
import { lineWidth } from '../../text/terminal/terminal';
import { byteWidth, cutTo, padTo } from '../../text/text-width';
import { numberKeys, sortKeys } from '../keys';
import { isNameOfCode } from '../text/columns';
import { formatCount, formatHundredths, percentOf } from '../text/numbers';
import type { SummedColumns, SummedRow, SummedRows, SummedTable } from './summed-rows';

export interface SummedTextOptions {
  /** Between columns, instead of spaces. */
  readonly separator: string | undefined;
  /** Lines below this part of the whole are left out. */
  readonly leastPercent: number;
  /** No headings. */
  readonly isQuiet: boolean;
}

/** Writes all tables. */
export function writeSummed(out: ByteWriter, summed: SummedRows, options: SummedTextOptions): void {
  if (!options.isQuiet) out.writeText(`#\n# Total Lost Samples: ${summed.lostSamples}\n#\n`);
  for (const [title, table] of summed.tables) writeTable(out, summed.columns, title, table, options);
}

function writeTable(
  out: ByteWriter,
  columns: SummedColumns,
  title: string,
  table: SummedTable,
  { separator, leastPercent, isQuiet }: SummedTextOptions,
): void {
  const rows = [...table.rows.values()]
    .filter(({ period }) => percentOf(period, table.period) >= leastPercent)
    .sort((a, b) => b.period - a.period || (a.keys.join('\0') < b.keys.join('\0') ? -1 : 1));
  const headings = [
    ...columns.numbers.map((column) => numberKeys[column].heading),
    ...(columns.hasRecording ? ['Recording'] : []),
    ...columns.keys.map((column) => sortKeys[column].heading),
  ];
  const cells = rows.map((row) => cellsOf(row, columns, table));
  const widths = headings.map((heading, i) =>
    cells.reduce((width, row) => Math.max(width, byteWidth(row[i])), byteWidth(heading)),
  );
  const room = lineWidth();
  narrowColumns(widths, [...headings.keys()], nameColumns(columns), room);
  const line = (texts: readonly string[], cut: (text: string, width: number) => string): string => {
    if (separator !== undefined) return texts.map((text) => text.trim()).join(separator);
    const padded = texts.map((text, i) => {
      if (i < columns.numbers.length) return text.padStart(widths[i]);
      // On a terminal characters count; in files bytes, as perf counts.
      return room === Infinity ? padTo(text, widths[i]) : cut(text, widths[i]).padEnd(widths[i]);
    });
    return `  ${padded.join('  ')}`.trimEnd();
  };
  if (!isQuiet) {
    out.writeText(fitText(`# Samples: ${formatCount(table.samples)} of ${title}\n`));
    out.writeText(`# Event count (approx.): ${table.period}\n#\n`);
    out.writeText(`# ${line(headings, cutTo).trimStart()}\n`);
    if (separator === undefined)
      out.writeText(`# ${widths.map((width) => '.'.repeat(width)).join('  ')}\n#\n`);
  }
  for (const row of cells) out.writeText(`${line(row, shortenName)}\n`);
  out.writeText('\n\n');
}

/** Which columns of a line have names. */
function nameColumns({ numbers, keys, hasRecording }: SummedColumns) {
  const first = numbers.length;
  const firstKey = first + (hasRecording ? 1 : 0);
  const others = hasRecording ? [first] : [];
  const ofCode: number[] = [];
  keys.forEach((column, i) => (isNameOfCode(column) ? ofCode : others).push(firstKey + i));
  return { ofCode, others };
}

function cellsOf({ keys, numbers }: SummedRow, columns: SummedColumns, { period }: SummedTable): string[] {
  const counted = columns.numbers.map((column, i) =>
    numberKeys[column].partOf === 'none'
      ? String(numbers[i])
      : `${formatHundredths(percentOf(numbers[i], period))}%`,
  );
  return [...counted, ...keys.map((key, i) => (columns.hasRecording && i === 0 ? shown(key) : key))];
}
