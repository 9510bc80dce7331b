/** Makes a failing input smaller: pieces are left out, then bytes set to zero, as long as it fails in the same way. */

import type { Input, Target } from './target';
import { isFailing, kindOf, type RoundFailure } from './rounds';

const LONGEST_MS = 30_000;

/** A smaller input that fails alike. */
export async function minimise(target: Target, failure: RoundFailure): Promise<Input> {
  await target.prepare?.();
  const until = Date.now() + LONGEST_MS;
  let best = failure.input;
  const accept = async (name: string, bytes: Uint8Array): Promise<boolean> => {
    const smaller = new Map(best).set(name, bytes);
    const error = await isFailing(target, smaller);
    if (!error || kindOf(error) !== failure.kind) return false;
    best = smaller;
    return true;
  };
  for (const name of failure.input.keys()) {
    for (let size = best.get(name)!.length; size >= 1 && Date.now() < until; size = size >> 1) {
      for (let at = 0; at < best.get(name)!.length && Date.now() < until;) {
        const bytes = best.get(name)!;
        const end = Math.min(at + size, bytes.length);
        const without = new Uint8Array(bytes.length - (end - at));
        without.set(bytes.subarray(0, at));
        without.set(bytes.subarray(end), at);
        if (!(await accept(name, without))) at += size;
      }
    }
    for (let at = 0; at < best.get(name)!.length && Date.now() < until; at++) {
      const bytes = best.get(name)!.slice();
      if (bytes[at] === 0) continue;
      bytes[at] = 0;
      await accept(name, bytes);
    }
  }
  return best;
}
