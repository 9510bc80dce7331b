/** The rounds of one target: damage, run, tell what failed. */

import { damageInput } from './damage/damage-input';
import { Random } from './damage/random';
import type { SharedState } from './shared-state';
import { runTarget, type Input, type Target } from './target';

export interface RoundFailure {
  /** The same for failures that have one cause, as far as that can be told. */
  readonly kind: string;
  readonly text: string;
  readonly input: Input;
  /** Whether something other than a ParseError was thrown; else it took too long, or too much memory. */
  readonly isThrown: boolean;
}

export interface RoundOptions {
  readonly seed: number;
  /** How long rounds are run, after inputs are made. */
  readonly seconds: number;
  /** Inputs that failed once: new damage begins with them, too. */
  readonly corpus: readonly Input[];
  readonly state?: SharedState;
  readonly mostRounds?: number;
  /** Damaged copies of each sound input, one after the other, instead of any of them. */
  readonly copiesOfEach?: number;
  readonly onFailure: (failure: RoundFailure) => void;
}

/** What a failing run threw; undefined where the input is taken or refused properly. */
export async function isFailing(target: Target, input: Input): Promise<Error | undefined> {
  try {
    await runTarget(target, input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Of an error, what tells it from others: its kind and where it was thrown. */
export function kindOf(error: Error): string {
  return `${error.name} ${error.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) ?? ''}`;
}

/** Runs rounds until the time is over, or there were as many as wanted. The seed makes them the same again. @returns how many there were */
export async function fuzz(target: Target, options: RoundOptions): Promise<number> {
  const { seed, seconds, corpus, state, copiesOfEach, onFailure } = options;
  await target.prepare?.();
  // Copies that are not Buffers, whose slices share their bytes.
  const sound = target
    .seeds()
    .map((input): Input => new Map([...input].map(([name, bytes]) => [name, Uint8Array.from(bytes)])));
  for (const input of sound) {
    const error = await isFailing(target, input);
    if (error)
      onFailure({ kind: kindOf(error), text: `a sound input: ${error.stack}`, input, isThrown: true });
  }
  const seeds = [...sound, ...corpus];
  const { mostRounds = copiesOfEach === undefined ? Infinity : copiesOfEach * sound.length } = options;
  const until = Date.now() + seconds * 1000;
  let round = 0;
  for (; round < mostRounds && Date.now() < until; round++) {
    const from = copiesOfEach === undefined ? seeds : [sound[Math.floor(round / copiesOfEach)]];
    const input = damageInput(target, from, new Random(seed + round));
    state?.begin(input);
    const error = await isFailing(target, input);
    if (error) {
      const text = `${error.stack}\nseed ${seed}, round ${round}`;
      onFailure({ kind: kindOf(error), text, input, isThrown: true });
    }
  }
  return round;
}
