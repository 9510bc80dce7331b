/** Expected values are of the papers that the methods are from, of tables of erfc, and of exact integer arithmetic. */

import { believe, compareShares, compareWeights, complementaryError } from './share-statistics';

describe('interval of a difference', () => {
  // Newcombe, Interval estimation for the difference between independent proportions (1998), table II, method 10.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])('%i/%i - %i/%i', (a, m, b, n, low, high) => {
    // The paper subtracts the second share from the first.
    const { low: foundLow, high: foundHigh } = compareShares(b, n, a, m);
    expect(foundLow).toBeCloseTo(low, 4);
    expect(foundHigh).toBeCloseTo(high, 4);
  });
});

describe('probability of chance', () => {
  test.each([
    [0, 1],
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028513],
    [2, 0.004677734981047266],
    [3, 2.209049699858544e-5],
    [5, 1.5374597944280349e-12],
  ])('erfc(%d)', (x, expected) => {
    expect(Math.abs(complementaryError(x) / expected - 1)).toBeLessThan(1e-9);
  });

  test.each([
    [3, 4, 1, 4],
    [0, 400, 6, 500],
    [2, 30, 9, 31],
    [700, 700, 696, 700],
  ])('of few samples it is exact: %i/%i, %i/%i', (x1, n1, x2, n2) => {
    expect(compareShares(x1, n1, x2, n2).probability).toBeCloseTo(exactProbability(x1, n1, x2, n2), 9);
  });

  test('of many samples it is about the same by the normal distribution', () => {
    const found = compareShares(120, 1000, 160, 1100).probability;
    expect(Math.abs(found - exactProbability(120, 1000, 160, 1100))).toBeLessThan(0.02);
  });

  test('says nothing without samples', () => {
    expect(compareShares(0, 0, 3, 10).probability).toBe(1);
  });
});

describe('samples that weigh', () => {
  const part = (weights: readonly number[], all: readonly number[]) => ({
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    totalWeight: all.reduce((sum, weight) => sum + weight, 0),
    squaredWeights: all.reduce((sum, weight) => sum + weight * weight, 0),
  });
  const same = (count: number, weight: number): number[] => new Array<number>(count).fill(weight);

  test('of one weight they are samples', () => {
    const byWeight = compareWeights(
      part(same(9, 4_000_000), same(31, 4_000_000)),
      part(same(20, 4_000_000), same(30, 4_000_000)),
    );
    const bySample = compareShares(9, 31, 20, 30);
    for (const key of ['difference', 'low', 'high', 'probability'] as const)
      expect(byWeight[key]).toBeCloseTo(bySample[key], 12);
  });

  test('one that outweighs all others says little', () => {
    const heavy = [1000, ...same(999, 1)];
    const found = compareWeights(part([1000], heavy), part([], same(1000, 1)));
    expect(found.difference).toBeCloseTo(-1000 / 1999, 12);
    // (1000 + 999)² / (1000² + 999) is four samples.
    expect(found.probability).toBeCloseTo(compareShares(2, 4, 0, 1000).probability, 12);
    expect(found.high - found.low).toBeGreaterThan(0.5);
  });

  test('of no weight they say nothing', () => {
    expect(compareWeights(part([], []), part([1], [1])).probability).toBe(1);
    expect(compareWeights(part([0], [0]), part([1], [1])).probability).toBe(1);
  });
});

// Benjamini and Hochberg, Controlling the false discovery rate (1995), section 3: the first four are believed.
test('believes as many as the share of false ones allows', () => {
  const probabilities = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
    0.759, 1,
  ];
  const believed = believe(probabilities, 0.05);
  expect(believed.filter((is) => is)).toHaveLength(4);
  expect(believed.slice(0, 4)).toEqual([true, true, true, true]);
});

/** Fisher's exact test, two-sided, in integers. */
function exactProbability(x1: number, n1: number, x2: number, n2: number): number {
  const choose = (n: number, k: number): bigint => {
    let result = 1n;
    for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
    return result;
  };
  const x = x1 + x2;
  const waysOf = (k: number): bigint => (k > n1 || x - k > n2 ? 0n : choose(n1, k) * choose(n2, x - k));
  let ways = 0n;
  for (let k = 0; k <= x; k++) if (waysOf(k) <= waysOf(x1)) ways += waysOf(k);
  const scale = 10n ** 15n;
  return Number((ways * scale) / choose(n1 + n2, x)) / 1e15;
}
