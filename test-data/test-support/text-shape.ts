/**
 * What two texts of the program have in common that were made from two recordings of the same thing: figures differ, rows
 * of little weight come and go, and rows of about the same weight change places.
 */

/** Of rows that both texts have, shares may differ by so many percentage points: on another processor `_int_free_chunk` has 25 % for 8. */
const TOLERANCE = 25;
/** Rows of less than the limit of the text and so much more may be missing. */
const MARGIN = 6;
const LEAST_SURE = 10;

interface Row {
  readonly text: string;
  /** The largest percentage in it, and the percentage points of a line of `compare`. */
  readonly weight: number;
}

/**
 * @param limit the percentage below which a row is not in the texts
 * @returns what differs, for people; empty where the texts have one shape
 */
export function compareShapes(expected: string, found: string, limit = 0): string[] {
  const [before, after] = [rowsOf(expected), rowsOf(found)];
  const plain = ({ rest }: { rest: readonly string[] }): string => rest.join('\n');
  const differences: string[] = [];
  if (plain(before) !== plain(after))
    differences.push(`other lines without shares:\n${plain(before)}\nbut now\n${plain(after)}`);
  const sure = Math.max(LEAST_SURE, limit + MARGIN);
  const missingIn = (rows: readonly Row[], others: readonly Row[], what: string): void => {
    for (const { text, weight } of rows) {
      const same = others.filter((row) => row.text === text);
      if (same.length === 0) {
        if (weight >= sure) differences.push(`${what}: ${text} (${weight})`);
      } else if (same.every((row) => Math.abs(row.weight - weight) > TOLERANCE))
        differences.push(`${weight} is now ${same.map((row) => row.weight).join()}: ${text}`);
    }
  };
  missingIn(before.rows, after.rows, 'is gone');
  missingIn(after.rows, before.rows, 'is new');
  return differences;
}

/** Rows with a share, and the other lines, both without figures. */
function rowsOf(text: string): { readonly rows: readonly Row[]; readonly rest: readonly string[] } {
  const rows: Row[] = [];
  const rest: string[] = [];
  let name = '';
  let isBelowRow = false;
  for (const line of text.split('\n')) {
    const percentages = [...line.matchAll(/(\d+(?:\.\d+)?)%/g)].map(([, value]) => Number(value));
    // Two lines of compare are one row: a verdict with a name, and its figures, the third of which are points.
    // What is said of a row below it comes and goes with it.
    if (isBelowRow && percentages.length === 0 && /^ {10,}\S/.test(line)) continue;
    isBelowRow = percentages.length > 0;
    const isFigures = /^[\d .~+-]+$/.test(line) && line.trim() !== '';
    if (/^(?:more|less|calls more|calls less) /.test(line)) name = withoutFigures(line);
    else if (isFigures)
      rows.push({ text: name, weight: Math.abs(parseFloat(line.trim().split(/ +/)[2].replace('~', ''))) });
    else if (percentages.length > 0)
      rows.push({ text: withoutFigures(line), weight: Math.max(...percentages) });
    else rest.push(withoutFigures(line));
  }
  return { rows, rest };
}

/** A line without what differs from run to run and from machine to machine. */
function withoutFigures(line: string): string {
  return line
    .replace(/on Linux \S+/, 'on Linux')
    .replace(/0x[0-9a-f]{12,}/g, 'ADDRESS')
    .replace(/\b\d[\d.,]*/g, '#')
    .replace(/#[KMG]\b/g, '#')
    .replace(/\.{2,}/g, '..')
    .replace(/ +/g, ' ');
}
