/** What the options of `report` mean, as far as that is known before the recording is read. */

import { type CallOrder, UsageError } from '../../profile';
import { parseGraphChoice, type GraphChoice } from './text/graph-options';
import type { Behaviours } from '../as-perf';
import type { HeaderChoice } from '../header/header-options';

/** The options of the command, as they were given. */
export interface ReportCommandOptions {
  readonly format: 'text' | 'json' | 'csv';
  /** The file to write to, of the formats for programs; undefined for standard output. */
  readonly output: string | undefined;
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
  /** True for branches in place of samples, false for samples, undefined as they were recorded. */
  readonly branches: boolean | undefined;
  readonly parent: string | undefined;
  readonly ignoreCallees: string | undefined;
  readonly hidesWithoutParent: boolean;
  readonly showsFullSourcePath: boolean;
  readonly skipsEmpty: boolean;
  readonly symbolFilter: string | undefined;
  /** True for all events in one table, false for each in its own, undefined as they were recorded. */
  readonly group: boolean | undefined;
  readonly isQuiet: boolean;
  /** Times that the key `time` tells apart are so many nanoseconds apart. */
  readonly timeQuantumNs: bigint;
  /** Times of the key `time` are printed to the nanosecond. */
  readonly showsNanoseconds: boolean;
  readonly behaviours: Behaviours;
  readonly header: HeaderChoice | undefined;
}

/** What the options mean, checked before the recording is read. */
export interface ReportPlan {
  readonly graph: GraphChoice;
  readonly chainOrder: CallOrder;
  readonly parentPattern: RegExp;
  readonly ignoredCallees: RegExp | undefined;
}

const DEFAULT_PARENT_PATTERN = '^sys_|^do_page_fault';

/** @throws UsageError for options that make no sense */
export function planReport(options: ReportCommandOptions): ReportPlan {
  const { callGraph, inverted, children, parent, ignoreCallees } = options;
  const graph = parseGraphChoice(callGraph === false ? 'none' : (callGraph ?? ''));
  return {
    graph,
    chainOrder: inverted ? 'caller' : (graph.order ?? (children ? 'caller' : 'callee')),
    parentPattern: parsePattern('--parent', parent ?? DEFAULT_PARENT_PATTERN),
    ignoredCallees: ignoreCallees === undefined ? undefined : parsePattern('--ignore-callees', ignoreCallees),
  };
}

function parsePattern(option: string, pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    throw new UsageError(`${option} ${pattern}: that is not a regular expression`);
  }
}

/** Whether options besides graphs look at stacks. */
export function asksForCallers(options: ReportCommandOptions): boolean {
  const { sort, fields, parent, ignoreCallees, hidesWithoutParent } = options;
  // The key "parent" may be shortened to any beginning.
  const mayName = [sort, fields].some((keys) =>
    keys?.split(/[^a-z]+/i).some((key) => /^p(?:a(?:r(?:e(?:nt?)?)?)?)?$/i.test(key)),
  );
  return mayName || hidesWithoutParent || parent !== undefined || ignoreCallees !== undefined;
}
