/** Stacks of a profile as texts, with what was counted in each. */

import { EMPTY_STACK } from '../../unwinder';
import type { Profile } from './profile';

export interface FoldedStack {
  /** Names from the outermost frame to the innermost, between semicolons. */
  readonly text: string;
  readonly weight: number;
}

export interface FoldOptions {
  readonly event: number;
  /** What is counted: samples, or the sum of their periods. */
  readonly weight: 'samples' | 'period';
  /** What a stack begins with. @param row of the sample table */
  readonly rootName: (row: number) => string;
  /** The names of a frame, from the outermost inlined-into function to the innermost inlined one. */
  readonly frameNames: (frame: number) => readonly string[];
}

/** The stacks of an event, sorted by their texts; equal ones are one. A sample without stack counts for its thread alone. */
export function foldStacks(profile: Profile, options: FoldOptions): FoldedStack[] {
  const { samples, stacks } = profile;
  const textOfFrame: (string | undefined)[] = [];
  const textOfStack: (string | undefined)[] = [];
  const frameText = (frame: number): string =>
    (textOfFrame[frame] ??= options
      .frameNames(frame)
      .map((name) => `;${name}`)
      .join(''));
  // Parents come before children.
  for (let stack = 0; stack < stacks.count; stack++) {
    const parent = stacks.parent[stack];
    const above = parent === EMPTY_STACK ? '' : textOfStack[parent]!;
    textOfStack.push(above + frameText(stacks.frame[stack]));
  }
  const weights = new Map<string, number>();
  const counted = options.weight === 'samples' ? samples.samples : samples.period;
  for (let row = 0; row < samples.count; row++) {
    const stack = samples.stack[row];
    if (samples.event[row] !== options.event) continue;
    const text = options.rootName(row) + (stack === EMPTY_STACK ? '' : textOfStack[stack]!);
    weights.set(text, (weights.get(text) ?? 0) + counted[row]);
  }
  return [...weights]
    .map(([text, weight]) => ({ text, weight }))
    .sort((a, b) => (a.text < b.text ? -1 : Number(a.text !== b.text)));
}
