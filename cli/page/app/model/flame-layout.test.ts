/** Geometry of flame graphs. */

import { CallTrees, NodeChildren } from './call-nodes';
import { boxAt, layOut } from './flame-layout';
import { RunningCounts } from './running-counts';
import { everything, makeData } from './test-support/made-data';

const data = makeData([
  { stack: ['main', 'wide'], period: 750 },
  { stack: ['main', 'narrow'], period: 249 },
  ...Array.from({ length: 10 }, (_, i) => ({ stack: ['main', `tiny${i}`], period: 0.1 })),
]);
const trees = new CallTrees(
  data,
  new NodeChildren(data.columns.nodeParent),
  new RunningCounts(data).select(everything),
);
const root = trees.callees();
const weigh = (node: { total: readonly number[] }): number => node.total[0];
const nameAt = (row: number, x: number): string | undefined => {
  const box = boxAt(layOut(root, 1000, weigh), row, x);
  return box && (box.node.label < 0 ? 'all' : data.strings[data.columns.labelName[box.node.label]]);
};

test('boxes lie side by side, as wide as what they count', () => {
  const { boxes } = layOut(root, 1000, weigh);
  const [all, main, wide, narrow] = boxes;
  expect([all, main].map(({ left, width }) => [left, Math.round(width)])).toEqual([
    [0, 1000],
    [0, 1000],
  ]);
  expect([wide.left, wide.width, narrow.left, narrow.width].map(Math.round)).toEqual([0, 750, 750, 249]);
});

test('what is too narrow to draw is marked as one remainder', () => {
  const { boxes, remainders } = layOut(root, 1000, weigh);
  expect(boxes).toHaveLength(4);
  expect(remainders).toHaveLength(1);
  expect(remainders[0].width).toBeCloseTo(1);
});

test('a place leads to its box', () => {
  expect([
    nameAt(0, 5),
    nameAt(2, 749),
    nameAt(2, 751),
    nameAt(2, 999.5),
    nameAt(3, 5),
    nameAt(9, 5),
  ]).toEqual(['all', 'wide', 'narrow', undefined, undefined, undefined]);
});

test('zoomed in, callers are above at full width', () => {
  const narrow = root.children()[0].children()[1];
  const { boxes } = layOut(narrow, 500, weigh);
  expect(boxes.map(({ isAbove, width }) => [isAbove, Math.round(width)])).toEqual([
    [true, 500],
    [true, 500],
    [false, 500],
  ]);
});

test('200,000 boxes are laid out', () => {
  const many = makeWide(200_000);
  const layout = layOut(many, 200_000, weigh);
  expect(layout.boxes).toHaveLength(200_001);
});

/** A root with so many children. */
function makeWide(count: number): ReturnType<CallTrees['callees']> {
  const leaf = (
    parent: ReturnType<CallTrees['callees']>,
    label: number,
  ): ReturnType<CallTrees['callees']> => ({
    label,
    parent,
    depth: 1,
    total: [1],
    self: [1],
    samples: [1],
    line: -1,
    children: () => [],
  });
  const whole: ReturnType<CallTrees['callees']> = {
    label: -1,
    parent: undefined,
    depth: 0,
    total: [count],
    self: [0],
    samples: [count],
    line: -1,
    children: () => list,
  };
  const list = Array.from({ length: count }, (_, label) => leaf(whole, label));
  return whole;
}
