/** The harness finds what is planted, the same at every run, and makes it smaller. */

import { packInput, unpackInput } from './corpus';
import { Random } from './damage/random';
import { minimise } from './minimise';
import { fuzz, type RoundFailure } from './rounds';
import { single, type Input, type Target } from './target';

const planted: Target = {
  name: 'planted',
  seeds: () => [single(Uint8Array.from({ length: 64 }, (_, i) => i))],
  run(input) {
    const [bytes] = input.values();
    if (bytes.includes(0x80)) throw new RangeError('planted');
  },
};

async function findPlanted(): Promise<RoundFailure[]> {
  const found: RoundFailure[] = [];
  await fuzz(planted, {
    seed: 7,
    seconds: 60,
    mostRounds: 300,
    corpus: [],
    onFailure: (failure) => found.push(failure),
  });
  return found;
}

test('a planted failure is found, and made as small as it can be', async () => {
  const [first, ...others] = await findPlanted();
  expect(others.length).toBeGreaterThan(0);
  expect(first.text).toContain('RangeError: planted');
  expect(await minimise(planted, first)).toEqual(single(Uint8Array.of(0x80)));
});

test('a seed gives the same inputs again', async () => {
  const inputs = async () => (await findPlanted()).map(({ input }) => input);
  expect(await inputs()).toEqual(await inputs());
  const numbers = (seed: number) =>
    Array.from(
      { length: 4 },
      (
        (random) => () =>
          random.below(1000)
      )(new Random(seed)),
    );
  expect(numbers(1)).not.toEqual(numbers(2));
});

test('inputs survive the memory that the watchdog reads', () => {
  const input: Input = new Map([
    ['data', Uint8Array.of(1, 2, 3)],
    ['data.é', new Uint8Array(0)],
  ]);
  const packed = new Uint8Array(1000);
  expect(unpackInput(packed.subarray(0, packInput(input, packed)))).toEqual(input);
});
