/** Columns of samples as a file: CSV by RFC 4180 (a header row, empty for null), or Parquet. */

import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import type { ColumnValue, SampleColumn } from '../compare/sample-columns';

const ROWS_AT_ONCE = 10_000;

/** Writes a .parquet or a .csv file, by the name's end. @throws the system's error */
export async function writeSampleColumns(columns: readonly SampleColumn[], path: string): Promise<void> {
  if (path.endsWith('.parquet')) await writeParquet(columns, path);
  else writeCsv(columns, path);
}

async function writeParquet(columns: readonly SampleColumn[], path: string): Promise<void> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const bytes = parquetWriteBuffer({
    columnData: columns.map(({ name, type, values }) => ({ name, type, data: values, nullable: true })),
  });
  writeFileSync(path, new Uint8Array(bytes));
}

function writeCsv(columns: readonly SampleColumn[], path: string): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, `${columns.map(({ name }) => name).join(',')}\n`);
    const rows = columns[0]?.values.length ?? 0;
    for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
      let text = '';
      for (let row = first; row < Math.min(rows, first + ROWS_AT_ONCE); row++) {
        text += `${columns.map(({ values }) => csvField(values[row])).join(',')}\n`;
      }
      writeSync(file, text);
    }
  } finally {
    closeSync(file);
  }
}

/** A field; quoted where a comma, quote or line end would end it. */
function csvField(value: ColumnValue): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
