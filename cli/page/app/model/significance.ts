/**
 * Whether two shares differ by more than chance: a quick pooled z test at 95 %, of samples. `perf-sframe compare` is
 * stricter: it tests exactly where counts are small, and all functions at once.
 */

const Z_95 = 1.96;

export function differs(inBefore: number, allBefore: number, inAfter: number, allAfter: number): boolean {
  if (allBefore === 0 || allAfter === 0) return false;
  const pooled = (inBefore + inAfter) / (allBefore + allAfter);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / allBefore + 1 / allAfter));
  return deviation > 0 && Math.abs(inBefore / allBefore - inAfter / allAfter) / deviation > Z_95;
}
