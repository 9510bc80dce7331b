import { execFileSync } from 'node:child_process';
import { formatCount, formatHundredths, percentOf } from './numbers';

test('two decimals as the printf of the system has them, halves among them', () => {
  // Eighths, and their sums with many whole numbers, are exact in binary and in decimal.
  const values = Array.from({ length: 8 * 101 + 1 }, (_, i) => i / 8);
  const printed = execFileSync('printf', ['%.2f\n', ...values.map(String)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  expect(values.map(formatHundredths)).toEqual(printed.trimEnd().split('\n'));
});

test.each([
  [100 / 3, '33.33'],
  [200 / 3, '66.67'],
  [99.999, '100.00'],
  [0.004, '0.00'],
])('%d is %s', (value, text) => {
  expect(formatHundredths(value)).toBe(text);
});

// As the headings of perf 7.2 say: "# Samples: 206  of event", "# Samples: 1K of event" of 1409 samples.
test.each([
  [0, '0 '],
  [206, '206 '],
  [1000, '1000 '],
  [1409, '1K'],
  [41_281, '41K'],
  [3_000_001, '3M'],
])('%d samples are %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test('nothing of nothing is 0%', () => {
  expect(percentOf(0, 0)).toBe(0);
  expect(percentOf(1, 8)).toBe(12.5);
});
