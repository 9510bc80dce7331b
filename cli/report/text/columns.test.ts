/**
 * Columns as perf 7.2 prints them: numbers by "%*.2f%%" and "%*d" (ui/hist.c), threads by "%7d:%-*s" (util/sort.c);
 * separators and widths as it prints `-F overhead,sample,pid` with `-t :` and `-w 0,0,12`.
 */
import type { Thread } from '../../../unwinder';
import type { Histogram } from '../table/histogram';
import { HistogramEntry } from '../table/histogram';
import { EntryFacts, type SortContext } from '../keys';
import { ReportColumns, type ReportLayout } from './columns';

const layout: ReportLayout = {
  columns: ['overhead', 'sample', 'tid'],
  elided: new Set(),
  separator: undefined,
  fixedWidths: [],
  children: false,
  callsOverheadSelf: false,
  filtersModules: false,
  skipsEmpty: false,
};

function entryOf(tid: number, displayName: string, selfPeriod: number, selfSamples: number): HistogramEntry {
  const thread = { tid, pid: 1, displayName } as Thread;
  return Object.assign(new HistogramEntry({ location: 0, row: 0, thread, level: '.', rowKey: 0, key: 0 }), {
    selfPeriod,
    selfSamples,
    totalPeriod: selfPeriod,
  });
}

const entries = [entryOf(123, 'a-worker', 3, 30), entryOf(4567890, 'w', 1, 5)];
const total = { allSamples: 35, totalPeriod: 4, totalLatency: 0 } as Histogram;
// Keys of threads ask for nothing of the profile.
const facts = new EntryFacts({} as SortContext);

function textOf(options: Partial<ReportLayout>): string[] {
  const columns = new ReportColumns({ ...layout, ...options }, facts, [total], entries);
  return `${columns.headings()}${entries.map((entry) => columns.line(entry)).join('')}`.split('\n');
}

test('a column is as wide as its heading and its entries; the last is padded by its text alone', () => {
  expect(textOf({})).toEqual([
    '# Overhead       Samples      Tid:Command ',
    '# ........  ............  ................',
    '#',
    '    75.00%            30      123:a-worker',
    '    25.00%             5  4567890:w       ',
    '',
  ]);
});

test('columns with separators are not padded between, and hold no separator', () => {
  expect(textOf({ separator: ':' })).toEqual([
    '# Overhead:     Samples:    Tid:Command ',
    ' 75.00% : 30         :    123.a-worker',
    ' 25.00% : 5          :4567890.w       ',
    '',
  ]);
});

test('a width that is given cuts; a column that is left out leaves no gap', () => {
  expect(textOf({ fixedWidths: [0, 0, 12], elided: new Set(['sample'] as const) })).toEqual([
    '# Overhead      Tid:Comm',
    '# ........  ............',
    '#',
    '    75.00%      123:a-wo',
    '    25.00%  4567890:w   ',
    '',
  ]);
});

test('what is called counts in its own column, or is not available', () => {
  const columns: ReportLayout['columns'] = ['overhead_children', 'overhead', 'tid'];
  const [heading, , , first] = textOf({ columns, children: true, callsOverheadSelf: true });
  expect(heading).toBe('# Children      Self      Tid:Command ');
  expect(first).toBe('    75.00%    75.00%      123:a-worker');
  expect(textOf({ columns })[3]).toBe('       N/A    75.00%      123:a-worker');
});
