import { CallSites } from '../../../profile/tables/call-sites';
import { CallTree, type CallOrder } from '../../../profile/tables/call-tree';
import { EntryGraphs, type GraphNode, type GraphOptions } from './entry-graph';
import { EntryKeys, Histogram, type HistogramEntry } from './histogram';
import { MadeProfile, type MadeSample } from '../../../profile/tables/test-support/made-profile';
import {
  appendChain,
  describe as describeTree,
  emptyTree,
} from '../../../profile/tables/test-support/radix-tree';

const everything: GraphOptions = { shape: 'nested', threshold: () => 0 };

interface Built {
  readonly histogram: Histogram;
  readonly graphs: EntryGraphs;
  readonly nameOf: (point: number) => string;
  readonly entry: (name: string) => HistogramEntry;
}

function build(samples: readonly MadeSample[], order: CallOrder, children: boolean): Built {
  const made = new MadeProfile(samples);
  const { profile, locations } = made;
  const tree = new CallTree(profile.stacks, () => true, new CallSites(locations, locations, false), order);
  const keys = new EntryKeys(
    (row) => profile.samples.thread[row],
    (location) => location,
  );
  const histogram = new Histogram(profile, locations, keys, tree, children);
  for (let row = 0; row < profile.samples.count; row++) histogram.addRow(row);
  const graphs = new EntryGraphs(profile, tree, histogram.rows, keys, children);
  const nameOf = (point: number): string =>
    locations.symbol[point] ?? `?${made.frames.addressLow[locations.frame[point]].toString(16)}`;
  const entry = (name: string): HistogramEntry =>
    histogram.entries.find(({ location }) => nameOf(location) === name)!;
  return { histogram, graphs, nameOf, entry };
}

function describeGraph(node: GraphNode, nameOf: (point: number) => string, depth = 0): string[] {
  return [...node.children]
    .sort((a, b) => (nameOf(a.points[0]) < nameOf(b.points[0]) ? -1 : 1))
    .flatMap((child) => [
      `${' '.repeat(depth)}${child.points.map(nameOf).join(' ')} ${child.period}+${child.childPeriod}`,
      ...describeGraph(child, nameOf, depth + 1),
    ]);
}

/** Random walks through a program of few functions: recursion and shared beginnings abound. */
function randomSamples(seed: number, count: number): MadeSample[] {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 12) % below;
  };
  return Array.from({ length: count }, () => ({
    stack: Array.from({ length: 1 + next(9) }, () => 'abcde?'[next(6)])
      .map((letter) => (letter === '?' ? `?${1 + next(3)}` : letter))
      .join(';'),
    tid: 1 + next(2),
    period: 1 + next(5),
  }));
}

/** What perf does with each sample: the entry of the sample gets the chain, every other one its part from there on. */
function expectedGraph(
  samples: readonly MadeSample[],
  name: string,
  tid: number,
  order: CallOrder,
  children: boolean,
): string[] {
  const tree = emptyTree();
  for (const sample of samples) {
    if (sample.tid !== tid) continue;
    const words = sample.stack.split(';');
    const self = words.at(-1);
    const chain = order === 'caller' ? words : [...words].reverse();
    if (self === name) appendChain(tree, chain, sample.period!);
    else if (children && chain.includes(name))
      appendChain(tree, chain.slice(chain.indexOf(name)), sample.period!);
  }
  return describeTree(tree);
}

const ways: [CallOrder, boolean][] = [
  ['caller', true],
  ['callee', true],
  ['caller', false],
  ['callee', false],
];

test.each(ways)(
  'order %s, children %s: the graph of every entry is that of a radix tree',
  (order, children) => {
    for (let seed = 1; seed <= 25; seed++) {
      const samples = randomSamples(seed, 40);
      const { histogram, graphs, nameOf } = build(samples, order, children);
      for (const entry of histogram.entries) {
        const graph = graphs.graphOf(entry, everything);
        const expected = expectedGraph(samples, nameOf(entry.location), entry.thread.tid, order, children);
        expect({ seed, graph: describeGraph(graph, nameOf) }).toEqual({ seed, graph: expected });
      }
    }
  },
);

test('a threshold cuts branches, not the sums above them', () => {
  const { graphs, entry, nameOf } = build(
    [
      { stack: 'main;big', period: 90 },
      { stack: 'main;small', period: 9 },
      { stack: 'main;tiny', period: 1 },
    ],
    'caller',
    true,
  );
  const graph = graphs.graphOf(entry('main'), { shape: 'nested', threshold: () => 5 });
  expect(describeGraph(graph, nameOf)).toEqual(['main 0+100', ' big 90+0', ' small 9+0']);
});

test('a relative threshold is of what is above', () => {
  const { graphs, entry, nameOf } = build(
    [
      { stack: 'main;a;x', period: 50 },
      { stack: 'main;a;y', period: 10 },
      { stack: 'main;b', period: 40 },
    ],
    'caller',
    true,
  );
  const graph = graphs.graphOf(entry('main'), { shape: 'nested', threshold: (above) => above * 0.2 });
  expect(describeGraph(graph, nameOf)).toEqual(['main 0+100', ' a 0+60', '  x 50+0', ' b 40+0']);
});

test('a list has the chains that end somewhere, by falling period', () => {
  const { graphs, entry, nameOf } = build(
    [
      { stack: 'main;a', period: 1 },
      { stack: 'main;a;b', period: 3 },
      { stack: 'main;a;c', period: 2 },
    ],
    'caller',
    true,
  );
  const { children } = graphs.graphOf(entry('main'), { shape: 'list', threshold: () => 0 });
  const path = (node: GraphNode): string[] => [
    ...(node.parent ? path(node.parent) : []),
    ...node.points.map(nameOf),
  ];
  expect(children.map((node) => `${path(node).join(';')} ${node.period}`)).toEqual([
    'main;a;b 3',
    'main;a;c 2',
    'main;a 1',
  ]);
});

test('a graph can be as deep as stacks are', () => {
  const depth = 2500;
  const samples = Array.from({ length: depth }, (_, i) => ({ stack: `main${';f'.repeat(i + 1)}` }));
  const { graphs, entry } = build(samples, 'caller', true);
  const graph = graphs.graphOf(entry('main'), everything);
  let levels = 0;
  for (let node = graph; node.children.length > 0; [node] = node.children) levels++;
  expect(levels).toBe(depth);
  expect(graphs.graphOf(entry('main'), { ...everything, shape: 'list' }).children).toHaveLength(depth);
});

test('inlined functions of one name are one, wherever they were inlined', () => {
  const samples = [
    { stack: 'main;f>helper', period: 2 },
    { stack: 'main;g>helper', period: 3 },
  ];
  const { graphs, entry, nameOf } = build(samples, 'callee', false);
  const graph = graphs.graphOf(entry('f'), everything);
  expect(describeGraph(graph, nameOf)).toEqual(['helper f main 2+0']);
  const { histogram } = build(samples, 'caller', true);
  const helpers = histogram.entries.filter(({ totalPeriod }) => totalPeriod < 5);
  // In the table they are two, by the functions that they were inlined into.
  expect(helpers.map(({ totalPeriod }) => totalPeriod)).toEqual([2, 2, 3, 3]);
});
