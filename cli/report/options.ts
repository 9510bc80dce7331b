/** The options of `report`, as perf spells them; read apart from the command so that --help needs nothing else. */

import type { Argv } from 'yargs';
import { UsageError } from '../../profile';
import { behavioursOf } from '../as-perf';
import { parseNumberOption } from '../number-option';
import { addInputs } from '../inputs';
import { addOffCpuOption, addSessionOptions } from '../options';
import { addHeaderOptions, headerChoice, type HeaderArguments } from '../header/header-options';
import { addPageFormat, requireNoFile } from './page-options';
import type { ReportCommandOptions } from './plan';

/** Adds the options that `report` has. */
export function addReportOptions<T>(yargs: Argv<T>) {
  const shared = addOffCpuOption(addPageFormat(addHeaderOptions(addSessionOptions(addInputs(yargs)))));
  return addGraphOptions(addTableOptions(shared))
    .option('symbol-filter', {
      type: 'string',
      describe: 'only lines of functions whose names contain this',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('percentage', {
      choices: ['absolute', 'relative'] as const,
      requiresArg: true,
      default: 'absolute',
      describe: 'with filters: percentages of all samples or of those that are left',
      group: 'Filters:',
    })
    .alias('c', 'comms')
    .alias('d', 'dsos')
    .example('$0 report', 'where the time of ./perf.data goes, callees included')
    .example('$0 report --no-children -g caller', 'what was running, and who called it')
    .example('$0 report --no-children -g none -s dso', 'time by binary')
    .example('$0 report -g folded,0', 'all stacks, one line each')
    .example('$0 report --format html -o report.html', 'all of it as a page for the browser')
    .example('$0 report recordings/ --no-children -g none -s sym', 'functions of all recordings of a folder');
}

/** Adds which lines and columns the table has. */
function addTableOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('sort', {
      alias: 's',
      type: 'string',
      describe: 'what a line is: comm,dso,sym, pid, tgid, cpu, weight, parent…; +cpu adds to the default',
      group: 'Table:',
      requiresArg: true,
    })
    .option('fields', {
      alias: 'F',
      type: 'string',
      describe: 'columns: overhead,overhead_children,sample,period,comm,dso,sym…; +period adds',
      group: 'Table:',
      requiresArg: true,
    })
    .option('children', {
      type: 'boolean',
      default: true,
      describe: 'count what functions call, too (--no-children: what was sampled in them)',
      group: 'Table:',
    })
    .option('percent-limit', {
      type: 'string',
      describe: 'leave out lines and branches below this',
      group: 'Table:',
      requiresArg: true,
    })
    .option('show-nr-samples', {
      alias: 'n',
      type: 'boolean',
      default: false,
      describe: 'show numbers of samples',
      group: 'Table:',
    })
    .option('show-total-period', {
      type: 'boolean',
      default: false,
      describe: 'show sums of periods',
      group: 'Table:',
    })
    .option('show-cpu-utilization', {
      type: 'boolean',
      default: false,
      describe: 'show kernel and user parts',
      group: 'Table:',
    })
    .option('hide-unresolved', {
      alias: 'U',
      type: 'boolean',
      default: false,
      describe: 'only what has a symbol',
      group: 'Table:',
    })
    .option('field-separator', {
      alias: 't',
      type: 'string',
      describe: 'between columns, instead of spaces',
      group: 'Table:',
      requiresArg: true,
    })
    .option('column-widths', {
      alias: 'w',
      type: 'string',
      describe: 'widths of columns: 10,20; 0 for the one that fits',
      group: 'Table:',
      requiresArg: true,
    })
    .option('group', {
      type: 'boolean',
      describe: 'all events in one table (--no-group: each in its own; neither: as they were recorded)',
      group: 'Table:',
    })
    .option('branch-stack', {
      alias: 'b',
      type: 'boolean',
      describe:
        'count the branches that the processor recorded in place of the samples, as is done of recordings by perf record -b ' +
        '(--no-branch-stack: count the samples)',
      group: 'Table:',
    })
    .option('full-source-path', {
      type: 'boolean',
      default: false,
      describe: 'source files with their folders',
      group: 'Table:',
    })
    .option('skip-empty', {
      type: 'boolean',
      default: true,
      describe: 'no tables of events without samples (--no-skip-empty: those, too)',
      group: 'Table:',
    })
    .option('time-quantum', {
      type: 'string',
      default: '100ms',
      describe: 'how far apart times of --sort time are: 10ms, 5us, 1s',
      group: 'Table:',
      requiresArg: true,
    })
    .option('ns', {
      type: 'boolean',
      default: false,
      describe: 'times of --sort time in nanoseconds',
      group: 'Table:',
    });
}

/** Adds what is shown of callers and callees. */
function addGraphOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('call-graph', {
      alias: 'g',
      type: 'string',
      describe:
        'callers and callees of each line: graph, fractal, flat, folded or none; least percentage, number of branches; ' +
        'caller or callee; function or address; percent, period or count. Default: graph,0.5,caller,function,percent',
      group: 'Call graphs:',
    })
    .option('inverted', {
      alias: 'G',
      type: 'boolean',
      default: false,
      describe: 'from the outermost caller inwards',
      group: 'Call graphs:',
    })
    .option('parent', {
      alias: 'p',
      type: 'string',
      describe: 'callers that --sort parent tells apart, as a pattern',
      group: 'Call graphs:',
      requiresArg: true,
    })
    .option('exclude-other', {
      alias: 'x',
      type: 'boolean',
      default: false,
      describe: 'only samples with a caller of the pattern of --parent',
      group: 'Call graphs:',
    })
    .option('ignore-callees', {
      type: 'string',
      describe: 'count what functions of this pattern call as part of them',
      group: 'Call graphs:',
      requiresArg: true,
    });
}

/** What {@link addReportOptions} parses to. */
export interface ReportArguments extends HeaderArguments {
  'as-perf': boolean;
  output?: string;
  /** 'text', 'html', 'json' or 'csv'. */
  format: string;
  sort?: string;
  fields?: string;
  children: boolean;
  'percent-limit'?: string;
  'show-nr-samples': boolean;
  'show-total-period': boolean;
  'show-cpu-utilization': boolean;
  'hide-unresolved': boolean;
  'field-separator'?: string;
  'column-widths'?: string;
  group?: boolean;
  quiet: boolean;
  'time-quantum': string;
  ns: boolean;
  /** False for --no-call-graph. */
  'call-graph'?: string | boolean;
  inverted: boolean;
  'branch-stack'?: boolean;
  parent?: string;
  'ignore-callees'?: string;
  'exclude-other': boolean;
  'full-source-path': boolean;
  'skip-empty': boolean;
  'symbol-filter'?: string;
  /** 'absolute' or 'relative'. */
  percentage: string;
}

const nanosecondsOf: Readonly<Record<string, bigint>> = {
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1000n,
  ns: 1n,
};

function parseTimeQuantum(text: string): bigint {
  const [, digits, unit] = /^(\d+)(s|ms|us|ns)$/.exec(text) ?? [];
  const quantum = digits === undefined ? 0n : BigInt(digits) * nanosecondsOf[unit];
  if (quantum === 0n)
    throw new UsageError(`--time-quantum ${text}: give a number above 0 and its unit: 10ms, 5us, 1s`);
  return quantum;
}

/** The command's options. @throws UsageError for those that make no sense */
export function reportCommandOptions(args: ReportArguments): ReportCommandOptions {
  requireNoFile(args);
  const leastPercent = args['percent-limit'];
  const separator = args['field-separator'];
  if (separator === '.') throw new UsageError('--field-separator .: names have dots; take another character');
  const columnWidths = args['column-widths'];
  if (columnWidths !== undefined && !/^\d+(,\d+)*$/.test(columnWidths)) {
    throw new UsageError(`--column-widths ${columnWidths}: give numbers between commas`);
  }
  const callGraph = args['call-graph'];
  return {
    output: args.output,
    format: args.format as ReportCommandOptions['format'],
    sort: args.sort,
    fields: args.fields,
    children: args.children,
    callGraph: callGraph === true ? '' : callGraph,
    inverted: args.inverted,
    percentLimit:
      leastPercent === undefined
        ? undefined
        : parseNumberOption('percent-limit', leastPercent, { least: 0, most: 100, hasFractions: true }),
    countsShownOnly: args.percentage === 'relative',
    showsSampleCount: args['show-nr-samples'],
    showsPeriod: args['show-total-period'],
    showsCpuUtilization: args['show-cpu-utilization'],
    hidesUnresolved: args['hide-unresolved'],
    separator,
    columnWidths,
    branches: args['branch-stack'],
    parent: args.parent,
    ignoreCallees: args['ignore-callees'],
    hidesWithoutParent: args['exclude-other'],
    showsFullSourcePath: args['full-source-path'],
    skipsEmpty: args['skip-empty'],
    symbolFilter: args['symbol-filter'],
    group: args.group,
    isQuiet: args.quiet,
    timeQuantumNs: parseTimeQuantum(args['time-quantum']),
    showsNanoseconds: args.ns,
    behaviours: behavioursOf(args['as-perf']),
    header: headerChoice(args),
  };
}
