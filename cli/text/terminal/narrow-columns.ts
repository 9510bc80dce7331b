/** Columns of tables for people: as wide as the terminal at most. */

/** Columns of names are not made narrower than this for a terminal. */
const NARROWEST_NAMES = 8;
/** Between columns, and before the first. */
const GAP = 2;

/** Numbers of columns that may be made narrower. */
export interface NameColumns {
  /** What a line is about, and of what the longest names are: other columns of names make room first, down to half of the line. */
  readonly ofCode: readonly number[];
  readonly others: readonly number[];
}

/**
 * Makes columns of names narrower until a line has room in the terminal, or all are as narrow as they may be.
 * @param widths by column, in characters; changed
 * @param shown the columns that a line has
 * @param room characters; Infinity for any
 */
export function narrowColumns(
  widths: number[],
  shown: readonly number[],
  { ofCode, others }: NameColumns,
  room: number,
): void {
  if (room === Infinity) return;
  let excess = shown.reduce((sum, index) => sum + widths[index] + GAP, 0) - room;
  excess = narrow(widths, ofCode, Math.max(NARROWEST_NAMES, room >> 1), excess);
  excess = narrow(widths, others, NARROWEST_NAMES, excess);
  narrow(widths, [...ofCode, ...others], NARROWEST_NAMES, excess);
}

/**
 * Makes the widest of some columns narrower, until `excess` characters are saved or all are as narrow as they may be.
 * @returns what is still too much
 */
function narrow(widths: number[], indices: readonly number[], narrowest: number, excess: number): number {
  while (excess > 0 && indices.length > 0) {
    const widest = indices.reduce((a, b) => (widths[b] > widths[a] ? b : a));
    if (widths[widest] <= narrowest) break;
    const smaller = indices.map((index) => widths[index]).filter((width) => width < widths[widest]);
    const less = Math.min(excess, widths[widest] - Math.max(narrowest, ...smaller));
    widths[widest] -= less;
    excess -= less;
  }
  return excess;
}
