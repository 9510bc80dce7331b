/** The text of a report of several recordings: the headings and columns of a report of one. */

import type { ByteWriter } from '../../text/byte-writer';
import { shown } from '../../text/printable';
import { byteWidth, padTo } from '../../text/text-width';
import { numberKeys, sortKeys } from '../keys';
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
  const line = (texts: readonly string[]): string => {
    if (separator !== undefined) return texts.map((text) => text.trim()).join(separator);
    const padded = texts.map((text, i) =>
      i < columns.numbers.length ? text.padStart(widths[i]) : padTo(text, widths[i]),
    );
    return `  ${padded.join('  ')}`.trimEnd();
  };
  if (!isQuiet) {
    out.writeText(`# Samples: ${formatCount(table.samples)} of ${title}\n`);
    out.writeText(`# Event count (approx.): ${table.period}\n#\n`);
    out.writeText(`# ${line(headings).trimStart()}\n`);
    if (separator === undefined)
      out.writeText(`# ${widths.map((width) => '.'.repeat(width)).join('  ')}\n#\n`);
  }
  for (const row of cells) out.writeText(`${line(row)}\n`);
  out.writeText('\n\n');
}

function cellsOf({ keys, numbers }: SummedRow, columns: SummedColumns, { period }: SummedTable): string[] {
  const counted = columns.numbers.map((column, i) =>
    numberKeys[column].partOf === 'none'
      ? String(numbers[i])
      : `${formatHundredths(percentOf(numbers[i], period))}%`,
  );
  return [...counted, ...keys.map((key, i) => (columns.hasRecording && i === 0 ? shown(key) : key))];
}
