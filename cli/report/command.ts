/** `perf-sframe report`: where the time goes, as `perf report --stdio` prints it. */

import { PERF_TYPE_TRACEPOINT } from '../../parser';
import { fitText } from '../text/fit-text';
import { ByteWriter, standardOutput, printText } from '../text/byte-writer';
import type { GraphChoice } from './text/graph-options';
import { GraphText } from './text/graph-text';
import { ReportText } from './text/report-text';
import type { Session } from '../../profile';
import { collectProfile, Parallelism } from '../../profile';
import { type FileSessionOptions, openSession } from '../../profile/node';
import type { Report } from './table/tables';
import { keysOf } from './keys';
import { parseReportFields, type FieldOptions } from './table/fields';
import { finishRun } from '../finish-run';
import { headerText } from '../header/header-options';
import { buildReport } from './build';
import { elideColumns, titleOf } from './headings';
import { asksForCallers, planReport, type ReportCommandOptions } from './plan';
import { traceFormatter } from '../script/trace-formatter';

const DEFAULT_LEAST_GRAPH_PERCENT = 0.5;
const HEADER_HINT = '# To display the perf.data header info, please use --header/--header-only options.\n#\n';

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runReport(
  sessionOptions: FileSessionOptions,
  options: ReportCommandOptions,
): Promise<number> {
  const plan = planReport(options);
  const session = await openSession({
    ...sessionOptions,
    keepsExitedThreads: true,
    keepsOutermost: options.behaviours.report.keepsOutermostFrames && plan.chainOrder === 'caller',
    skipsStacks: !options.children && plan.graph.style === 'none' && !asksForCallers(options),
  });
  const fieldOptions: FieldOptions = {
    ...options,
    hasParent: options.parent !== undefined,
    hasLatency: Parallelism.isRecorded(session.recording),
    hasTracepointsOnly: hasTracepointsOnly(session),
  };
  const fields = parseReportFields(fieldOptions);
  if (options.header) printText(headerText(session.recording, options.header));
  if (options.header?.only) return 0;
  const sources = { formatTrace: traceFormatter(session, options.behaviours.tracepoints) };
  const collected = collectProfile(session, {
    details: keysOf(fields.sortColumns).flatMap(({ tells }) =>
      tells.of === 'sample' ? [tells.record(sources)] : [],
    ),
  });
  const report = buildReport(session, collected, plan, options, fieldOptions);
  printReport(session, report, plan.graph, options);
  return finishRun(session, { needsStacks: !session.options.skipsStacks });
}

/** Of a pipe the events are not known yet when perf decides what to sort by. */
function hasTracepointsOnly({ recording }: Session): boolean {
  const { events, header } = recording;
  return (
    !header.isPipe && events.length > 0 && events.every(({ attr }) => attr.type === PERF_TYPE_TRACEPOINT)
  );
}

function printReport(
  session: Session,
  report: Report,
  graph: GraphChoice,
  options: ReportCommandOptions,
): void {
  const out = new ByteWriter(standardOutput);
  const { filter } = session.options;
  const { fields, elided, children } = report.options;
  const { lines } = elideColumns(fields.columns, filter);
  if (!options.isQuiet && !options.header) out.writeText(fitText(HEADER_HINT));
  if (report.tables.every(({ histograms }) => histograms.every(({ allSamples }) => allSamples === 0))) {
    process.stderr.write(`perf-sframe: there are no samples to report\n`);
    out.flush();
    return;
  }
  if (!options.isQuiet)
    out.writeText(`${fitText(lines)}#\n# Total Lost Samples: ${session.lostSamples}\n#\n`);
  const text = new ReportText(out, report, {
    layout: {
      columns: fields.columns,
      elided,
      separator: options.separator,
      fixedWidths: (options.columnWidths ?? '').split(',').filter(Boolean).map(Number),
      children,
      callsOverheadSelf: fields.callsOverheadSelf,
      filtersModules: filter.dsos !== undefined,
      skipsEmpty: options.skipsEmpty,
    },
    graph: report.options.hasGraphs ? makeGraphText(session, report, graph, options) : undefined,
    leastGraphPercent: graph.leastPercent ?? options.percentLimit ?? DEFAULT_LEAST_GRAPH_PERCENT,
    leastPercent: options.percentLimit ?? 0,
    symbolFilter: options.symbolFilter,
    graphsCountAllSamples: options.behaviours.report.graphsCountAllSamples,
    isQuiet: options.isQuiet,
  });
  for (const table of report.tables) {
    if (table.histograms[0].allSamples > 0 || !options.skipsEmpty) {
      text.writeTable(table, titleOf(table, session, options.group, options.skipsEmpty));
    }
  }
  out.flush();
}

function makeGraphText(
  session: Session,
  report: Report,
  { style, value, printLimit }: GraphChoice,
  { fields, sort, separator }: ReportCommandOptions,
): GraphText | undefined {
  if (style === 'none') return undefined;
  const pointText = GraphText.namer(report.options.points, (frame) => session.names.addressText(frame));
  const skipsFirst = fields === undefined && sort?.startsWith('sym') === true;
  return new GraphText(pointText, { style, value, printLimit, skipsFirst, separator: separator ?? ';' });
}
