import { askUntilOurs, REPEATS } from './perf-chance';

/** What asks for a text and then for the next one, and how often it was asked. */
function asking(...texts: string[]) {
  let asked = 0;
  return { ask: () => Promise.resolve(texts[asked++]), count: () => asked };
}

test('where the first text is ours, perf is not asked again', async () => {
  const { ask, count } = asking('b');
  expect(await askUntilOurs('ours', 'ours', REPEATS, ask)).toEqual({ hasOurs: true, distinct: 1 });
  expect(count()).toBe(0);
});

test('where perf always prints the same, the difference is ours, after all repeats', async () => {
  const { ask, count } = asking('a', 'a', 'a', 'a', 'ours');
  expect(await askUntilOurs('ours', 'a', REPEATS, ask)).toEqual({ hasOurs: false, distinct: 1 });
  expect(count()).toBe(REPEATS);
});

test('where perf prints ours later, it is not asked further', async () => {
  const { ask, count } = asking('b', 'ours', 'c');
  expect(await askUntilOurs('ours', 'a', REPEATS, ask)).toEqual({ hasOurs: true, distinct: 3 });
  expect(count()).toBe(2);
});

test('where perf disagrees with itself and never prints ours, the difference is still ours', async () => {
  const { ask } = asking('b', 'a', 'b', 'c');
  expect(await askUntilOurs('ours', 'a', REPEATS, ask)).toEqual({ hasOurs: false, distinct: 3 });
});

test('a repeat that fails, fails the row', async () => {
  await expect(
    askUntilOurs('ours', 'a', REPEATS, () => Promise.reject(new Error('perf failed'))),
  ).rejects.toThrow('perf failed');
});
