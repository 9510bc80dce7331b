/**
 * The columns of a report: headings, widths, and what stands in them (perf 7.2: tools/perf/ui/hist.c for numbers,
 * tools/perf/util/sort.c for the rest, tools/perf/util/hist.c hists__calc_col_len for widths).
 */

import type { Histogram, HistogramEntry } from '../table/histogram';
import type { LocationTable } from '../../../profile';
import { isNumberColumn, type KeyColumn, type NumberColumn, type ReportColumn } from '../table/fields';
import { numberOf, withoutDigits, type EntryFacts } from '../table/sort-keys';
import { printable } from '../../text/printable';
import { formatHundredths, percentOf } from './numbers';
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
const HEXADECIMAL_DIGITS = 16;
/** "[.] " before symbols. */
const LEVEL_WIDTH = 4;
const UNRESOLVED_SYMBOL_WIDTH = LEVEL_WIDTH + 2 + HEXADECIMAL_DIGITS;
/** "   tid:" before the name of a thread. */
const THREAD_ID_WIDTH = 8;
const CPU_WIDTH = 3;

const keyHeadings: Readonly<Record<KeyColumn, string>> = {
  pid: '    Pid:Command',
  tgid: '   Tgid:Command',
  tid: '    Tid:Command',
  comm: 'Command',
  comm_nodigit: 'CommandNoDigit',
  dso: 'Shared Object',
  symbol: 'Symbol',
  parent: 'Parent symbol',
  cpu: 'CPU',
  srcline: 'Source:Line',
  trace: 'Trace output',
  ipc_null: 'IPC   [IPC Coverage]',
};

const numberHeadings: Readonly<Record<NumberColumn, string>> = {
  overhead: 'Overhead',
  latency: 'Latency',
  overhead_sys: 'sys',
  overhead_us: 'usr',
  overhead_children: 'Children',
  latency_children: 'Latency',
  sample: 'Samples',
  period: 'Period',
};

const numberWidths: Readonly<Record<NumberColumn, number>> = {
  overhead: 8,
  latency: 8,
  overhead_sys: 8,
  overhead_us: 8,
  overhead_children: 8,
  // perf forgets to set this one: it is as wide as its heading.
  latency_children: 7,
  sample: 12,
  period: 12,
};

/** Columns for one table: widths depend on its entries. */

export class ReportColumns {
  private readonly widths: number[];
  /** Of the columns that are shown, left to right. */
  private readonly shown: readonly { readonly column: ReportColumn; readonly index: number }[];

  constructor(
    private readonly layout: ReportLayout,
    private readonly facts: EntryFacts,
    private readonly locations: LocationTable,
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
        : this.keyCell(entry, column, width);
      line += index < columns.length - 1 ? padTo(cell, width) : cell;
    }
    if (separator === undefined) return `${line}\n`;
    // With separators, perf's buffer for a line is as long as all columns and three bytes.
    const longest = this.shown.reduce((sum, { index }) => sum + this.widths[index] + 2, -2) + 3;
    return `${cutTo(line, longest)}\n`;
  }

  private heading(column: ReportColumn, width: number): string {
    if (isNumberColumn(column)) return this.numberHeading(column).padStart(width);
    return padTo(cutTo(keyHeadings[column], width), Math.min(width, LONGEST_HEADING));
  }

  private numberHeading(column: NumberColumn): string {
    return column === 'overhead' && this.layout.callsOverheadSelf ? 'Self' : numberHeadings[column];
  }

  private isShown(histogram: Histogram): boolean {
    return histogram.allSamples > 0 || !this.layout.skipsEmpty;
  }

  /** The width of one number; columns of groups have several side by side. */
  private numberWidth(column: NumberColumn): number {
    const fixed = this.layout.fixedWidths[this.layout.columns.indexOf(column)];
    return Math.max(fixed || numberWidths[column], this.numberHeading(column).length);
  }

  private numbersWidth(column: NumberColumn): number {
    const members = this.histograms.filter((histogram) => this.isShown(histogram)).length;
    return Math.max(this.numberWidth(column), numberWidths[column] * members);
  }

  private keysWidth(column: KeyColumn, entries: readonly HistogramEntry[]): number {
    let width = keyHeadings[column].length;
    for (const entry of entries) width = Math.max(width, this.keyWidth(entry, column));
    return width;
  }

  private keyWidth(entry: HistogramEntry, column: KeyColumn): number {
    const { facts, layout } = this;
    switch (column) {
      case 'comm':
        // The thread may have another name by now, as perf measures it.
        return byteWidth(printable(entry.thread.displayName));
      case 'pid':
      case 'tid':
        return byteWidth(printable(entry.thread.displayName)) + THREAD_ID_WIDTH;
      case 'comm_nodigit':
        return byteWidth(withNumberSigns(printable(facts.comm(entry))));
      case 'dso': {
        const name = facts.moduleName(entry);
        const named = name === undefined ? 0 : byteWidth(printable(name));
        const isBare = facts.symbol(entry) === undefined;
        const leavesRoom =
          layout.separator === undefined && !layout.filtersModules && !layout.fixedWidths.length;
        return isBare && leavesRoom ? Math.max(named, HEXADECIMAL_DIGITS) : named;
      }
      case 'symbol': {
        const symbol = facts.symbol(entry);
        return symbol === undefined ? UNRESOLVED_SYMBOL_WIDTH : byteWidth(printable(symbol)) + LEVEL_WIDTH;
      }
      case 'parent':
        return byteWidth(printable(facts.parent(entry) ?? ''));
      case 'cpu':
        return CPU_WIDTH;
      case 'srcline':
        return byteWidth(printable(facts.sourceLine(entry)));
      case 'trace':
        return byteWidth(printable(facts.trace(entry)));
      case 'tgid':
      case 'ipc_null':
        return 0;
    }
  }

  private numberCell(entry: HistogramEntry, column: NumberColumn): string {
    const isTotal = column === 'overhead_children' || column === 'latency_children';
    if (isTotal && !this.layout.children) return ` ${'N/A'.padStart(numberWidths[column] - 1)}`;
    let cell = '';
    this.histograms.forEach((histogram, i) => {
      if (!this.isShown(histogram)) return;
      const member = i === 0 ? entry : entry.members[i - 1];
      cell += this.formatNumber(member ? numberOf(member, column) : 0, column, histogram);
    });
    return cell;
  }

  private formatNumber(value: number, column: NumberColumn, histogram: Histogram): string {
    const room = this.layout.separator === undefined ? this.numberWidth(column) - 1 : 1;
    if (column === 'sample' || column === 'period') return ` ${String(value).padStart(room)}`;
    const isLatency = column === 'latency' || column === 'latency_children';
    const total = isLatency ? histogram.totalLatency : histogram.totalPeriod;
    return ` ${`${formatHundredths(percentOf(value, total))}%`.padStart(room)}`;
  }

  private keyCell(entry: HistogramEntry, column: KeyColumn, width: number): string {
    const text = this.keyText(entry, column, width);
    const { separator } = this.layout;
    return separator === undefined ? text : text.replaceAll(separator[0], '.');
  }

  private keyText(entry: HistogramEntry, column: KeyColumn, width: number): string {
    const { facts } = this;
    const fit = (text: string): string => padTo(cutTo(printable(text), width), width);
    switch (column) {
      case 'comm':
        return fit(facts.comm(entry));
      case 'comm_nodigit':
        return fit(withNumberSigns(facts.comm(entry)));
      case 'pid':
      case 'tid':
        return threadText(entry.thread.tid, entry.thread.displayName, width);
      case 'tgid':
        return threadText(entry.thread.pid, facts.processName(entry), width);
      case 'dso':
        return fit(facts.moduleName(entry) ?? '[unknown]');
      case 'parent':
        return fit(facts.parent(entry) ?? '[other]');
      case 'cpu':
        return `${facts.cpu(entry) < 0 ? '-' : ''}${String(Math.abs(facts.cpu(entry))).padStart(width, '0')}`;
      case 'srcline':
        return cutTo(printable(facts.sourceLine(entry)), width);
      case 'trace':
        return cutTo(printable(facts.trace(entry)), width);
      case 'ipc_null':
        return fit('-      -');
      case 'symbol':
        return `[${entry.level}] ${this.symbolText(entry, width - LEVEL_WIDTH)}`;
    }
  }

  private symbolText(entry: HistogramEntry, width: number): string {
    const { locations } = this;
    const { location } = entry;
    const symbol = locations.symbol[location];
    if (symbol !== undefined && locations.dataOffset[location] >= 0) {
      return `${printable(symbol)}+0x${locations.dataOffset[location].toString(16)}`;
    }
    if (symbol !== undefined) {
      return cutTo(printable(symbol), width) + (locations.isInlined[location] ? ' (inlined)' : '');
    }
    const [low, high] = [locations.valueLow[location], locations.valueHigh[location]];
    const digits = hexadecimal(high) + hexadecimal(low);
    return low === 0 && high === 0 ? digits : `0x${digits}`;
  }
}

function threadText(id: number, comm: string, width: number): string {
  const room = Math.max(7, width) - THREAD_ID_WIDTH;
  return `${String(id).padStart(7)}:${padTo(cutTo(printable(comm), room), room)}`;
}

/** "worker-12" as "worker-<N>". */
function withNumberSigns(comm: string): string {
  return withoutDigits(comm) === comm ? comm : comm.replace(/\d+/g, '<N>');
}

function hexadecimal(half: number): string {
  return half.toString(16).padStart(8, '0');
}
