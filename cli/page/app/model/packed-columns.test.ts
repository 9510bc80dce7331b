/** What is packed is unpacked as it was, whatever the columns' numbers are. */

import { makeData } from './test-support/made-data';
import { packColumns, unpackColumns } from '../../page-format';

test.each([
  ['no samples', []],
  ['all alike', [{ stack: ['a'] }, { stack: ['a'] }]],
  [
    'small and large',
    [
      { stack: ['a', 'b'], period: 2 ** 52 + 1, timeUs: 0.001 },
      { stack: [], period: 0.5, timeUs: 2 ** 40 },
      { stack: ['a', 'c'], period: 3, timeUs: 2 ** 40 + 1, count: 70_000 },
    ],
  ],
  [
    'as many names as need two bytes',
    Array.from({ length: 300 }, (_, i) => ({ stack: [`f${i}`], period: i * i, timeUs: i })),
  ],
])('%s', (_, samples) => {
  const { columns } = makeData(samples);
  const packed = packColumns(columns);
  expect(unpackColumns(packed)).toEqual(columns);
  expect(packed.block.length).toBeLessThanOrEqual(
    Object.values(columns).reduce((sum, { byteLength }) => sum + byteLength, 0),
  );
});
