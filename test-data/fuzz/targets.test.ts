/**
 * Every fuzz target for a few rounds, and every input that once failed. In one process with Jest, so that an endless loop is not
 * ended here: `npm run fuzz` has a watchdog, and CI runs that, too.
 */

import { cpuTimeMs } from '../test-support/cpu-time';
import { testWhere } from '../test-support/left-out';
import { readCorpus } from './corpus';
import { announceSeed } from './damage/random';
import { fuzz } from './rounds';
import { runTarget } from './target';
import { targets } from './targets';

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 40);
const LONGEST_ROUND_MS = 5000;
/** In which the rounds end on a busy machine, too; what is left then does not count as a failure. */
const MOST_SECONDS = 30;

const corpus = readCorpus();

describe.each(targets.map((target) => [target.name, target] as const))('%s', (name, target) => {
  testWhere(
    target.missing === undefined,
    'rounds of damage',
    `not here: ${target.missing}`,
    async () => {
      const failures: string[] = [];
      const seed = announceSeed(name, ROUNDS);
      const rounds = await fuzz(target, {
        seed,
        seconds: MOST_SECONDS,
        mostRounds: ROUNDS,
        corpus: [],
        onFailure: ({ text }) => failures.push(text),
      });
      expect(failures).toEqual([]);
      expect(rounds).toBeGreaterThan(0);
    },
    120_000,
  );

  const cases = corpus.filter((each) => each.target === name);
  if (cases.length === 0) return;
  test.each(cases.map((each) => [each.name, each] as const))('corpus: %s', async (_case, { input }) => {
    await target.prepare?.();
    const before = cpuTimeMs();
    await runTarget(target, input);
    expect(cpuTimeMs() - before).toBeLessThan(LONGEST_ROUND_MS);
  });
});

test('every case of the corpus belongs to a target', () => {
  const names = new Set(targets.map(({ name }) => name));
  expect(corpus.filter(({ target }) => !names.has(target))).toEqual([]);
});
