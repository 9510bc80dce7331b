/** Counts that follow a brush are those that counting anew gives, wherever it moves. */

import { CallTrees, NodeChildren, type CallNode } from './call-nodes';
import { RunningCounts } from './running-counts';
import type { Counts, Selection } from './selection';
import { everything, makeData } from './test-support/made-data';

const SAMPLES = 4000;
const made = (largestPeriod: number) =>
  makeData(
    Array.from({ length: SAMPLES }, (_, i) => ({
      // Numbers without a pattern that moves of the brush would meet.
      stack: ['main', `f${(i * 7919) % 13}`, `g${(i * 104_729) % 17}`],
      timeUs: i,
      period: 1 + ((i * 31) % largestPeriod),
      thread: `t${i % 3}`,
      recording: i % 2,
      event: Number(i % 11 === 0),
    })),
    2,
  );

/** A brush that grows, shrinks, moves to either side, jumps, and takes all. */
const ranges: Selection['range'][] = [
  undefined,
  ...Array.from({ length: 30 }, (_, i): Selection['range'] => [400, 500 + i * 10]),
  ...Array.from({ length: 30 }, (_, i): Selection['range'] => [400 - i * 10, 790 - i * 3]),
  [3000, 3010],
  [3005, 3020],
  [3020, 3030],
  [3031, 3040],
  [2990, 3000],
  [10.5, 10.6],
  undefined,
];

function numbersOf({ self, total, whole, wholeSamples }: Counts): unknown {
  const copy = (columns: readonly ArrayLike<number>[]): number[][] =>
    columns.map((column) => [...Array.from(column)]);
  return [
    copy(self.weights),
    copy(self.samples),
    copy(total.weights),
    copy(total.samples),
    [...whole],
    [...wholeSamples],
  ];
}

function linesOf(node: CallNode): string[] {
  return [
    `${node.label} ${node.total.join()} ${node.self.join()} ${node.samples.join()}`,
    ...node.children().flatMap(linesOf),
  ];
}

test.each([
  ['weights of samples', 1000, {}],
  ['one thread', 1000, { threads: new Set([2]) }],
  ['samples', 1000, { unit: 'samples' as const }],
  ['weights whose sum no double holds exactly', 2 ** 53, {}],
])('%s', (_, largestPeriod, change: Partial<Selection>) => {
  const data = made(largestPeriod);
  const below = new NodeChildren(data.columns.nodeParent);
  const running = new RunningCounts(data);
  const trees = new CallTrees(data, below, running.counts);
  for (const range of ranges) {
    const selection = { ...everything, ...change, range };
    running.select(selection);
    trees.recount();
    const anew = new RunningCounts(data).select(selection);
    expect(numbersOf(running.counts)).toEqual(numbersOf(anew));
    const freshTrees = new CallTrees(data, below, anew);
    expect(linesOf(trees.callees())).toEqual(linesOf(freshTrees.callees()));
    const inRange = Array.from(data.columns.sampleTimeNs, (timeNs) => timeNs / 1000).filter(
      (us, i) =>
        (!range || (us >= range[0] && us <= range[1])) &&
        data.columns.sampleEvent[i] === 0 &&
        (!change.threads || change.threads.has(data.columns.sampleThread[i])),
    );
    expect(anew.wholeSamples[0] + anew.wholeSamples[1]).toBe(inRange.length);
  }
});
