import { InsertionTree } from './insertion-tree';

/** A sequence that looks random and is the same each time. */
function* numbers(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 8;
  }
}

test('items come out in order, equal ones as they went in', () => {
  const source = numbers(1);
  const items = Array.from({ length: 2000 }, (_, i) => ({ key: source.next().value! % 50, i }));
  const tree = new InsertionTree<(typeof items)[number]>((added, present) => added.key < present.key);
  for (const item of items) tree.insert(item);
  // Array.prototype.sort is stable.
  expect(tree.items()).toEqual([...items].sort((a, b) => a.key - b.key));
});

test.each([
  ['rising', (i: number) => i],
  ['falling', (i: number) => -i],
])('stays balanced when %s keys are inserted', (_, keyOf) => {
  const count = 4096;
  let comparisons = 0;
  const tree = new InsertionTree<number>((added, present) => {
    comparisons++;
    return added < present;
  });
  for (let i = 0; i < count; i++) tree.insert(keyOf(i));
  // A red-black tree is at most twice as high as a perfect one.
  expect(comparisons).toBeLessThan(count * 2 * Math.log2(count + 1));
  expect(tree.items()).toHaveLength(count);
});

test('an inconsistent comparison gives the order that the shape of the tree leads to', () => {
  // Scissors cut paper, paper wraps rock, rock blunts scissors: each belongs before the next.
  const before = new Map([
    ['scissors', 'paper'],
    ['paper', 'rock'],
    ['rock', 'scissors'],
  ]);
  const order = (...words: string[]): string[] => {
    const tree = new InsertionTree<string>((added, present) => before.get(added) === present);
    for (const word of words) tree.insert(word);
    return tree.items();
  };
  // The root decides: paper is no better than scissors, and rock is never asked about.
  expect(order('scissors', 'paper', 'rock')).toEqual(['rock', 'scissors', 'paper']);
  expect(order('paper', 'rock', 'scissors')).toEqual(['scissors', 'paper', 'rock']);
});

test('an empty tree has no items', () => {
  expect(new InsertionTree<number>(() => true).items()).toEqual([]);
});
