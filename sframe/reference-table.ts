/**
 * The call frame information that SFrame data is compared with: .eh_frame, and for functions that it leaves out (a
 * kernel has none) .debug_frame. FDEs are numbered by ascending start.
 */

import {
  CfiTable,
  findLastAtOrBelow,
  type CfiFindingCode,
  type CfiRow,
  type ElfImage,
  type RowStatus,
} from '../parser';

/** FDEs as columns. */
interface FdeColumns {
  /** First svma of each FDE, ascending. */
  readonly startSvma: Float64Array;
  readonly endSvma: Float64Array;
  /** Which of the tables each is in, and its number there. */
  readonly tableOf: Uint8Array;
  readonly indexInTable: Uint32Array;
}

export class ReferenceTable {
  private constructor(
    private readonly fdes: FdeColumns,
    private readonly tables: readonly CfiTable[],
    /** Which sections were found: ".eh_frame", ".debug_frame". */
    readonly sectionNames: readonly string[],
    /** Entries that cover no code, and entries that are damaged: neither is among the FDEs. */
    readonly emptyEntries: number,
    readonly damagedEntries: number,
  ) {}

  /** First svma of each FDE, ascending. */
  get startSvma(): Float64Array {
    return this.fdes.startSvma;
  }

  get endSvma(): Float64Array {
    return this.fdes.endSvma;
  }

  /** A table without rows. Made when asked for: bundlers keep a class whose static fields are computed. */
  static empty(): ReferenceTable {
    const fdes = {
      startSvma: new Float64Array(0),
      endSvma: new Float64Array(0),
      tableOf: new Uint8Array(0),
      indexInTable: new Uint32Array(0),
    };
    return new ReferenceTable(fdes, [], [], 0, 0);
  }

  /** @throws ParseError when a section is not all in the file, or its compression is damaged */
  static open(image: ElfImage): ReferenceTable {
    const columns = new Columns();
    const sectionNames: string[] = [];
    const ehFrame = CfiTable.fromEhFrame(image);
    if (ehFrame) {
      sectionNames.push('.eh_frame');
      columns.addAll(ehFrame, 0, () => true);
    }
    const debugFrame = CfiTable.fromDebugFrame(image);
    if (debugFrame) {
      sectionNames.push('.debug_frame');
      const known = ehFrame && knownPlaces(ehFrame);
      columns.addAll(debugFrame, ehFrame ? 1 : 0, (start) => !known?.(start));
    }
    const tables = [ehFrame, debugFrame].filter((table) => table !== undefined);
    const { starts, ends, tableNumbers, indices } = columns;
    const damagedEntries = tables.reduce((sum, table) => sum + countDamage(table, entryDamage), 0);
    const order = Uint32Array.from(starts.keys()).sort((a, b) => starts[a] - starts[b] || ends[a] - ends[b]);
    const fdes = {
      startSvma: Float64Array.from(order, (i) => starts[i]),
      endSvma: Float64Array.from(order, (i) => ends[i]),
      tableOf: Uint8Array.from(order, (i) => tableNumbers[i]),
      indexInTable: Uint32Array.from(order, (i) => indices[i]),
    };
    const emptyEntries = Math.max(0, columns.withoutCode - damagedEntries);
    return new ReferenceTable(fdes, tables, sectionNames, emptyEntries, damagedEntries);
  }

  /** The code of an FDE. */
  rangeOf(index: number): { readonly startSvma: number; readonly endSvma: number } {
    return { startSvma: this.startSvma[index], endSvma: this.endSvma[index] };
  }

  get fdeCount(): number {
    return this.startSvma.length;
  }

  /** The first FDE that may reach beyond an address: where a walk over the FDEs of a range begins. */
  firstFdeFor(svma: number): number {
    let index = findLastAtOrBelow(this.startSvma, this.fdeCount, svma);
    // FDEs overlap only where a function was linked twice, with one start.
    while (index > 0 && this.startSvma[index - 1] === this.startSvma[index]) index--;
    return Math.max(index, 0);
  }

  /**
   * Visits the rows of an FDE in order; damage ends the visit early. The row is reused.
   * @returns Corrupt when the FDE is damaged
   */
  visitRows(fdeIndex: number, visit: (row: CfiRow) => void): RowStatus {
    return this.tables[this.fdes.tableOf[fdeIndex]].visitRows(this.fdes.indexInTable[fdeIndex], visit);
  }

  /** How many FDEs, CIEs and instruction sequences were damaged, as far as they were looked at. */
  get damageCount(): number {
    return this.tables.reduce((sum, table) => sum + countDamage(table), 0);
  }
}

class Columns {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly tableNumbers: number[] = [];
  readonly indices: number[] = [];
  /** FDEs that were passed over because they cover nothing: empty ones, and damaged ones. */
  withoutCode = 0;

  addAll(table: CfiTable, tableNumber: number, isWanted: (startSvma: number) => boolean): void {
    const { fdeStartSvma, fdeSizeBytes } = table;
    for (let i = 0; i < fdeStartSvma.length; i++) {
      if (fdeSizeBytes[i] === 0) this.withoutCode++;
      if (fdeSizeBytes[i] === 0 || !isWanted(fdeStartSvma[i])) continue;
      this.starts.push(fdeStartSvma[i]);
      this.ends.push(fdeStartSvma[i] + fdeSizeBytes[i]);
      this.tableNumbers.push(tableNumber);
      this.indices.push(i);
    }
  }
}

/** Damage that hides the place or the size of an FDE's code. */
const entryDamage: readonly CfiFindingCode[] = ['damaged-fde', 'unusable-cie', 'entry-length'];

/** Damaged entries of a table, as far as it was looked at. */
function countDamage(table: CfiTable, codes?: readonly CfiFindingCode[]): number {
  const counted = table.findings.filter(({ code }) => codes?.includes(code) ?? true);
  return counted.reduce((sum, { count }) => sum + count, 0);
}

/** Says whether a table's FDEs cover an address. */
function knownPlaces(table: CfiTable): (svma: number) => boolean {
  const { fdeStartSvma, fdeSizeBytes } = table;
  return (svma) => {
    const index = findLastAtOrBelow(fdeStartSvma, fdeStartSvma.length, svma);
    return index >= 0 && svma < fdeStartSvma[index] + fdeSizeBytes[index];
  };
}
