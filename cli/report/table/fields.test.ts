import { UsageError } from '../../../profile/session/usage-error';
import { parseReportFields, withoutColumns, type FieldOptions } from './fields';

const plain: FieldOptions = {
  children: true,
  showsSampleCount: false,
  showsPeriod: false,
  showsCpuUtilization: false,
  hasLatency: false,
  hasTracepointsOnly: false,
  countsBranches: false,
  hasParent: false,
};

function columns(options: Partial<FieldOptions>): string {
  return parseReportFields({ ...plain, ...options }).columns.join(' ');
}

// Each as the headings that perf 7.2 prints for the same options.
test.each<[Partial<FieldOptions>, string]>([
  [{}, 'overhead_children overhead comm dso symbol'],
  [{ children: false }, 'overhead comm dso symbol'],
  [{ showsSampleCount: true, showsPeriod: true }, 'overhead_children overhead sample period comm dso symbol'],
  [{ hasTracepointsOnly: true }, 'overhead_children overhead trace'],
  [{ hasTracepointsOnly: true, sort: '+comm' }, 'overhead_children overhead trace comm'],
  [{ hasTracepointsOnly: true, sort: 'comm' }, 'overhead_children overhead comm'],
  [{ sort: 'sym' }, 'overhead_children overhead symbol'],
  [{ sort: 'symbol' }, 'overhead_children overhead symbol ipc_null'],
  [{ sort: 'pid,s' }, 'overhead_children overhead pid symbol'],
  [{ sort: '+cpu' }, 'overhead_children overhead comm dso symbol cpu'],
  [{ sort: 'overhead,sym' }, 'overhead symbol'],
  [{ sort: 'dso dso,{sym,dso}' }, 'overhead_children overhead dso symbol'],
  [{ fields: 'overhead,sample,comm,dso,sym' }, 'overhead sample comm dso symbol'],
  [{ fields: 'sym,overhead' }, 'symbol overhead'],
  [{ fields: '+period' }, 'overhead_children overhead period comm dso symbol'],
  [{ fields: 'dso,sample', sort: 'sym' }, 'dso sample symbol'],
  [{ hasParent: true }, 'overhead_children overhead comm dso symbol parent'],
  [{ hasLatency: true }, 'overhead_children latency_children overhead latency comm dso symbol'],
  [{ showsCpuUtilization: true, children: false }, 'overhead overhead_sys overhead_us comm dso symbol'],
])('%j', (options, expected) => {
  expect(columns(options)).toBe(expected);
});

test('columns that are only shown sort last', () => {
  const { sortColumns } = parseReportFields({ ...plain, sort: 'dso', showsPeriod: true });
  expect(sortColumns).toEqual(['overhead_children', 'overhead', 'dso', 'period']);
});

test.each<[Partial<FieldOptions>, RegExp]>([
  [{ sort: 'colour' }, /--sort colour: there is no such key/],
  [{ fields: 'colour' }, /--fields colour: there is no such key/],
  [{ sort: 'simd' }, /--sort simd: perf has this key, perf-sframe does not: it is of traces of Arm SPE/],
  [{ sort: 'dcacheline' }, /--sort dcacheline: memory access samples/],
  [{ fields: 'ins_lat' }, /--fields ins_lat: .* averages of weights are not counted/],
  [{ sort: '+' }, /name the keys/],
  [{ fields: '+' }, /name the fields/],
  [{ sort: 'latency' }, /--latency/],
])('%j is refused', (options, message) => {
  const parse = (): string => columns(options);
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(message);
});

test('without callchains the column with children goes, and Self is Overhead again', () => {
  const fields = withoutColumns(parseReportFields(plain), plain, ['overhead_children']);
  expect(fields.columns).toEqual(['overhead', 'comm', 'dso', 'symbol']);
  expect(fields.callsOverheadSelf).toBe(false);
});

test('a column that --fields names stays', () => {
  const options = { ...plain, fields: 'overhead_children,sym' };
  expect(withoutColumns(parseReportFields(options), options, ['overhead_children']).columns).toEqual([
    'overhead_children',
    'symbol',
  ]);
});
