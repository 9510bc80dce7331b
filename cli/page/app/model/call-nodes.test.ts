/** Trees of call nodes: what is counted where, of small stacks whose sums are known. */

import { CallTrees, NodeChildren, WHOLE, type CallNode } from './call-nodes';
import { listFunctions, markOutermost } from './function-rows';
import type { ProfileData } from './profile-data';
import { RunningCounts } from './running-counts';
import type { Selection } from './selection';
import { everything, labelOf, makeData } from './test-support/made-data';

const recursive = makeData([
  { stack: ['main', 'walk', 'walk', 'leaf'], period: 10 },
  { stack: ['main', 'walk', 'walk'], period: 5 },
  { stack: ['main', 'other', 'leaf'], period: 85 },
]);

function treesOf(data: ProfileData, selection: Selection = everything): CallTrees {
  return new CallTrees(
    data,
    new NodeChildren(data.columns.nodeParent),
    new RunningCounts(data).select(selection),
  );
}

/** A tree as lines: depth, name, total of the last recording. */
function linesOf(data: ProfileData, node: CallNode): string[] {
  const name = node.label === WHOLE ? 'all' : data.strings[data.columns.labelName[node.label]];
  return [
    `${' '.repeat(node.depth)}${name} ${node.total.join('/')}`,
    ...node.children().flatMap((child) => linesOf(data, child)),
  ];
}

test('callees: the recorded tree, heaviest first', () => {
  expect(linesOf(recursive, treesOf(recursive).callees())).toEqual([
    'all 100',
    ' main 100',
    '  other 85',
    '   leaf 85',
    '  walk 15',
    '   walk 15',
    '    leaf 10',
  ]);
});

test('sampled: functions that were sampled, and below each its callers', () => {
  expect(linesOf(recursive, treesOf(recursive).sampled())).toEqual([
    'all 100',
    ' leaf 95',
    '  other 85',
    '   main 85',
    '  walk 10',
    '   walk 10',
    '    main 10',
    ' walk 5',
    '  walk 5',
    '   main 5',
  ]);
});

test('callers and callees of a recursive function count each sample once', () => {
  const walk = labelOf(recursive, 'walk');
  expect(linesOf(recursive, treesOf(recursive).callersOf(walk))).toEqual(['walk 15', ' main 15']);
  expect(linesOf(recursive, treesOf(recursive).calleesOf(walk))).toEqual([
    'walk 15',
    ' walk 15',
    '  leaf 10',
  ]);
  expect(treesOf(recursive).calleesOf(walk).self).toEqual([5]);
});

test('functions: self and total, a recursive one once', () => {
  const counts = new RunningCounts(recursive).select(everything);
  const rows = listFunctions(recursive, markOutermost(recursive.columns), counts);
  const named = rows.map(({ label, self, total }) => [
    recursive.strings[recursive.columns.labelName[label]],
    self[0],
    total[0],
  ]);
  expect(named).toEqual([
    ['main', 0, 100],
    ['leaf', 95, 95],
    ['other', 0, 85],
    ['walk', 5, 15],
  ]);
});

test('threads and marks of cut stacks are not functions', () => {
  const data = makeData([{ stack: ['thread:worker', 'cut:[callers missing]', 'leaf'] }]);
  const rows = listFunctions(data, markOutermost(data.columns), new RunningCounts(data).select(everything));
  expect(rows.map(({ label }) => label)).toEqual([labelOf(data, 'leaf')]);
});

test('a selection counts what lies in the range, in the threads, and ends so', () => {
  const data = makeData([
    { stack: ['a'], timeUs: 0, thread: 'one', period: 1 },
    { stack: ['a'], timeUs: 10, thread: 'two', period: 2, stop: 1 },
    { stack: ['a'], timeUs: 20, thread: 'one', period: 4, count: 3 },
    { stack: ['a'], timeUs: 20, thread: 'one', period: 8, event: 1 },
  ]);
  const whole = (change: Partial<Selection>): number =>
    new RunningCounts(data).select({ ...everything, ...change }).whole[0];
  expect(whole({})).toBe(7);
  expect(whole({ range: [5, 20] })).toBe(6);
  expect(whole({ threads: new Set([0]) })).toBe(5);
  expect(whole({ stops: new Set([1]) })).toBe(2);
  expect(whole({ event: 1 })).toBe(8);
  expect(whole({ unit: 'samples' })).toBe(5);
});

test('of two recordings both are counted in one tree', () => {
  const data = makeData(
    [
      { stack: ['main', 'old'], period: 50 },
      { stack: ['main', 'same'], period: 50 },
      { stack: ['main', 'same'], period: 30, recording: 1 },
    ],
    2,
  );
  expect(linesOf(data, treesOf(data).callees())).toEqual([
    'all 100/30',
    ' main 100/30',
    '  old 50/0',
    '  same 50/30',
  ]);
});

test('of 200,000 nodes turned round only what is opened is made (bench/page.mjs says how soon)', () => {
  // 2,000 stacks of 100 functions, no two of which share a node: what is sampled are the same ten functions, called by one.
  const [stacksCount, depth] = [2000, 100];
  const many = makeData(
    Array.from({ length: stacksCount }, (_, i) => ({
      stack: Array.from({ length: depth }, (_, level) =>
        level === depth - 1 ? `leaf${i % 10}` : `f${level === 0 ? i : level}`,
      ),
      period: 1,
    })),
  );
  expect(many.columns.nodeParent.length).toBeGreaterThanOrEqual(stacksCount * depth);
  const turned = treesOf(many).sampled();
  const leaves = turned.children();
  const callers = leaves[0].children();
  expect(leaves.map(({ total }) => total)).toEqual(Array.from({ length: 10 }, () => [200]));
  expect(callers).toHaveLength(1);
});
