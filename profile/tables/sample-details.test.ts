import { DetailTable, FURTHER_DETAILS } from './sample-details';

// The limit of SECURITY.md, reached.
test('lists beyond the most are not told apart', () => {
  const table = new DetailTable(2);
  const numbers = [
    ['a', 1],
    ['b', 1],
    ['c', 1],
    ['a', 1],
    ['d', 1],
  ].map((list) => table.intern(list));
  expect(numbers).toEqual([0, 1, FURTHER_DETAILS, 0, FURTHER_DETAILS]);
  expect(table.values).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
});
