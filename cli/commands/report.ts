/** `perf-sframe report`: where the time goes, as `perf report --stdio` prints it. */

import { PERF_SAMPLE_CALLCHAIN, PERF_SAMPLE_STACK_USER, type RecordedEvent } from '../../parser';
import type { Thread } from '../../unwinder';
import { UsageError } from '../diagnostics';
import { ByteWriter, descriptorSink } from '../output/byte-writer';
import { printable } from '../output/printable';
import { parseGraphChoice, type GraphChoice } from '../output/report-graph-options';
import { GraphText } from '../output/report-graph-text';
import { ReportText } from '../output/report-text';
import { readEventGroups } from '../pipeline/event-groups';
import { Session, type SessionOptions } from '../pipeline/session';
import { collectProfile } from '../profile/collect-profile';
import { LocationTable, type LocationGrain } from '../profile/location-table';
import { shortModuleName } from '../profile/module-names';
import { Parallelism } from '../profile/parallelism';
import type { Profile } from '../profile/profile';
import { Report, type ReportTable } from '../profile/report';
import {
  isNumberColumn,
  parseReportFields,
  withoutColumns,
  type FieldOptions,
  type ReportColumn,
  type ReportFields,
} from '../profile/report-fields';
import { findParents, forgetCallees } from '../profile/symbol-patterns';
import { headerText, type HeaderChoice } from './header-options';
import { finishRun } from './finish-run';

/** The options of the command, as they were given. */
export interface ReportCommandOptions {
  readonly sort: string | undefined;
  readonly fields: string | undefined;
  readonly children: boolean;
  /** The argument of -g: empty for none, false for --no-call-graph, undefined where the option is not given. */
  readonly callGraph: string | false | undefined;
  readonly inverted: boolean;
  readonly percentLimit: number | undefined;
  /** Percentages are of the samples that filters leave, not of all. */
  readonly countsShownOnly: boolean;
  readonly showsSampleCount: boolean;
  readonly showsPeriod: boolean;
  readonly showsCpuUtilization: boolean;
  readonly hidesUnresolved: boolean;
  readonly separator: string | undefined;
  readonly columnWidths: string | undefined;
  readonly parent: string | undefined;
  readonly ignoreCallees: string | undefined;
  readonly hidesWithoutParent: boolean;
  readonly showsFullSourcePath: boolean;
  readonly skipsEmpty: boolean;
  readonly symbolFilter: string | undefined;
  /** True for all events in one table, false for each in its own, undefined as they were recorded. */
  readonly group: boolean | undefined;
  readonly isQuiet: boolean;
  readonly header: HeaderChoice | undefined;
}

const DEFAULT_PARENT_PATTERN = '^sys_|^do_page_fault';
const DEFAULT_LEAST_GRAPH_PERCENT = 0.5;
/** Of a program that runs on one processor nearly all the time, latency says nothing new. */
const MOSTLY_ALONE_PERCENT = 99;
const HEADER_HINT = '# To display the perf.data header info, please use --header/--header-only options.\n#\n';

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runReport(
  sessionOptions: SessionOptions,
  options: ReportCommandOptions,
): Promise<number> {
  // Reading takes long: what is wrong with the options is said before.
  const graphChoice = parseGraphChoice(options.callGraph === false ? 'none' : (options.callGraph ?? ''));
  const parentPattern = parsePattern('--parent', options.parent ?? DEFAULT_PARENT_PATTERN);
  const ignored =
    options.ignoreCallees === undefined ? undefined : parsePattern('--ignore-callees', options.ignoreCallees);
  const chainOrder = options.inverted
    ? 'caller'
    : (graphChoice.order ?? (options.children ? 'caller' : 'callee'));
  const session = await Session.open({
    ...sessionOptions,
    keepsExitedThreads: true,
    keepsOutermost: sessionOptions.asPerf && chainOrder === 'caller',
    skipsStacks: !options.children && graphChoice.style === 'none' && !asksForCallers(options),
  });
  const fieldOptions: FieldOptions = {
    ...options,
    hasParent: options.parent !== undefined,
    hasLatency: Parallelism.isRecorded(session.recording),
  };
  const wanted = parseReportFields(fieldOptions);
  if (options.header) process.stdout.write(headerText(session.recording, options.header));
  if (options.header?.only) return 0;
  const { profile, facts } = collectProfile(session, wanted.sortColumns.includes('cpu'));

  const hasChains = session.recording.events.some(hasCallchain);
  if (!hasChains) requireNoChains(options.callGraph !== undefined && graphChoice.style !== 'none', wanted);
  // Reading a pipe, perf does not know yet whether there will be callchains when it decides.
  const isUndecided = sessionOptions.asPerf && session.recording.header.isPipe;
  const children = options.children && hasChains && !isUndecided;
  const unwanted: ReportColumn[] = children ? [] : ['overhead_children', 'latency_children'];
  const ranAlone =
    Math.floor((facts.singleThreadedSamples * 100) / facts.totalSamples) >= MOSTLY_ALONE_PERCENT;
  if (ranAlone && options.sort?.includes('latency') !== true) unwanted.push('latency', 'latency_children');
  const fields = withoutColumns(wanted, fieldOptions, unwanted);
  const makeLocations = (grain: LocationGrain): LocationTable =>
    new LocationTable(session.frames, session.mappings, session.names, {
      grain,
      mergesUnknownLines: sessionOptions.asPerf,
      showsFullPaths: options.showsFullSourcePath,
    });
  const grain = fields.sortColumns.includes('srcline') ? 'place' : 'function';
  const locations = makeLocations(grain);
  const { key } = graphChoice;
  const points = key === grain ? locations : makeLocations(key);
  const unwindsUserFrames =
    session.unwinder !== undefined &&
    session.recording.events.some(({ attr }) => (attr.sampleType & PERF_SAMPLE_STACK_USER) !== 0);
  const symbolOf = (frame: number): string | undefined =>
    // perf asks recorded chains for patterns, not what it unwinds itself.
    sessionOptions.asPerf && unwindsUserFrames && !isKernelFrame(session, frame)
      ? undefined
      : session.names.resolve(frame).symbol;
  if (ignored) forgetCallees(profile, symbolOf, ignored, (frame) => isKernelFrame(session, frame));
  const report = new Report(profile, {
    fields,
    children,
    chainOrder,
    hasGraphs: hasChains && graphChoice.style !== 'none',
    hidesUnresolved: options.hidesUnresolved,
    hidesWithoutParent: options.hidesWithoutParent,
    countsShownOnly: options.countsShownOnly,
    tables: groupEvents(session, options.group),
    context: {
      profile,
      locations,
      moduleName: (module) => {
        const path = session.mappings.modules[module]?.path;
        return path === undefined ? undefined : shortModuleName(path);
      },
      parentOfRow:
        options.hidesWithoutParent || fields.sortColumns.includes('parent')
          ? findParents(profile, symbolOf, parentPattern, chainOrder)
          : () => undefined,
      processName: (thread) =>
        session.processes.find(thread.pid)?.displayName ?? firstThreadName(profile, thread),
    },
    points,
  });
  printReport(session, report, sessionOptions, options, graphChoice);
  return finishRun(session);
}

function printReport(
  session: Session,
  report: Report,
  sessionOptions: SessionOptions,
  options: ReportCommandOptions,
  graphChoice: GraphChoice,
): void {
  const out = new ByteWriter(descriptorSink(1));
  const { fields, children } = report.options;
  const { elided, lines } = elideColumns(fields.columns, sessionOptions);
  if (!options.isQuiet) {
    if (!options.header) out.writeText(HEADER_HINT);
    out.writeText(lines);
    out.writeText(`#\n# Total Lost Samples: ${session.lostSamples}\n#\n`);
  }
  const { style } = graphChoice;
  const { points } = report.options;
  const pointText = GraphText.namer(points, (frame) => session.names.addressText(frame));
  const text = new ReportText(out, report, {
    layout: {
      columns: fields.columns,
      elided,
      separator: options.separator,
      fixedWidths: (options.columnWidths ?? '').split(',').filter(Boolean).map(Number),
      children,
      callsOverheadSelf: fields.callsOverheadSelf,
      filtersModules: sessionOptions.filter.dsos !== undefined,
      skipsEmpty: options.skipsEmpty,
    },
    graph:
      style === 'none' || !report.options.hasGraphs
        ? undefined
        : {
            style,
            text: new GraphText(pointText, {
              style,
              value: graphChoice.value,
              printLimit: graphChoice.printLimit,
              skipsFirst: options.fields === undefined && options.sort?.startsWith('sym') === true,
              separator: options.separator ?? ';',
            }),
          },
    leastGraphPercent: graphChoice.leastPercent ?? options.percentLimit ?? DEFAULT_LEAST_GRAPH_PERCENT,
    leastPercent: options.percentLimit ?? 0,
    symbolFilter: options.symbolFilter,
    asPerf: sessionOptions.asPerf,
    isQuiet: options.isQuiet,
  });
  for (const table of report.tables) {
    if (table.histograms[0].allSamples > 0 || !options.skipsEmpty) {
      text.writeTable(table, titleOf(table, session, options));
    }
  }
  out.flush();
}

function hasCallchain(event: RecordedEvent): boolean {
  return (event.attr.sampleType & PERF_SAMPLE_CALLCHAIN) !== 0;
}

/** @throws UsageError where something was asked for that needs callchains */
function requireNoChains(wantsGraphs: boolean, fields: ReportFields): void {
  const remedy = 'the recording has no callchains: record with --call-graph dwarf';
  if (wantsGraphs) throw new UsageError(`-g: ${remedy}`);
  if (fields.sortColumns.includes('parent')) throw new UsageError(`--sort parent: ${remedy}`);
}

/** Whether options besides graphs look at stacks. */
function asksForCallers(options: ReportCommandOptions): boolean {
  const { sort, fields, parent, ignoreCallees, hidesWithoutParent } = options;
  // The key "parent" may be shortened to any beginning.
  const mayName = [sort, fields].some((keys) => keys?.split(/[^a-z]+/i).some((key) => /^pa?r?/i.test(key)));
  return mayName || hidesWithoutParent || parent !== undefined || ignoreCallees !== undefined;
}

function parsePattern(option: string, pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    throw new UsageError(`${option} ${pattern}: that is no regular expression`);
  }
}

function isKernelFrame(session: Session, frame: number): boolean {
  return session.mappings.mappings[session.frames.mapping[frame]]?.module.isKernel === true;
}

function firstThreadName(profile: Profile, thread: Thread): string {
  return profile.threads.threads.find(({ tid }) => tid === thread.pid)?.displayName ?? '';
}

/** The events of each table. */
function groupEvents(session: Session, group: boolean | undefined): number[][] {
  const { recording } = session;
  const all = recording.events.map(({ index }) => index);
  if (group === true) return all.length > 0 ? [all] : [];
  if (group === false) return all.map((event) => [event]);
  const groups = readEventGroups(recording);
  const tables: number[][] = [];
  for (const event of all) {
    const ofEvent = groups.find(({ events }) => events.includes(event));
    if (!ofEvent) tables.push([event]);
    else if (ofEvent.events[0] === event) tables.push([...ofEvent.events]);
  }
  return tables;
}

/** What a table is of: "event 'cycles'", "events 'anon group { cycles, instructions }'". */
function titleOf(
  table: ReportTable,
  session: Session,
  { group: isForced, skipsEmpty }: ReportCommandOptions,
): string {
  const { recording } = session;
  const nameOf = (event: number): string => printable(recording.events[event].name ?? 'unknown');
  const [leader] = table.events;
  const group = readEventGroups(recording).find(({ events }) => events[0] === leader);
  if (table.events.length === 1) {
    // Perf says "events" of the leader of a group even where --no-group shows it alone.
    return `${group ? 'events' : 'event'} '${nameOf(leader)}'`;
  }
  const names = table.events.filter((_, i) => table.histograms[i].allSamples > 0 || !skipsEmpty).map(nameOf);
  if (isForced) return `events '${names.join(', ')}'`;
  return `events '${printable(group?.name ?? 'anon group')} { ${names.join(', ')} }'`;
}

/** Columns in which every line would say the same, since a filter asks for one name; and what is said instead. */
function elideColumns(
  columns: readonly ReportColumn[],
  { filter }: SessionOptions,
): { elided: ReadonlySet<ReportColumn>; lines: string } {
  const filters: Partial<Record<ReportColumn, [name: string, value: string | undefined]>> = {
    symbol: ['symbol', filter.symbols],
    dso: ['dso', filter.dsos],
    comm: ['comm', filter.comms],
    comm_nodigit: ['comm', filter.comms],
  };
  const elided = new Set<ReportColumn>();
  let lines = '';
  for (const column of columns) {
    const [name, value] = filters[column] ?? [];
    if (value === undefined || value.includes(',')) continue;
    elided.add(column);
    lines += `# ${name}: ${printable(value)}\n`;
  }
  // Something must be left to say what a line counts.
  const keys = columns.filter((column) => !isNumberColumn(column));
  return { elided: keys.every((column) => elided.has(column)) ? new Set() : elided, lines };
}
