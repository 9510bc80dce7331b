/** A table of a module that tells how to unwind from an address of it. */

import type { RegisterRow } from './register-row';

/** What a source says of an address. */
export enum SourceStatus {
  Found,
  /** The table does not cover the address. */
  NoRow,
  /** An entry of the table covers the address, but has no row for it. */
  EntryWithoutRow,
  /** The table's entry for the address is damaged. */
  Corrupt,
}

export interface SourceAnswer {
  readonly status: SourceStatus;
  /** Set when the status is Found. */
  readonly row: RegisterRow | undefined;
}

export interface UnwindSource {
  /** What of the table was damaged, among what was asked for: sentences. */
  readonly damage: readonly string[];
  /** The row for an svma of the module. Cold: callers cache the answers. */
  resolveRow(svma: number): SourceAnswer;
}

export const NO_ROW: SourceAnswer = { status: SourceStatus.NoRow, row: undefined };
export const ENTRY_WITHOUT_ROW: SourceAnswer = { status: SourceStatus.EntryWithoutRow, row: undefined };
export const CORRUPT_ROW: SourceAnswer = { status: SourceStatus.Corrupt, row: undefined };
