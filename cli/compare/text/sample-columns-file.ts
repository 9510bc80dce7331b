/** Columns of samples as a file: CSV by RFC 4180 (a header row, empty for null), or Parquet, a row group for each write. */

import { closeSync, openSync, writeSync } from 'node:fs';
import type { ColumnValue, SampleColumn } from '../methods/sample-columns';

/** A file that rows are appended to. */
export interface SampleColumnsFile {
  /** Appends rows; all calls have the same columns. @throws the system's error */
  readonly write: (columns: readonly SampleColumn[]) => void;
  /** Ends the file. @throws the system's error */
  readonly close: () => void;
}

/**
 * Opens a .parquet or a .csv file, by the name's end, and truncates it.
 * @param columns their names and types; values are not written
 * @throws the system's error
 */
export function openSampleColumnsFile(
  path: string,
  columns: readonly SampleColumn[],
): Promise<SampleColumnsFile> {
  return path.endsWith('.parquet') ? openParquet(path, columns) : Promise.resolve(openCsv(path, columns));
}

async function openParquet(path: string, columns: readonly SampleColumn[]): Promise<SampleColumnsFile> {
  const { fileWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
  const schema = schemaFromColumnData({
    columnData: columns.map(({ name, type }) => ({ name, type, data: [], nullable: true })),
  });
  const writer = new ParquetWriter({ writer: fileWriter(path), schema });
  return {
    write(rows) {
      const rowGroupSize = Math.max(1, rows[0].values.length);
      void writer.write({
        columnData: rows.map(({ name, values }) => ({ name, data: values })),
        rowGroupSize,
      });
    },
    close() {
      void writer.finish();
    },
  };
}

function openCsv(path: string, columns: readonly SampleColumn[]): SampleColumnsFile {
  const file = openSync(path, 'w');
  writeSync(file, `${columns.map(({ name }) => name).join(',')}\n`);
  return {
    write(rows) {
      const lines = rows[0].values.map((_, row) => rows.map(({ values }) => csvField(values[row])).join(','));
      writeSync(file, `${lines.join('\n')}\n`);
    },
    close() {
      closeSync(file);
    },
  };
}

/** A field; quoted where a comma, quote or line end would end it. */
function csvField(value: ColumnValue): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
