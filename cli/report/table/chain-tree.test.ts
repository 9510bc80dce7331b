import { ChainTree, ChainWords, type ChainWord } from './chain-tree';
import type { GraphNode } from './entry-graph';
import { MadeProfile } from '../../../profile/tables/test-support/made-profile';

/** Stacks as texts become chains from the outermost function on; inlined functions are words of their own. */
function makeTree(stacks: readonly string[]): { made: MadeProfile; tree: ChainTree; words: ChainWords } {
  const made = new MadeProfile(stacks.map((stack) => ({ stack })));
  const words = new ChainWords(made.locations);
  const tree = new ChainTree(words);
  for (const stack of stacks) tree.append(chainOf(made, stack), 0, 1);
  return { made, tree, words };
}

function chainOf(made: MadeProfile, stack: string): ChainWord[] {
  return stack.split(';').flatMap((word) => {
    const frame = made.frameOf(word);
    const points = made.locations.ofChainFrame(frame);
    return [...points].reverse().map((point) => ({ point, frame }));
  });
}

function describeGraph(made: MadeProfile, node: GraphNode, depth = 0): string[] {
  return node.children.flatMap((child) => {
    const names = child.points.map((point) => made.locations.symbol[point] ?? '?');
    return [
      `${' '.repeat(depth)}${names.join(' ')} ${child.period}+${child.childPeriod}`,
      ...describeGraph(made, child, depth + 1),
    ];
  });
}

const everything = { shape: 'nested', threshold: () => 0 } as const;

test('chains share their beginnings', () => {
  const { made, tree } = makeTree(['main;a;x', 'main;a;y', 'main;a;x', 'main', 'main;b']);
  expect(describeGraph(made, tree.graph(everything))).toEqual([
    'main 1+4',
    ' a 0+3',
    '  x 2+0',
    '  y 1+0',
    ' b 1+0',
  ]);
});

test('a threshold cuts branches, a list has the chains that end somewhere', () => {
  const { made, tree } = makeTree(['main;a;x', 'main;a;x', 'main;a;y', 'main;a']);
  const large = tree.graph({ shape: 'nested', threshold: () => 2 });
  expect(describeGraph(made, large)).toEqual(['main a 1+3', ' x 2+0']);
  const ends = tree.graph({ shape: 'list', threshold: () => 0 }).children;
  expect(ends.map(({ points, period }) => `${made.locations.symbol[points.at(-1)!]} ${period}`)).toEqual([
    'x 2',
    'y 1',
    'a 1',
  ]);
});

test('inlined functions are compared by name, all others by address: a search can miss what is there', () => {
  // Functions have rising addresses as they are met: k, c, q. The greater goes to the left: c left of k, and q left of c. The
  // inlined m is greater than k by name, so it goes to the left of k, and of c; less than q, so to the right of q: between
  // q and c, whence the tree turns on c and m is at the top. q, sought again at the top, is greater than m by name: found.
  // k is less by name, and lies on the right: found. c too.
  const met = ['main;k', 'main;c', 'main;q', 'main>m'];
  const { made, tree } = makeTree([...met, ...met]);
  expect(
    describeGraph(made, tree.graph(everything))
      .map((line) => line.trim())
      .sort(),
  ).toEqual(['c 2+0', 'k 2+0', 'm 2+0', 'main 0+8', 'q 2+0']);
});

test('merged chains lose their symbols, except where they meet others at the same address', () => {
  const first = makeTree(['main;a']);
  const { made, words } = first;
  const other = new ChainTree(words);
  other.append(chainOf(made, 'main;b'), 0, 5);
  other.append(chainOf(made, 'main;b'), 0, 5);
  first.tree.merge(other);
  const graph = first.tree.graph(everything);
  expect(describeGraph(made, graph)).toEqual(['main 0+11', ' ? 10+0', ' a 1+0']);
  // Chains that end in one place are then counted as one sample.
  expect(graph.children[0].childSamples).toBe(2);
});
