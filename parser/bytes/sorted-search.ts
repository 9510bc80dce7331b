/** Binary searches over sorted typed arrays: the one way in which tables by address are looked up. */

/** Index of the last element <= value among the first `count`, or -1. */
export function findLastAtOrBelow(sorted: ArrayLike<number>, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
