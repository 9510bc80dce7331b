/** Stacks and pairs, each once, against a table of their texts. */

import { PairTable } from './pair-table';
import { EMPTY_STACK, NO_STACK, StackTable } from './stack-table';

/** The same numbers on each run. */
function* draws(seed: number, below: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield (state >>> 8) % below;
  }
}

function next(numbers: Generator<number, never>): number {
  return numbers.next().value;
}

test('stacks are told apart by all of their frames', () => {
  const table = new StackTable();
  const known = new Map<string, number>();
  const frames = draws(1, 5);
  const wrong: string[] = [];
  // Deep and alike at the beginning, as stacks are; more than the table has room for at first.
  for (let i = 0; i < 3000; i++) {
    let stack = EMPTY_STACK;
    let text = '';
    for (let depth = 0; depth < 12; depth++) {
      const frame = next(frames);
      const parent = stack;
      const found = table.find(stack, frame);
      stack = table.intern(stack, frame);
      text += `${frame};`;
      const isKnown = known.has(text);
      if (!isKnown) known.set(text, known.size);
      const isRight =
        found === (isKnown ? stack : NO_STACK) &&
        stack === known.get(text) &&
        table.parent[stack] === parent &&
        table.frame[stack] === frame;
      if (!isRight) wrong.push(text);
    }
  }
  expect(wrong).toEqual([]);
  expect(table.count).toBe(known.size);
  expect(known.size).toBeGreaterThan(8192);
});

test('pairs are told apart by both, also by negative numbers', () => {
  const table = new PairTable();
  const known = new Map<string, number>();
  const numbers = draws(2, 60);
  const wrong: string[] = [];
  for (let i = 0; i < 5000; i++) {
    const left = next(numbers) - 30;
    const right = next(numbers) * 0x0400_0000 - 0x7000_0000;
    const text = `${left} ${right}`;
    if (!known.has(text)) known.set(text, known.size);
    const pair = table.intern(left, right);
    const isRight = pair === known.get(text) && table.left[pair] === left && table.right[pair] === right;
    if (!isRight) wrong.push(text);
  }
  expect(wrong).toEqual([]);
  expect(table.count).toBe(known.size);
});
