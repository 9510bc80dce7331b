/** How two chains of one sample relate, and which of them is taken as right. */

import type { MethodName, UserChain } from './method-run';

/** How two chains relate. */
export type Relation = 'identical' | 'prefix' | 'diverged';

/** Where two chains part. */
export interface Divergence {
  readonly relation: Exclude<Relation, 'identical'>;
  /** Index of the first frame that they do not share. */
  readonly index: number;
}

/**
 * Compares two chains; undefined where they are identical.
 * @param isSameFrame whether two different frames stand for the same one
 */
export function findDivergence(
  a: UserChain,
  b: UserChain,
  isSameFrame: (frameOfA: number, frameOfB: number) => boolean,
): Divergence | undefined {
  const shared = Math.min(a.count, b.count);
  let index = 0;
  while (
    index < shared &&
    (a.frames[index] === b.frames[index] || isSameFrame(a.frames[index], b.frames[index]))
  ) {
    index++;
  }
  if (index < shared) return { relation: 'diverged', index };
  return a.count === b.count ? undefined : { relation: 'prefix', index };
}

/** Methods from the one whose chain is taken as right to the one that is explained. */
const trust: readonly MethodName[] = ['dwarf', 'auto', 'sframe', 'kernel', 'recorded', 'fp'];

/** Orders two methods: the one that is taken as right first. */
export function byTrust(a: MethodName, b: MethodName): number {
  return trust.indexOf(a) - trust.indexOf(b);
}
