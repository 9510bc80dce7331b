/** The rows of one function, for the verification. */

import { RecoveryRow } from './recovery';

/** Rows that are filled again for each function, without new objects. */
export class RowList {
  readonly rows: RecoveryRow[] = [];
  count = 0;

  clear(): void {
    this.count = 0;
  }

  /** A row to be filled, at the end. */
  push(): RecoveryRow {
    if (this.count === this.rows.length) this.rows.push(new RecoveryRow());
    return this.rows[this.count++];
  }

  /** Rows of their own, equal to the list's. */
  takeCopies(): RecoveryRow[] {
    return this.rows.slice(0, this.count).map((row) => {
      const copy = new RecoveryRow();
      copy.copyFrom(row, row.startSvma, row.endSvma);
      return copy;
    });
  }
}
