import { amountsUpTo, type AmountUnit } from './amounts';

test.each<[number, AmountUnit, number, string]>([
  [1_110_110_109, 'nanoseconds', 514_514_514, '515 ms'],
  [120_300_720, 'nanoseconds', 95_238_000, '95.2 ms'],
  [90_000, 'nanoseconds', 7, '7 ns'],
  [240_000_000_000, 'nanoseconds', 1_500_000_000, '1.5 s'],
  [1109, 'samples', 306, '306 samples'],
  [2_500_000, 'samples', 306, '306 samples'],
  [69, 'count', 4, '4 events'],
  [31_000_000_000, 'count', 1_550_000_000, '1550 millions'],
  [3.1e15, 'count', 1.5e12, '2 trillions'],
  [0, 'nanoseconds', 0, '0 ns'],
])('of at most %d %s %d is %s', (largest, unit, amount, expected) => {
  const amounts = amountsUpTo(largest, unit);
  expect(`${amounts.text(amount)} ${amounts.unit}`).toBe(expected);
});
