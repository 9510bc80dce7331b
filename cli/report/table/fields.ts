/**
 * The options --sort and --fields of `perf report`: which columns a table has, and by which it is sorted. Names may be
 * shortened to any beginning and are looked up in perf's order, so that a short one means what it means to perf
 * (perf 7.2: tools/perf/util/sort.c setup_sorting, tools/perf/ui/hist.c perf_hpp__init).
 */

import { UsageError } from '../../../profile';
import { type NumberColumn, numberKeys, type ReportColumn, sortKeys } from '../keys';

/** Columns that hold numbers, in perf's order. */
const numberNames = [
  'overhead', 'latency', 'overhead_sys', 'overhead_us', 'overhead_guest_sys', 'overhead_guest_us',
  'overhead_children', 'latency_children', 'sample', 'period', 'weight1', 'weight2', 'weight3', 'ins_lat',
  'retire_lat', 'p_stage_cyc',
] as const; // prettier-ignore

/** Columns that say what is counted, in perf's order. */
const keyNames = [
  'pid', 'tgid', 'comm', 'comm_nodigit', 'dso', 'symbol', 'parent', 'cpu', 'socket', 'srcline', 'srcfile',
  'local_weight', 'weight', 'transaction', 'trace', 'symbol_size', 'dso_size', 'cgroup', 'cgroup_id', 'ipc_null',
  'time', 'code_page_size', 'local_ins_lat', 'ins_lat', 'local_p_stage_cyc', 'p_stage_cyc', 'addr',
  'local_retire_lat', 'retire_lat', 'simd', 'type', 'typeoff', 'symoff', 'typecln', 'parallelism',
] as const; // prettier-ignore

/** Those of branches, in perf's order, which only mean something where branches are counted. */
const branchNames = [
  'dso_from', 'dso_to', 'symbol_from', 'symbol_to', 'mispredict', 'in_tx', 'abort', 'cycles', 'srcline_from',
  'srcline_to', 'ipc_lbr', 'addr_from', 'addr_to', 'callchain_branch_predicted', 'callchain_branch_abort',
  'callchain_branch_cycles',
] as const; // prettier-ignore

/** Those of accesses to memory, which perf has for --mem-mode alone. */
const memoryNames = [
  'symbol_daddr', 'dso_daddr', 'locked', 'tlb', 'mem', 'snoop', 'dcacheline', 'symbol_iaddr', 'phys_daddr',
  'data_page_size', 'blocked',
] as const; // prettier-ignore

const ofAverages =
  'averages of weights are not counted; --sort local_weight, local_ins_lat or local_retire_lat tells them apart';
const ofGuests = 'recordings of guests are not followed here';
const ofDataTypes = 'it needs the types of variables, which are not read';
const ofBranchChains = 'branches within stacks are not counted; report -b counts branches';

/** Why keys of perf are not done here. */
const reasons: Readonly<Record<string, string>> = {
  overhead_guest_sys: ofGuests,
  overhead_guest_us: ofGuests,
  weight1: ofAverages,
  weight2: ofAverages,
  weight3: ofAverages,
  ins_lat: ofAverages,
  retire_lat: ofAverages,
  p_stage_cyc: ofAverages,
  dso_size: 'it is the size of a mapping, which is not kept; script --show-mmap-events prints it',
  cgroup_id:
    'namespaces are not counted; script --show-namespace-events prints them, --sort cgroup tells cgroups apart',
  simd: 'it is of traces of Arm SPE, which are not decoded',
  type: ofDataTypes,
  typeoff: ofDataTypes,
  typecln: ofDataTypes,
  parallelism: 'how many threads ran is counted in --sort latency, not told apart',
  ipc_lbr: 'it needs the instructions of functions: there is no disassembler here',
  callchain_branch_predicted: ofBranchChains,
  callchain_branch_abort: ofBranchChains,
  callchain_branch_cycles: ofBranchChains,
};

export interface FieldOptions {
  /** --sort; begins with + to add to the default. */
  readonly sort?: string;
  /** --fields; begins with + to add to the default. */
  readonly fields?: string;
  /** Whether entries count what they call, too. */
  readonly children: boolean;
  readonly showsSampleCount: boolean;
  readonly showsPeriod: boolean;
  readonly showsCpuUtilization: boolean;
  /** Whether the recording tells latencies. */
  readonly hasLatency: boolean;
  /** Whether all events are tracepoints: what they recorded is the default key then. */
  readonly hasTracepointsOnly: boolean;
  /** Whether what is counted are branches. */
  readonly countsBranches: boolean;
  /** --parent was given: tables get that column. */
  readonly hasParent: boolean;
}

export interface ReportFields {
  readonly columns: readonly ReportColumn[];
  /** Most significant first. */
  readonly sortColumns: readonly ReportColumn[];
  /** Whether numbers of the samples themselves go by the name "Self": beside a column with children. */
  readonly callsOverheadSelf: boolean;
}

const allColumns = [...Object.keys(sortKeys), ...Object.keys(numberKeys)] as ReportColumn[];

const DEFAULT_SORT = 'comm,dso,symbol';
const DEFAULT_SORT_OF_TRACEPOINTS = 'trace';
const DEFAULT_SORT_OF_BRANCHES = 'comm,dso_from,symbol_from,symbol_to,cycles';

/** The same without some columns, unless --fields or --sort name them: then they stay and say what they can. */
export function withoutColumns(
  fields: ReportFields,
  options: FieldOptions,
  unwanted: readonly ReportColumn[],
): ReportFields {
  if (options.fields !== undefined && !options.fields.startsWith('+')) return fields;
  // Sorted by these, a table has none but those that are named.
  if (options.sort?.includes('overhead')) return fields;
  const keep = (column: ReportColumn): boolean => !unwanted.includes(column);
  return {
    columns: fields.columns.filter(keep),
    sortColumns: fields.sortColumns.filter(keep),
    callsOverheadSelf: fields.callsOverheadSelf && keep('overhead_children'),
  };
}

/** The columns that the options ask for. @throws UsageError for keys that do not exist or are not known here */
export function parseReportFields(options: FieldOptions): ReportFields {
  const isStrict = options.fields !== undefined && !options.fields.startsWith('+');
  const sortColumns = parseSort(options, isStrict);
  const columns = new Set<ReportColumn>();
  const callsOverheadSelf = options.children && !isStrict;
  if (!isStrict) {
    for (const column of implicitColumns(options)) if (sortColumns.has(column)) columns.add(column);
    if (options.showsCpuUtilization) columns.add('overhead_sys').add('overhead_us');
    if (options.showsSampleCount) columns.add('sample');
    if (options.showsPeriod) columns.add('period');
  }
  if (options.fields !== undefined) {
    const list = options.fields.replace(/^\+/, '');
    if (list === '') throw new UsageError('--fields +: name the fields to add');
    for (const word of splitWords(list, /[, ]+/)) {
      columns.add(findColumn(word, '--fields', [numberNames, keyNames, branchNames], options));
    }
  }
  for (const column of sortColumns) columns.add(column);
  for (const column of columns) sortColumns.add(column);
  return { columns: [...columns], sortColumns: [...sortColumns], callsOverheadSelf };
}

/** The numbers that tables have without being asked for. */
function implicitColumns({ children, hasLatency }: FieldOptions): NumberColumn[] {
  const columns: NumberColumn[] = [];
  if (children) columns.push('overhead_children');
  if (children && hasLatency) columns.push('latency_children');
  columns.push('overhead');
  if (hasLatency) columns.push('latency');
  return columns;
}

function defaultSort({ countsBranches, hasTracepointsOnly }: FieldOptions): string {
  if (countsBranches) return DEFAULT_SORT_OF_BRANCHES;
  return hasTracepointsOnly ? DEFAULT_SORT_OF_TRACEPOINTS : DEFAULT_SORT;
}

function parseSort(options: FieldOptions, fieldsAreStrict: boolean): Set<ReportColumn> {
  const columns = new Set<ReportColumn>();
  const defaultKeys = defaultSort(options);
  let keys = options.sort;
  if (keys === '+') throw new UsageError('--sort +: name the keys to add');
  // Said at length, the symbol brings an empty column for instructions per cycle along.
  if (keys?.includes('symbol')) keys += ',ipc_null';
  if (keys?.startsWith('+')) keys = `${defaultKeys},${keys.slice(1)}`;
  if (keys !== undefined || !fieldsAreStrict) {
    keys ??= defaultKeys;
    if (!fieldsAreStrict && !keys.includes('overhead') && !keys.includes('latency')) {
      keys = [...implicitColumns(options), keys].join(',');
    }
    for (const word of splitWords(keys, /[{}, ]+/)) {
      columns.add(findColumn(word, '--sort', [keyNames, numberNames, branchNames], options));
    }
  }
  if (options.hasParent) columns.add('parent');
  return columns;
}

function splitWords(text: string, separator: RegExp): string[] {
  return text.split(separator).filter((word) => word !== '');
}

function findColumn(
  word: string,
  option: string,
  lists: readonly (readonly string[])[],
  { hasLatency, countsBranches }: FieldOptions,
): ReportColumn {
  const lower = word.toLowerCase();
  // perf has no such key: its "pid" is the thread's. Both words show the same.
  if (lower === 'tid') return 'tid';
  for (const list of lists) {
    const name = list.find((candidate) => candidate.startsWith(lower));
    if (name === undefined) continue;
    if (list === branchNames && !countsBranches) {
      throw new UsageError(
        `${option} ${word}: branches are counted only where they were recorded, by perf record -b, and without --no-branch-stack`,
      );
    }
    // Of names that keys and numbers share, the numbers are not done.
    const isNumber = list === numberNames && !(name in numberKeys);
    const known = isNumber ? undefined : allColumns.find((column) => column === name);
    if (known?.startsWith('latency') && !hasLatency) {
      throw new UsageError(`${option} ${word}: record with --latency to know how many threads run at a time`);
    }
    if (known !== undefined) return known;
    throw new UsageError(`${option} ${word}: perf has this key, perf-sframe does not: ${reasons[name]}`);
  }
  if (memoryNames.some((name) => name.startsWith(lower))) {
    throw new UsageError(
      `${option} ${word}: memory access samples (--mem-mode of perf) are not analysed here`,
    );
  }
  throw new UsageError(`${option} ${word}: there is no such key (known: ${knownNames()})`);
}

function knownNames(): string {
  return allColumns.filter((column) => column !== 'ipc_null').join(', ');
}
