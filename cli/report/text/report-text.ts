/**
 * The text of `perf report --stdio` (perf 7.2: builtin-report.c evlist__tty_browse_hists, ui/stdio/hist.c): for each
 * event a heading, a table, and call graphs between its lines. Left out: perf's tip of the day at the end.
 */

import type { GraphNode } from '../table/entry-graph';
import type { HistogramEntry } from '../table/histogram';
import type { Report, ReportTable } from '../table/tables';
import type { ByteWriter } from '../../text/byte-writer';
import { fitText } from '../../text/terminal/fit-text';
import { fitBranch } from '../../text/terminal/short-names';
import { lineWidth } from '../../text/terminal/terminal';
import { ReportColumns, type ReportLayout } from './columns';
import type { GraphText } from './graph-text';
import { formatCount, percentOf } from './numbers';

export interface ReportTextOptions {
  readonly layout: ReportLayout;
  /** Undefined where graphs are not printed. */
  readonly graph: GraphText | undefined;
  /** Branches of graphs below this part of the whole are not shown. */
  readonly leastGraphPercent: number;
  /** Lines below this are not shown. */
  readonly leastPercent: number;
  /** Only lines of functions whose names contain this. */
  readonly symbolFilter: string | undefined;
  /** Percentages in graphs are of all samples, even where those of lines are of the samples that filters leave. */
  readonly graphsCountAllSamples: boolean;
  /** No headings: --quiet. */
  readonly isQuiet: boolean;
}

export class ReportText {
  constructor(
    private readonly out: ByteWriter,
    private readonly report: Report,
    private readonly options: ReportTextOptions,
  ) {}

  /**
   * Writes the table of an event or group.
   * @param title as perf names it: "event 'cycles'"
   */
  writeTable(table: ReportTable, title: string): void {
    const { out } = this;
    const { layout, isQuiet } = this.options;
    if (!isQuiet) this.writeHeading(table, title);
    const { sorting } = this.report;
    const { symbolFilter } = this.options;
    const entries =
      symbolFilter === undefined
        ? table.entries
        : table.entries.filter((entry) => sorting.facts.symbol(entry)?.includes(symbolFilter));
    const columns = new ReportColumns(layout, sorting.facts, table.histograms, entries);
    if (!isQuiet) out.writeText(columns.headings());
    const visible = entries.filter((entry) => this.isLargeEnough(table, entry));
    const graphOf = this.graphMaker(table, visible);
    const room = lineWidth();
    const fitted = (text: string): string =>
      room === Infinity ? text : text.replace(/[^\n]+/g, (line) => fitBranch(line, room));
    for (const entry of visible) {
      out.writeText(columns.line(entry));
      const graph = graphOf(entry);
      if (graph && this.options.graph) {
        const [{ totalPeriod, allPeriod }] = table.histograms;
        const whole = this.options.graphsCountAllSamples ? allPeriod : totalPeriod;
        this.options.graph.write(graph, whole, this.periodOf(entry), (text) => out.writeText(fitted(text)));
      }
    }
    out.writeText('\n\n');
  }

  private writeHeading(table: ReportTable, title: string): void {
    let samples = 0;
    let period = 0;
    for (const { sampleCount, totalPeriod } of table.histograms) {
      samples += sampleCount;
      period += totalPeriod;
    }
    this.out.writeText(
      fitText(`# Samples: ${formatCount(samples)} of ${title}\n# Event count (approx.): ${period}\n#\n`),
    );
  }

  private periodOf(entry: HistogramEntry): number {
    return this.options.layout.children ? entry.totalPeriod : entry.selfPeriod;
  }

  private isLargeEnough(table: ReportTable, entry: HistogramEntry): boolean {
    const percent = percentOf(this.periodOf(entry), table.histograms[0].totalPeriod);
    return Math.fround(percent) >= Math.fround(this.options.leastPercent);
  }

  /**
   * Graphs are made in the order of what the sort keys take from samples, so that equal branches come thread by thread; where that is
   * the same for all entries, each when it is asked for, so that not all are in memory.
   */
  private graphMaker(
    { graphs, histograms }: ReportTable,
    entries: readonly HistogramEntry[],
  ): (entry: HistogramEntry) => GraphNode | undefined {
    const { graph, leastGraphPercent } = this.options;
    if (!graph || !graphs) return () => undefined;
    const { style } = graph;
    const isFractal = style === 'fractal';
    const leastPeriod = Math.trunc(histograms[0].totalPeriod * (leastGraphPercent / 100));
    const shape = style === 'flat' || style === 'folded' ? 'list' : 'nested';
    const threshold = (periodOfSiblings: number): number =>
      isFractal ? Math.ceil(periodOfSiblings * (leastGraphPercent / 100)) : leastPeriod;
    const make = (entry: HistogramEntry): GraphNode | undefined =>
      !isFractal && this.periodOf(entry) < leastPeriod
        ? undefined
        : graphs.graphOf(entry, { shape, threshold });
    if (entries.every(({ rowKey }) => rowKey === entries[0].rowKey)) return make;
    const made = new Map<HistogramEntry, GraphNode | undefined>();
    for (const entry of [...entries].sort((a, b) => a.rowKey - b.rowKey)) made.set(entry, make(entry));
    return (entry) => made.get(entry);
  }
}
