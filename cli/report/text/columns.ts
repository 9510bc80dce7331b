/**
 * The columns of a report: headings, widths, and what is in them (perf 7.2: tools/perf/ui/hist.c for numbers,
 * tools/perf/util/sort.c for the rest, tools/perf/util/hist.c hists__calc_col_len for widths).
 */

import type { Histogram, HistogramEntry } from '../table/histogram';
import {
  type EntryFacts,
  isNumberColumn,
  type KeyColumn,
  type NumberColumn,
  type NumberKey,
  numberKeys,
  type ReportColumn,
  sortKeys,
} from '../keys';
import { colored, formatHundredths, percentOf } from './numbers';
import { narrowColumns } from '../../text/terminal/narrow-columns';
import { shortenName, withoutColors } from '../../text/terminal/short-names';
import { lineWidth } from '../../text/terminal/terminal';
import { byteWidth, cutTo, padTo } from '../../text/text-width';

export interface ReportLayout {
  readonly columns: readonly ReportColumn[];
  /** Columns that are not shown since they would say the same in every line. */
  readonly elided: ReadonlySet<ReportColumn>;
  /** --field-separator: columns are not padded, and the character is a dot within them. */
  readonly separator: string | undefined;
  /** --column-widths, by column; 0 for the width that fits. */
  readonly fixedWidths: readonly number[];
  /** Whether entries count what they call, too. */
  readonly children: boolean;
  readonly callsOverheadSelf: boolean;
  /** Whether a filter names the binaries to show. */
  readonly filtersModules: boolean;
  /** Whether events without samples have no place in the columns of a group. */
  readonly skipsEmpty: boolean;
}

/** perf's buffer for a heading has 1024 bytes (7.2: ui/stdio/hist.c hists__fprintf_headers). */
const LONGEST_HEADING = 1023;
/** Columns of what a line is about, and of what the longest names are. */
const NAMES_OF_CODE: readonly ReportColumn[] = ['symbol', 'srcline', 'symbol_from', 'symbol_to'];

/** Whether a column has names of functions or source lines, which keep their room longest. */
export function isNameOfCode(column: ReportColumn): boolean {
  return NAMES_OF_CODE.includes(column);
}

/** Columns for one table: widths depend on its entries. */
export class ReportColumns {
  private readonly widths: number[];
  /** The same before they were made narrower for a terminal. */
  private readonly wholeWidths: readonly number[];
  /** Of the columns that are shown, left to right. */
  private readonly shown: readonly { readonly column: ReportColumn; readonly index: number }[];

  constructor(
    private readonly layout: ReportLayout,
    private readonly facts: EntryFacts,
    private readonly histograms: readonly Histogram[],
    entries: readonly HistogramEntry[],
  ) {
    this.widths = layout.columns.map((column, i) =>
      isNumberColumn(column)
        ? this.numbersWidth(column)
        : layout.fixedWidths[i] || this.keysWidth(column, entries),
    );
    this.shown = layout.columns
      .map((column, index) => ({ column, index }))
      .filter(({ column }) => !layout.elided.has(column));
    this.wholeWidths = [...this.widths];
    this.fitWidths();
  }

  /** Makes columns of names narrower until a line has room in the terminal. */
  private fitWidths(): void {
    if (this.layout.separator !== undefined) return;
    const names = this.shown.filter(({ column }) => !isNumberColumn(column));
    const ofCode = names.filter(({ column }) => isNameOfCode(column)).map(({ index }) => index);
    const others = names.filter(({ column }) => !isNameOfCode(column)).map(({ index }) => index);
    const shown = this.shown.map(({ index }) => index);
    narrowColumns(this.widths, shown, { ofCode, others }, lineWidth());
  }

  /** The heading lines, each beginning with #. */
  headings(): string {
    const { separator } = this.layout;
    const cells = this.shown.map(({ column, index }) => this.heading(column, this.widths[index]));
    if (separator !== undefined) return `# ${cells.join(separator)}\n`;
    const rules = this.shown.map(({ index }) => '.'.repeat(this.widths[index]));
    return `# ${cells.join('  ')}\n# ${rules.join('  ')}\n#\n`;
  }

  /** An entry's line. */
  line(entry: HistogramEntry): string {
    const { separator, columns } = this.layout;
    let line = '';
    for (const { column, index } of this.shown) {
      if (separator === undefined) line += '  ';
      else if (line !== '') line += separator;
      const width = this.widths[index];
      const cell = isNumberColumn(column)
        ? this.numberCell(entry, column)
        : this.keyCell(entry, column, index);
      line +=
        index < columns.length - 1
          ? cell + ' '.repeat(Math.max(0, width - shownWidth(withoutColors(cell))))
          : cell;
    }
    if (separator === undefined) return `${line}\n`;
    // With separators, perf's buffer for a line is as long as all columns and three bytes.
    const longest = this.shown.reduce((sum, { index }) => sum + this.widths[index] + 2, -2) + 3;
    return `${cutTo(line, longest)}\n`;
  }

  private heading(column: ReportColumn, width: number): string {
    if (isNumberColumn(column)) return this.numberHeading(column).padStart(width);
    return padTo(cutTo(sortKeys[column].heading, width), Math.min(width, LONGEST_HEADING));
  }

  private numberHeading(column: NumberColumn): string {
    return column === 'overhead' && this.layout.callsOverheadSelf ? 'Self' : numberKeys[column].heading;
  }

  private isShown(histogram: Histogram): boolean {
    return histogram.allSamples > 0 || !this.layout.skipsEmpty;
  }

  /** The width of one number; columns of groups have several side by side. */
  private numberWidth(column: NumberColumn): number {
    const fixed = this.layout.fixedWidths[this.layout.columns.indexOf(column)];
    return Math.max(fixed || numberKeys[column].width, this.numberHeading(column).length);
  }

  private numbersWidth(column: NumberColumn): number {
    const members = this.histograms.filter((histogram) => this.isShown(histogram)).length;
    return Math.max(this.numberWidth(column), numberKeys[column].width * members);
  }

  private keysWidth(column: KeyColumn, entries: readonly HistogramEntry[]): number {
    const { heading, measure } = sortKeys[column];
    const { separator, filtersModules, fixedWidths } = this.layout;
    const hasRoom = separator === undefined && !filtersModules && fixedWidths.length === 0;
    return entries.reduce(
      (width, entry) => Math.max(width, measure(entry, this.facts, hasRoom)),
      heading.length,
    );
  }

  private numberCell(entry: HistogramEntry, column: NumberColumn): string {
    const key: NumberKey = numberKeys[column];
    if (key.isTotal && !this.layout.children) return ` ${'N/A'.padStart(key.width - 1)}`;
    let cell = '';
    this.histograms.forEach((histogram, i) => {
      if (!this.isShown(histogram)) return;
      const member = i === 0 ? entry : entry.members[i - 1];
      cell += this.formatNumber(member ? key.value(member) : 0, column, histogram);
    });
    return cell;
  }

  private formatNumber(value: number, column: NumberColumn, histogram: Histogram): string {
    const room = this.layout.separator === undefined ? this.numberWidth(column) - 1 : 1;
    const { partOf } = numberKeys[column];
    if (partOf === 'none') return ` ${String(value).padStart(room)}`;
    const total = partOf === 'latency' ? histogram.totalLatency : histogram.totalPeriod;
    const percent = percentOf(value, total);
    return ` ${colored(percent, `${formatHundredths(percent)}%`.padStart(room))}`;
  }

  private keyCell(entry: HistogramEntry, column: KeyColumn, index: number): string {
    // A name is shortened by its structure, for which it has to be whole.
    const whole = sortKeys[column].text(entry, this.facts, this.wholeWidths[index]);
    const text = lineWidth() === Infinity ? whole : shortenName(whole.trimEnd(), this.widths[index]);
    const { separator } = this.layout;
    return separator === undefined ? text : text.replaceAll(separator[0], '.');
  }
}

/** On a terminal characters count; in texts that are perf's its bytes. */
function shownWidth(text: string): number {
  return lineWidth() === Infinity ? byteWidth(text) : text.length;
}
