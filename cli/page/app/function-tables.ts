/** The tables of functions and of binaries, of one recording or of two. */

import { listFunctions, type FunctionRow } from './model/function-rows';
import { grouped, milliseconds, percent, points, share, type CountUnit } from './model/numbers';
import type { ProfileData } from './model/profile-data';
import type { Counts } from './model/selection';
import { TableView, type TableColumn } from './table-view';

interface BinaryRow {
  readonly binary: string;
  /** By recording. */
  readonly self: number[];
}

export interface TableContent {
  /** By markOutermost. */
  readonly outermost: Uint8Array;
  readonly counts: Counts;
  readonly isMatch: ((name: string) => boolean) | undefined;
  readonly unit: CountUnit;
}

const selfHeadings: Readonly<Record<CountUnit, string>> = {
  samples: 'Self samples',
  nanoseconds: 'Self ms',
  count: 'Self period',
};

export class FunctionTables {
  readonly functions: TableView<FunctionRow>;
  readonly binaries: TableView<BinaryRow>;
  /** Of the counts that are shown; undefined where they have changed. */
  private rows: FunctionRow[] | undefined;

  /** @param onChoose gets the label of a function */
  constructor(
    private readonly data: ProfileData,
    onChoose: (label: number) => void,
  ) {
    this.functions = new TableView(({ label }) => onChoose(label));
    this.binaries = new TableView(() => undefined);
  }

  /** Says that other samples are counted now. */
  forget(): void {
    this.rows = undefined;
  }

  show({ outermost, counts, isMatch, unit }: TableContent): void {
    const rows = (this.rows ??= listFunctions(this.data, outermost, counts));
    const shown = isMatch ? rows.filter(({ label }) => isMatch(this.nameOf(label))) : rows;
    this.functions.show(this.functionColumns(counts, unit), shown);
    const binaries = this.sumBinaries(rows);
    this.binaries.show(
      this.binaryColumns(counts),
      isMatch ? binaries.filter(({ binary }) => isMatch(binary)) : binaries,
    );
  }

  private functionColumns({ whole }: Counts, unit: CountUnit): TableColumn<FunctionRow>[] {
    const name: TableColumn<FunctionRow> = {
      heading: 'Function',
      text: ({ label }) => this.nameOf(label),
      key: ({ label }) => this.nameOf(label),
      isChoice: true,
    };
    const binary: TableColumn<FunctionRow> = {
      heading: 'Binary',
      text: ({ label }) => this.binaryOf(label),
      key: ({ label }) => this.binaryOf(label),
    };
    if (whole.length === 2) {
      const self = differenceColumns<FunctionRow>(whole, 'self', (row) => row.self);
      const total = differenceColumns<FunctionRow>(whole, 'total', (row) => row.total);
      return [self[0], total[0], name, ...self.slice(1), ...total.slice(1), binary];
    }
    return [
      shareColumn('Self', whole[0], ({ self }) => self[0]),
      shareColumn('Total', whole[0], ({ total }) => total[0]),
      name,
      binary,
      {
        heading: selfHeadings[unit],
        text: ({ self }) => (unit === 'nanoseconds' ? milliseconds(self[0]) : grouped(self[0])),
        key: ({ self }) => self[0],
      },
    ];
  }

  private binaryColumns({ whole }: Counts): TableColumn<BinaryRow>[] {
    const numbers =
      whole.length === 1
        ? [shareColumn<BinaryRow>('Self', whole[0], ({ self }) => self[0])]
        : differenceColumns<BinaryRow>(whole, 'self', ({ self }) => self);
    return [...numbers, { heading: 'Binary', text: ({ binary }) => binary, key: ({ binary }) => binary }];
  }

  private sumBinaries(rows: readonly FunctionRow[]): BinaryRow[] {
    const byName = new Map<string, BinaryRow>();
    for (const { label, self } of rows) {
      const binary = this.binaryOf(label) || '[unknown]';
      let row = byName.get(binary);
      if (!row) byName.set(binary, (row = { binary, self: self.map(() => 0) }));
      self.forEach((weight, r) => (row.self[r] += weight));
    }
    return [...byName.values()].filter(({ self }) => self.some((weight) => weight > 0));
  }

  private nameOf(label: number): string {
    return this.data.strings[this.data.columns.labelName[label]];
  }

  private binaryOf(label: number): string {
    return this.data.strings[this.data.columns.labelBinary[label]];
  }
}

function shareColumn<Row>(heading: string, whole: number, of: (row: Row) => number): TableColumn<Row> {
  return { heading, text: (row) => percent(of(row), whole), key: of, bar: (row) => share(of(row), whole) };
}

/** The difference of what rows count, before, and after. */
function differenceColumns<Row>(
  whole: readonly number[],
  name: string,
  of: (row: Row) => readonly number[],
): TableColumn<Row>[] {
  const change = (row: Row): number => share(of(row)[1], whole[1]) - share(of(row)[0], whole[0]);
  return [
    { heading: `Change in ${name}`, text: (row) => points(change(row)), key: change },
    shareColumn(`Before, ${name}`, whole[0], (row) => of(row)[0]),
    shareColumn(`After, ${name}`, whole[1], (row) => of(row)[1]),
  ];
}
