/** From a profile to the tables of a report: which columns, what locations are, who is whose parent. */

import { PERF_SAMPLE_CALLCHAIN, PERF_SAMPLE_STACK_USER, type RecordedEvent } from '../../parser';
import type { Thread } from '../../unwinder';
import {
  type CollectedProfile,
  type LocationGrain,
  FURTHER_PLACES,
  FURTHER_MODULE,
  LocationTable,
  MOST_LOCATIONS,
  NO_MODULE,
  type Profile,
  type Session,
  shortModuleName,
  UsageError,
} from '../../profile';
import { Report } from './table/tables';
import { parseReportFields, withoutColumns, type FieldOptions, type ReportFields } from './table/fields';
import { keysOf, type ReportColumn } from './keys';
import { findParents, forgetCallees } from './table/symbol-patterns';
import type { ReportCommandOptions, ReportPlan } from './plan';
import { elideColumns, groupEvents } from './headings';

/** Of a program that runs on one processor nearly all the time, latency says nothing new. */
const MOSTLY_ALONE_PERCENT = 99;

/** @throws UsageError where something was asked for that the recording cannot tell */
export function buildReport(
  session: Session,
  collected: CollectedProfile,
  plan: ReportPlan,
  options: ReportCommandOptions,
  fieldOptions: FieldOptions,
): Report {
  const { profile } = collected;
  const { chainOrder, graph } = plan;
  const behaviours = options.behaviours.report;
  const wantsGraphs = graph.style !== 'none';
  const hasChains = session.recording.events.some(hasCallchain);
  const isWithoutChildren = behaviours.pipesHaveNoChildren && session.recording.header.isPipe;
  const children = fieldOptions.children && hasChains && !isWithoutChildren;
  const fields = chooseFields(collected, fieldOptions, children);
  if (!hasChains) requireNoChains(options.callGraph !== undefined && wantsGraphs, fields);

  const hasGraphs = hasChains && wantsGraphs && !fieldOptions.countsBranches;
  const makeLocations = (grain: LocationGrain, tellsAddresses = false): LocationTable =>
    new LocationTable(session.frames, session.mappings, session.names, {
      grain,
      tellsAddresses,
      showsFullPaths: options.showsFullSourcePath,
    });
  const grain = chooseGrain(fields, options, {
    children,
    hasGraphs,
    countsBranches: fieldOptions.countsBranches,
  });
  const tellsAddresses = fields.sortColumns.some((column) => column === 'addr' || column === 'symoff');
  const locations = makeLocations(grain, tellsAddresses);
  const points = graph.key === grain && !tellsAddresses ? locations : makeLocations(graph.key);

  const symbolOf = symbolsForPatterns(session, behaviours.searchesRecordedChainsOnly);
  if (plan.ignoredCallees) {
    forgetCallees(profile, symbolOf, plan.ignoredCallees, (frame) => isKernelFrame(session, frame));
  }
  const looksForParents = options.hidesWithoutParent || fields.sortColumns.includes('parent');
  const report = new Report(profile, {
    fields,
    elided: elideColumns(fields.columns, session.options.filter).elided,
    children,
    chainOrder,
    hasGraphs,
    sampleCounts: collected.facts.branches?.samplesByEvent,
    hidesUnresolved: options.hidesUnresolved,
    hidesWithoutParent: options.hidesWithoutParent,
    countsShownOnly: options.countsShownOnly,
    tables: groupEvents(session, options.group),
    context: {
      profile,
      locations,
      frames: session.frames,
      isKernel: (module) => session.mappings.modules[module]?.isKernel === true,
      symbolOffsetOf: (frame) => session.names.resolve(frame).symbolOffset,
      countsBranches: fieldOptions.countsBranches,
      cyclesAreSigned: behaviours.cyclesAreSigned,
      recordedKeys: keysOf(fields.sortColumns).filter(({ tells }) => tells.of === 'sample'),
      moduleName: moduleNamer(session),
      parentOfRow: looksForParents
        ? findParents(profile, symbolOf, plan.parentPattern, chainOrder)
        : () => undefined,
      cgroupPath: (low, high) => session.cgroupPath(low, high),
      showsNanoseconds: options.showsNanoseconds,
      processName: (thread) =>
        session.processes.find(thread.pid)?.displayName ?? firstThreadName(profile, thread),
    },
    points,
  });
  sayFurther(session, Math.max(locations.furtherCount, points.furtherCount));
  sayNotInLines(session, report, profile);
  return report;
}

/** How finely the lines of a report tell code apart. Of what shows no function no symbol table is opened. */
function chooseGrain(
  { sortColumns }: ReportFields,
  { symbolFilter, hidesUnresolved }: ReportCommandOptions,
  shown: { readonly children: boolean; readonly hasGraphs: boolean; readonly countsBranches: boolean },
): LocationGrain {
  if (sortColumns.some((column) => column.startsWith('src'))) return 'place';
  const looksAtNames = symbolFilter !== undefined || hidesUnresolved;
  if (looksAtNames || shown.children || shown.hasGraphs || shown.countsBranches) return 'function';
  // The column of binaries is wider, as perf's, where one of them has code without a symbol.
  const isOfThreads = keysOf(sortColumns).every(({ tells }) => tells.of === 'thread' || tells.of === 'row');
  return isOfThreads ? 'binary' : 'function';
}

/** @param count locations that are one since there are too many */
function sayFurther({ diagnostics }: Session, count: number): void {
  if (count === 0) return;
  const summary =
    `the recording has more than ${MOST_LOCATIONS} places in the code: ${count} are counted as one, ${FURTHER_PLACES}; ` +
    'report a part of it by --time, --comms or --pid';
  diagnostics.addList({ summary, lines: [], share: 1 }, true);
}

function sayNotInLines({ diagnostics }: Session, report: Report, profile: Profile): void {
  let count = profile.furtherSamples;
  for (const { histograms } of report.tables)
    for (const { furtherSamples } of histograms) count += furtherSamples;
  if (count === 0) return;
  const summary =
    `the report would have too many lines: ${count} samples are in its sums, but in no line; ` +
    'sort by less (--sort), or report a part by --time, --comms or --pid';
  diagnostics.addList({ summary, lines: [], share: 1 }, true);
}

/** Names are made once: orders compare them for each pair of entries. */
function moduleNamer({ mappings: { modules } }: Session): (module: number) => string | undefined {
  const names: string[] = [];
  return (module) => {
    if (module === FURTHER_MODULE) return FURTHER_PLACES;
    return module === NO_MODULE ? undefined : (names[module] ??= shortModuleName(modules[module].path));
  };
}

function hasCallchain(event: RecordedEvent): boolean {
  return (event.attr.sampleType & PERF_SAMPLE_CALLCHAIN) !== 0;
}

/** The columns that were asked for, without those that would have nothing to say. */
function chooseFields({ facts }: CollectedProfile, options: FieldOptions, children: boolean): ReportFields {
  const unwanted: ReportColumn[] = children ? [] : ['overhead_children', 'latency_children'];
  const alonePercent = Math.floor((facts.singleThreadedSamples * 100) / facts.totalSamples);
  if (alonePercent >= MOSTLY_ALONE_PERCENT && options.sort?.includes('latency') !== true) {
    unwanted.push('latency', 'latency_children');
  }
  return withoutColumns(parseReportFields(options), options, unwanted);
}

/** @throws UsageError where something was asked for that needs callchains */
function requireNoChains(wantsGraphs: boolean, fields: ReportFields): void {
  const remedy = 'the recording has no callchains: record with --call-graph dwarf';
  if (wantsGraphs) throw new UsageError(`-g: ${remedy}`);
  if (fields.sortColumns.includes('parent')) throw new UsageError(`--sort parent: ${remedy}`);
}

/** The names that patterns are compared with. */
function symbolsForPatterns(
  session: Session,
  searchesRecordedOnly: boolean,
): (frame: number) => string | undefined {
  const { names, unwinding, recording } = session;
  const unwindsUserFrames =
    unwinding.unwinder !== undefined &&
    recording.events.some(({ attr }) => (attr.sampleType & PERF_SAMPLE_STACK_USER) !== 0);
  // The user part of a chain is recorded, or unwound: never both.
  const asksKernelOnly = searchesRecordedOnly && unwindsUserFrames;
  return (frame) =>
    asksKernelOnly && !isKernelFrame(session, frame) ? undefined : names.resolve(frame).symbol;
}

function isKernelFrame(session: Session, frame: number): boolean {
  return session.mappings.mappings[session.frames.mapping[frame]]?.module.isKernel === true;
}

function firstThreadName(profile: Profile, thread: Thread): string {
  return profile.threads.threads.find(({ tid }) => tid === thread.pid)?.displayName ?? '';
}
