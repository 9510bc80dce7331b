/** The watchdog ends a worker whose input takes too long or too much memory, and keeps the input. */

import { Worker } from 'node:worker_threads';
import { SharedState } from './shared-state';
import { single, type Input } from './target';
import { watchWorker, type Watched } from './watchdog';

const input: Input = single(Uint8Array.of(1, 2, 3));

/** A worker that is in its first round. @param script what it does there */
function watch(script: string, mostBytesMore: number): Promise<Watched> {
  const shared = new SharedState();
  shared.begin(input);
  const mostBytes = process.memoryUsage().rss + mostBytesMore;
  return watchWorker(new Worker(script, { eval: true }), shared, 7, { longestRoundMs: 1000, mostBytes });
}

test('an endless loop is ended, and its input kept', async () => {
  const { executions, failures, isEnded } = await watch('for (;;);', Infinity);
  expect({ executions, isEnded }).toEqual({ executions: 1, isEnded: true });
  expect(failures).toEqual([
    { kind: 'time', text: 'takes more than 1000 ms, seed 7, round 1', input, isThrown: false },
  ]);
});

test('a worker that takes ever more memory is ended, and its input kept', async () => {
  // Little of its time is the processor's: it is the memory that ends it.
  const script = `const kept = [];
    setInterval(() => kept.push(Buffer.alloc(16 << 20, 1)), 20);`;
  const { failures, isEnded } = await watch(script, 128 << 20);
  expect(isEnded).toBe(true);
  expect(failures.map(({ kind }) => kind)).toEqual(['memory']);
  expect(failures[0].input).toEqual(input);
});

test('a worker that ends by itself has no failure', async () => {
  const { failures, isEnded } = await watch('', Infinity);
  expect({ failures, isEnded }).toEqual({ failures: [], isEnded: false });
});
