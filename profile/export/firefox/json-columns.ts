/** Writes tables of columns as JSON piece by piece: as one text a large profile would be longer than a text can be. */

import type { ExportFile } from '../exporter';

const CELLS_OF_A_PIECE = 4096;

/** The text of a cell: JSON. */
export type CellText = (row: number) => string | number | boolean | null;

/** `{"column":[…],…,"length":N}`, and what else an object of that table has. @param others as JSON, by name */
export function writeTable(
  file: ExportFile,
  length: number,
  columns: Readonly<Record<string, CellText>>,
  others: Readonly<Record<string, string>> = {},
): void {
  file.write('{');
  for (const [name, textOf] of Object.entries(columns)) {
    file.write(`"${name}":`);
    writeArray(file, length, textOf);
    file.write(',');
  }
  for (const [name, text] of Object.entries(others)) file.write(`"${name}":${text},`);
  file.write(`"length":${length}}`);
}

/** `[…]` */
export function writeArray(file: ExportFile, length: number, textOf: CellText): void {
  file.write('[');
  for (let start = 0; start < length; start += CELLS_OF_A_PIECE) {
    const end = Math.min(length, start + CELLS_OF_A_PIECE);
    let piece = start === 0 ? '' : ',';
    for (let row = start; row < end; row++) piece += row === start ? textOf(row) : `,${textOf(row)}`;
    file.write(piece);
  }
  file.write(']');
}
