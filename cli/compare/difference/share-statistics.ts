/**
 * Whether two shares of samples differ by more than chance: x1 of n1 samples in one recording, x2 of n2 in another.
 *
 * - the interval of the difference is Newcombe's (1998, his method 10, from Wilson's intervals of both shares): it
 *   stays within ±1 and holds for small counts and shares near 0 or 1
 * - the probability that chance alone makes such a difference is from the pooled two-proportion z test, or, where an
 *   expected count is below 50, from Fisher's exact test
 * - of many functions tested at once some differ by chance: Benjamini's and Hochberg's procedure (1995) keeps the share
 *   of false ones among those called changes below a bound
 */

/** Two-sided 95 %. */
const Z_95 = 1.959963984540054;
/** Below it the normal distribution is too far from the truth in the tails, which many tests at once look at. */
const LEAST_EXPECTED_COUNT = 50;

export interface ShareDifference {
  /** x2/n2 - x1/n1. */
  readonly difference: number;
  /** Its 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
  /** Probability that chance alone makes a difference at least as large. */
  readonly probability: number;
}

/** Compares two shares; samples are taken as drawn independently. Counts are not negative, `x` at most `n`. */
export function compareShares(x1: number, n1: number, x2: number, n2: number): ShareDifference {
  if (n1 === 0 || n2 === 0) return { difference: 0, low: -1, high: 1, probability: 1 };
  const p1 = x1 / n1;
  const p2 = x2 / n2;
  const a = wilson(x1, n1);
  const b = wilson(x2, n2);
  const difference = p2 - p1;
  return {
    difference,
    low: difference - Math.hypot(p2 - b.low, a.high - p1),
    high: difference + Math.hypot(b.high - p2, p1 - a.low),
    probability: probabilityByChance(x1, n1, x2, n2),
  };
}

/** What part of a recording's samples weigh. */
export interface WeighedPart {
  readonly weight: number;
  /** Of all samples. */
  readonly totalWeight: number;
  /** Sum of the squares of all samples' weights. */
  readonly squaredWeights: number;
}

/**
 * Compares shares of weights: as many samples of one weight are taken for them as say as much, (Σw)² / Σw² (Kish, Survey
 * Sampling, 1965). Where all samples weigh the same, those are all samples.
 */
export function compareWeights(a: WeighedPart, b: WeighedPart): ShareDifference {
  const [n1, n2] = [effectiveSamples(a), effectiveSamples(b)];
  if (n1 === 0 || n2 === 0) return compareShares(0, 0, 0, 0);
  const [p1, p2] = [a.weight / a.totalWeight, b.weight / b.totalWeight];
  // The test of few samples counts them.
  const [x1, x2] = [Math.round(p1 * n1), Math.round(p2 * n2)];
  const { low, high } = compareShares(p1 * n1, n1, p2 * n2, n2);
  return { difference: p2 - p1, low, high, probability: probabilityByChance(x1, n1, x2, n2) };
}

function effectiveSamples({ totalWeight, squaredWeights }: WeighedPart): number {
  return squaredWeights === 0 ? 0 : Math.round((totalWeight * totalWeight) / squaredWeights);
}

/** Wilson's interval of a share. */
function wilson(x: number, n: number): { low: number; high: number } {
  const p = x / n;
  const z2 = Z_95 * Z_95;
  const middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z_95 / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return { low: x === 0 ? 0 : middle - half, high: x === n ? 1 : middle + half };
}

function probabilityByChance(x1: number, n1: number, x2: number, n2: number): number {
  const n = n1 + n2;
  const x = x1 + x2;
  if (x === 0 || x === n) return 1;
  if ((Math.min(x, n - x) * Math.min(n1, n2)) / n < LEAST_EXPECTED_COUNT) return fisher(x1, n1, x, n);
  const pooled = x / n;
  const z = Math.abs(x1 / n1 - x2 / n2) / Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  return complementaryError(z / Math.SQRT2);
}

/** Fisher's exact test, two-sided: the probability of all tables that are no likelier than the one seen. */
function fisher(x1: number, n1: number, x: number, n: number): number {
  const logAll = logBinomial(n, x);
  const logOf = (k: number): number => logBinomial(n1, k) + logBinomial(n - n1, x - k) - logAll;
  const seen = logOf(x1) + 1e-7;
  let probability = 0;
  for (let k = Math.max(0, x - (n - n1)); k <= Math.min(n1, x); k++) {
    const log = logOf(k);
    if (log <= seen) probability += Math.exp(log);
  }
  return Math.min(1, probability);
}

function logBinomial(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** ln n!, by Stirling's series from 20 on (error below 1e-12 there). */
function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
}

/** erfc for x >= 0: erf's power series where it converges fast, else the continued fraction of Laplace. */
export function complementaryError(x: number): number {
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/**
 * Which of many tests to believe, with at most a share `falseShare` of false ones among them (Benjamini, Hochberg).
 * @returns for each probability whether its difference is believed
 */
export function believe(probabilities: readonly number[], falseShare: number): boolean[] {
  const sorted = probabilities.map((probability, index) => ({ probability, index }));
  sorted.sort((a, b) => a.probability - b.probability);
  let believed = 0;
  for (let rank = 1; rank <= sorted.length; rank++) {
    if (sorted[rank - 1].probability <= (falseShare * rank) / sorted.length) believed = rank;
  }
  const result = probabilities.map(() => false);
  for (const { index } of sorted.slice(0, believed)) result[index] = true;
  return result;
}
