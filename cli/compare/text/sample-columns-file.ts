/** Columns of samples as a file: CSV by RFC 4180 (a header row, empty for null), or Parquet, a row group for each write. */

import { csvField } from '../../text/csv';
import { startParquet } from '../../../profile';
import type { OutputFile } from '../../output-file';
import type { BlockSink } from '../../text/byte-writer';
import type { SampleColumn } from '../methods/sample-columns';

/** Where rows are to go. The name's end, .parquet or .csv, chooses the format. */
export interface PerSampleTarget {
  readonly path: string;
  readonly output: OutputFile;
}

/** A text of rows that is being written. */
export interface SampleColumnsText {
  /** Appends rows; all calls have the same columns. @throws OutputError */
  readonly write: (columns: readonly SampleColumn[]) => void;
  /** Writes what is after the last row. The output is not committed. @throws OutputError */
  readonly finish: () => void;
}

/**
 * Begins to write rows.
 * @param columns their names and types; values are not written
 * @throws OutputError
 */
export function startSampleColumns(
  { path, output }: PerSampleTarget,
  columns: readonly SampleColumn[],
): Promise<SampleColumnsText> {
  return path.endsWith('.parquet')
    ? startColumns(output.write, columns)
    : Promise.resolve(startCsv(output.write, columns));
}

async function startColumns(sink: BlockSink, columns: readonly SampleColumn[]): Promise<SampleColumnsText> {
  const file = await startParquet(sink, columns);
  return {
    write: (rows) => file.write(rows.map(({ values }) => values)),
    finish: file.finish,
  };
}

function startCsv(sink: BlockSink, columns: readonly SampleColumn[]): SampleColumnsText {
  const write = (text: string): void => sink(Buffer.from(text));
  write(`${columns.map(({ name }) => name).join(',')}\n`);
  return {
    write(rows) {
      const lines = rows[0].values.map((_, row) => rows.map(({ values }) => csvField(values[row])).join(','));
      write(`${lines.join('\n')}\n`);
    },
    finish: () => undefined,
  };
}
