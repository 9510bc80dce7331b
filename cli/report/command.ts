/** `perf-sframe report`: where the time goes, as `perf report --stdio` prints it. */

import {
  Feature,
  parseCpuCounts,
  parseCpuTopology,
  PERF_SAMPLE_BRANCH_STACK,
  PERF_SAMPLE_STACK_USER,
  PERF_TYPE_TRACEPOINT,
  type Recording,
} from '../../parser';
import { collectGarbage } from '../collect-garbage';
import { namedFiles } from '../session-options';
import { finishOutput, openOutput } from '../output-file';
import { writeError } from '../text/error-output';
import { fitText } from '../text/terminal/fit-text';
import { ByteWriter, standardOutput, printText } from '../text/byte-writer';
import { branchStatisticsText } from './text/branch-statistics';
import type { GraphChoice } from './text/graph-options';
import { GraphText } from './text/graph-text';
import { formatReportCsv, formatReportJson } from './text/report-data';
import { ReportText } from './text/report-text';
import type { Session } from '../../profile';
import { BranchReader, type BranchStatistics, collectProfile, Parallelism, UsageError } from '../../profile';
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
/** Frames and stacks: from so many on, memory counts. */
const MANY_FRAMES = 500_000;
const HEADER_HINT = '# To display the perf.data header info, please use --header/--header-only options.\n#\n';

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runReport(
  sessionOptions: FileSessionOptions,
  options: ReportCommandOptions,
): Promise<number> {
  const plan = planReport(options);
  const inputs = [sessionOptions.input, ...namedFiles(sessionOptions)];
  const output = openOutput({ path: options.output, option: '--output', inputs });
  const session = await openSession({
    ...sessionOptions,
    keepsExitedThreads: true,
    keepsOutermost: options.behaviours.report.keepsOutermostFrames && plan.chainOrder === 'caller',
    skipsStacks: !options.children && plan.graph.style === 'none' && !asksForCallers(options),
  });
  const countsBranches = choosesBranches(
    session.recording,
    sessionOptions.offCpu === true ? false : options.branches,
  );
  const fieldOptions: FieldOptions = {
    ...options,
    children: options.children && !countsBranches,
    countsBranches,
    hasParent: options.parent !== undefined,
    hasLatency: Parallelism.isRecorded(session.recording),
    hasTracepointsOnly: hasTracepointsOnly(session),
  };
  const fields = parseReportFields(fieldOptions);
  if (options.header) printText(headerText(session.recording, options.header));
  if (options.header?.only) return 0;
  const branch = new BranchReader(session);
  const formatTrace = traceFormatter(session, options.behaviours.tracepoints);
  const { timeQuantumNs } = options;
  const socketOf = socketsOf(session.recording);
  const sources = { formatTrace, branch, countsBranches, socketOf, timeQuantumNs };
  const collected = collectProfile(session, {
    details: keysOf(fields.sortColumns).flatMap(({ tells }) =>
      tells.of === 'sample' ? [tells.record(sources)] : [],
    ),
    branches: countsBranches ? { reader: branch, hidesUnresolved: options.hidesUnresolved } : undefined,
  });
  // What reading left behind would add to what the tables take.
  if (collected.profile.stacks.count + session.frames.count > MANY_FRAMES) await collectGarbage();
  const report = buildReport(session, collected, plan, options, fieldOptions);
  if (options.format === 'json') {
    finishOutput(output, formatReportJson(report, session, sessionOptions.input));
  } else if (options.format === 'csv') finishOutput(output, formatReportCsv(report, session));
  else printReport(session, report, plan.graph, options, collected.facts.branches?.statistics);
  return finishRun(session, { needsStacks: !session.options.skipsStacks });
}

/**
 * Whether branches are counted in place of samples: those that `perf record -b` asked for. The branches of `--call-graph lbr` are stacks
 * and have no feature of that name; where user stacks were copied, perf counts samples. Of a pipe it does not know in time.
 */
export function choosesBranches(
  { events, header, features }: Recording,
  asked: boolean | undefined,
): boolean {
  if (asked === false) return false;
  if (asked === undefined) {
    const copiesStacks = events.some(({ attr }) => (attr.sampleType & PERF_SAMPLE_STACK_USER) !== 0);
    return !header.isPipe && features.numbers.includes(Feature.BRANCH_STACK) && !copiesStacks;
  }
  if (!events.some(({ attr }) => (attr.sampleType & PERF_SAMPLE_BRANCH_STACK) !== 0)) {
    throw new UsageError('-b: the recording has no branches; record with perf record -b');
  }
  return true;
}

/** Which socket a CPU is in, by the header; -1 where that does not tell. */
function socketsOf(recording: Recording): (cpu: number) => number {
  const counts = recording.openFeature(Feature.NRCPUS);
  const topology = recording.openFeature(Feature.CPU_TOPOLOGY);
  const cpus = counts && topology && parseCpuTopology(topology, parseCpuCounts(counts).available).cpus;
  return (cpu) => cpus?.[cpu]?.socket ?? -1;
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
  branches: BranchStatistics | undefined,
): void {
  const out = new ByteWriter(standardOutput);
  const { filter } = session.options;
  const { fields, elided, children } = report.options;
  const { lines } = elideColumns(fields.columns, filter);
  if (!options.isQuiet && !options.header) out.writeText(fitText(HEADER_HINT));
  if (report.tables.every(({ histograms }) => histograms.every(({ allSamples }) => allSamples === 0))) {
    writeError(`perf-sframe: there are no samples to report\n`);
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
  if (branches) out.writeText(branchStatisticsText(branches));
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
