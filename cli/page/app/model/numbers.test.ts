/** Numbers of the page with their units. */

import { counted, countUnit } from './numbers';
import { everything, makeData } from './test-support/made-data';

test.each([
  ['nanoseconds', 1_234_567_891, '1,234.568 ms'],
  ['nanoseconds', 499, '0.000 ms'],
  ['count', 1_234_567, '1,234,567 in periods'],
  ['samples', 1_234, '1,234 samples'],
] as const)('%s: %d', (unit, value, text) => {
  expect(counted(value, unit)).toBe(text);
});

test('the unit is that of the event, unless samples are counted', () => {
  const data = { ...makeData([]), periodUnits: ['count', 'nanoseconds'] as const };
  expect(countUnit(data, { ...everything, event: 0 })).toBe('count');
  expect(countUnit(data, { ...everything, event: 1 })).toBe('nanoseconds');
  expect(countUnit(data, { ...everything, event: 1, unit: 'samples' })).toBe('samples');
});
