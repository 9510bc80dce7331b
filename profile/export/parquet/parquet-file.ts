/** A file of columns in the format Parquet, written a row group at a time. */

/** A cell; null where there is nothing. */
export type ParquetValue = string | number | bigint | boolean | null;

export interface ParquetColumn {
  readonly name: string;
  readonly type: 'STRING' | 'INT32' | 'INT64' | 'BOOLEAN';
}

/** The values of a column in one row group. */
export type ParquetValues = readonly ParquetValue[] | Int32Array | BigInt64Array;

export interface ParquetFile {
  /**
   * Appends a row group.
   * @param values by column, of equal length
   */
  readonly write: (values: readonly ParquetValues[]) => void;
  /** Writes what follows the last row. */
  readonly finish: () => void;
}

/**
 * Begins a file.
 * @param sink gets its bytes, which may be reused after the call
 */
export async function startParquet(
  sink: (block: Uint8Array) => void,
  columns: readonly ParquetColumn[],
): Promise<ParquetFile> {
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
  const schema = schemaFromColumnData({
    columnData: columns.map(({ name, type }) => ({ name, type, data: [], nullable: true })),
  });
  const bytes = new ByteWriter();
  const handOver = (): void => {
    sink(bytes.getBytes());
    bytes.index = 0;
  };
  // Without a promise from the writer's flush, all is done when write and finish return.
  const writer = new ParquetWriter({ writer: bytes, schema });
  return {
    write(values) {
      const rowGroupSize = Math.max(1, values[0].length);
      const columnData = columns.map(({ name }, index) => ({ name, data: values[index] as ParquetValue[] }));
      void writer.write({ columnData, rowGroupSize });
      handOver();
    },
    finish() {
      void writer.finish();
      handOver();
    },
  };
}
