/** What the `sframe` commands end with. 0 to 3 mean what they mean in every command; 2 (called wrongly) is thrown as a UsageError. */

export enum ExitCode {
  Good = 0,
  /** A file, or a part of it that was needed, cannot be read or is damaged. */
  Unusable = 1,
  /** What was asked to be checked is not so: a table differs or is damaged, too little is covered. */
  CheckFailed = 3,
  /** A file that was named has no table, or nothing that it could be compared with. */
  NoTable = 4,
}

/** From the least to the most that a caller has to know. */
const ascending = [ExitCode.Good, ExitCode.NoTable, ExitCode.CheckFailed, ExitCode.Unusable];

/** The one of two codes that says more: that something was not looked at comes before what was found. */
export function worstOf(one: ExitCode, other: ExitCode): ExitCode {
  return ascending.indexOf(one) > ascending.indexOf(other) ? one : other;
}
