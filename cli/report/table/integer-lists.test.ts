import { IntegerLists } from './integer-lists';

test('integers are listed by their keys, in their order', () => {
  const lists = new IntegerLists(6, (value) => [3, 0, 3, 1, 0, 3][value]);
  expect([0, 1, 2, 3].map((key) => [...lists.of(key)])).toEqual([[1, 4], [3], [], [0, 2, 5]]);
});

test('a key that nothing has has no list', () => {
  expect(
    [new IntegerLists(0, () => 0).of(0), new IntegerLists(2, () => 1).of(7)].map(({ length }) => length),
  ).toEqual([0, 0]);
});
