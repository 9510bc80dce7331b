/** Lines of the reports of several recordings, added up where they say the same. */

import type { Session } from '../../../profile';
import { EntryFacts, numberKeys, sortKeys, type KeyColumn, type NumberColumn } from '../keys';
import type { Report, ReportTable } from '../table/tables';

/** What an event's samples add up to in all recordings that have it. */
export interface SummedTable {
  samples: number;
  period: number;
  readonly rows: Map<string, SummedRow>;
}

export interface SummedRow {
  /** What it is counted by, left to right. */
  readonly keys: readonly string[];
  /** By number column. */
  readonly numbers: number[];
  period: number;
}

export interface SummedColumns {
  readonly numbers: readonly NumberColumn[];
  readonly keys: readonly KeyColumn[];
  /** Whether recordings are kept apart, in a column before the others. */
  readonly hasRecording: boolean;
}

export class SummedRows {
  /** By title, in the order in which they were met. */
  readonly tables = new Map<string, SummedTable>();
  lostSamples = 0;

  constructor(
    readonly columns: SummedColumns,
    /** Only functions whose names contain it. */
    private readonly symbolFilter: string | undefined,
  ) {}

  /** Adds the tables of a recording. @param titleOf what a table is of */
  add(name: string, session: Session, report: Report, titleOf: (table: ReportTable) => string): void {
    const { columns, symbolFilter } = this;
    this.lostSamples += session.lostSamples;
    const facts = new EntryFacts(report.options.context);
    for (const table of report.tables) {
      const [{ allSamples, sampleCount, totalPeriod }] = table.histograms;
      if (allSamples === 0) continue;
      const summed = this.table(titleOf(table));
      summed.samples += sampleCount;
      summed.period += totalPeriod;
      for (const entry of table.entries) {
        if (symbolFilter !== undefined && !facts.symbol(entry)?.includes(symbolFilter)) continue;
        const keys = columns.keys.map((column) => {
          const { text, measure } = sortKeys[column];
          return text(entry, facts, measure(entry, facts, true)).trimEnd();
        });
        const row = findRow(summed, columns.hasRecording ? [name, ...keys] : keys);
        row.period += entry.selfPeriod;
        columns.numbers.forEach((column, i) => (row.numbers[i] += numberKeys[column].value(entry)));
      }
    }
  }

  private table(title: string): SummedTable {
    let table = this.tables.get(title);
    if (!table) this.tables.set(title, (table = { samples: 0, period: 0, rows: new Map() }));
    return table;
  }
}

function findRow({ rows }: SummedTable, keys: readonly string[]): SummedRow {
  const text = keys.join('\0');
  let row = rows.get(text);
  if (!row) {
    const numbers = new Array<number>(Object.keys(numberKeys).length).fill(0);
    rows.set(text, (row = { keys, numbers, period: 0 }));
  }
  return row;
}
