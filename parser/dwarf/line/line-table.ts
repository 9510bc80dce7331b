/**
 * The line table of one unit: which source line an address came from (DWARF 5, section 6.2).
 *
 * The header is read at once, because call sites of inlined functions name files by its numbers; the program
 * runs when the first address is asked for.
 */

import type { DwarfSections } from '../dwarf-sections';
import { parseLineHeader, type LineHeader } from './line-header';
import { runLineProgram } from './line-program';
import type { LineRow, LineRows } from './line-rows';

export class LineTable {
  private rows: LineRows | undefined;
  private readonly paths = new Map<number, string | undefined>();

  private constructor(
    private readonly sections: DwarfSections,
    private readonly header: LineHeader,
    private readonly compilationDirectory: string | undefined,
  ) {}

  /**
   * Reads the header at an offset of .debug_line; undefined when it is damaged or of an unknown version.
   *
   * @param compilationDirectory DW_AT_comp_dir of the unit, to which relative directories are relative
   * @param strOffsetsBase DW_AT_str_offsets_base of the unit
   */
  static parse(
    sections: DwarfSections,
    offset: number,
    compilationDirectory?: string,
    strOffsetsBase = 0,
  ): LineTable | undefined {
    const header = parseLineHeader(sections, offset, strOffsetsBase);
    return header && new LineTable(sections, header, compilationDirectory);
  }

  /** The row that holds at an svma; undefined outside every sequence. */
  findRow(svma: number): LineRow | undefined {
    const rows = this.runProgram();
    const row = rows.find(svma);
    return row < 0 ? undefined : rows.at(row);
  }

  /**
   * The row that libdw has for an svma outside every sequence: one that is at the very end of the sequence before,
   * unless that is the table's last one. Undefined where there is none.
   */
  findRowAtEndBefore(svma: number): LineRow | undefined {
    const rows = this.runProgram();
    const row = rows.findAtEndBefore(svma);
    return row < 0 ? undefined : rows.at(row);
  }

  private runProgram(): LineRows {
    this.rows ??= runLineProgram(this.sections, this.header);
    return this.rows;
  }

  /**
   * A file's path, joined of compilation directory, directory and name as far as they are relative, and not
   * normalized; undefined when there is no such file. A compilation directory that is itself relative (a build with
   * -ffile-prefix-map) says nothing more about a relative path, and is left out, as elfutils does.
   */
  filePath(file: number): string | undefined {
    if (this.paths.has(file)) return this.paths.get(file);
    const path = this.joinPath(file);
    this.paths.set(file, path);
    return path;
  }

  /** Visits all rows in order of address within each sequence, the end of each included. */
  visitRows(visit: (svma: number, row: LineRow, isEnd: boolean) => void): void {
    this.rows ??= runLineProgram(this.sections, this.header);
    this.rows.visit(visit);
  }

  private joinPath(file: number): string | undefined {
    const entry = this.header.files[file];
    if (!entry) return undefined;
    if (entry.name.startsWith('/')) return entry.name;
    const base = this.compilationDirectory;
    const directory = this.header.directories[entry.directoryIndex] ?? base;
    const path = directory === undefined ? entry.name : `${directory}/${entry.name}`;
    return path.startsWith('/') || base?.startsWith('/') !== true ? path : `${base}/${path}`;
  }
}
