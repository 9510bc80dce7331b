import { EMPTY_STACK, FURTHER_FRAMES } from '../../unwinder';
import { FURTHER_PLACES } from '../names/frame-names';
import { MadeProfile } from './test-support/made-profile';

test('samples that agree are one row', () => {
  const { profile } = new MadeProfile([
    { stack: 'main;work', period: 3 },
    { stack: 'main;rest', period: 5 },
    { stack: 'main;work', period: 7 },
  ]);
  expect(profile.samples.count).toBe(2);
  expect([...profile.samples.samples.subarray(0, 2)]).toEqual([2, 1]);
  expect([...profile.samples.period.subarray(0, 2)]).toEqual([10, 5]);
});

test.each([
  ['thread', { tid: 2 }],
  ['name of a thread', { comm: 'renamed' }],
  ['event', { event: 1 }],
  ['cpumode', { cpumode: 1 }],
  ['stack', { stack: 'main;other' }],
])('samples of another %s are another row', (_, difference) => {
  const sample = { stack: 'main;work' };
  const { profile } = new MadeProfile([sample, { ...sample, ...difference }, sample]);
  expect([...profile.samples.samples.subarray(0, profile.samples.count)]).toEqual([2, 1]);
});

test('stacks are stored once, callers before what they call', () => {
  const { profile } = new MadeProfile([
    { stack: 'a;b;c' },
    { stack: 'a;b;d' },
    { stack: 'a;b' },
    { stack: 'x' },
  ]);
  const { stacks } = profile;
  expect(stacks.count).toBe(5);
  for (let stack = 0; stack < stacks.count; stack++) expect(stacks.parent[stack]).toBeLessThan(stack);
  expect(stacks.parent[0]).toBe(EMPTY_STACK);
  expect(stacks.parent[profile.samples.stack[1]]).toBe(profile.samples.stack[2]);
});

test('a sample without stack counts', () => {
  const { profile } = new MadeProfile([{ stack: '' }]);
  expect(profile.samples.stack[0]).toBe(EMPTY_STACK);
});

test('columns grow: ten thousand different stacks, each twice, deeper than the first columns are long', () => {
  const stacks = Array.from(
    { length: 10_000 },
    (_, i) => `?${(i >> 5).toString(16)};?${(i + 1).toString(16)}`,
  );
  const deep = Array.from({ length: 700 }, () => 'again').join(';');
  const { profile } = new MadeProfile([...stacks, deep, ...stacks, deep].map((stack) => ({ stack })));
  expect(profile.samples.count).toBe(10_001);
  expect(new Set(profile.samples.samples.subarray(0, 10_001))).toEqual(new Set([2]));
});

test('what filters leave out is counted by event', () => {
  const { profile } = new MadeProfile([]);
  profile.addHidden(1, 10, 0);
  profile.addHidden(1, 5, 0);
  expect([...profile.hidden]).toEqual([[1, { samples: 2, period: 15, latency: 0 }]]);
});

// The limits of SECURITY.md, reached; those of a run are larger.
describe('of too many different stacks', () => {
  const samples = [
    { stack: 'main;work' },
    { stack: 'main;work;?10' },
    { stack: 'main;work;?20' },
    { stack: 'main;work;?10' },
    { stack: 'main;other' },
    { stack: 'main' },
  ];
  const stacksOf = ({ profile, frames, locations }: MadeProfile): string[] => {
    const { stacks } = profile;
    const textOf = (stack: number): string =>
      stack === EMPTY_STACK
        ? ''
        : `${textOf(stacks.parent[stack])};${
            frames.mapping[stacks.frame[stack]] === FURTHER_FRAMES
              ? FURTHER_PLACES
              : locations.symbol[locations.ofChainFrame(stacks.frame[stack])[0]]
          }`;
    return [...profile.samples.stack.subarray(0, profile.samples.count)].map((stack) => textOf(stack));
  };

  test('those that are new when there is no room are one frame', () => {
    const made = new MadeProfile(samples, { frames: Infinity, stacks: 3 });
    expect(stacksOf(made)).toEqual([
      ';main;work',
      ';main;work;undefined',
      `;${FURTHER_PLACES}`,
      `;${FURTHER_PLACES}`,
      ';main',
    ]);
    expect([...made.profile.samples.samples.subarray(0, 5)]).toEqual([1, 2, 1, 1, 1]);
    expect(made.profile.countSamplesOfFurther()).toBe(2);
  });

  test('frames that are new when there is no room are one frame', () => {
    const made = new MadeProfile(samples, { frames: 3, stacks: Infinity });
    expect(stacksOf(made)).toEqual([
      ';main;work',
      ';main;work;undefined',
      `;main;work;${FURTHER_PLACES}`,
      `;main;${FURTHER_PLACES}`,
      ';main',
    ]);
    expect(made.profile.countSamplesOfFurther()).toBe(2);
  });

  test('without a limit in reach nothing is left out', () => {
    expect(new MadeProfile(samples).profile.countSamplesOfFurther()).toBe(0);
  });
});
