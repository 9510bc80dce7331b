import { EMPTY_STACK } from '../../../unwinder';
import { findParents, forgetCallees } from './symbol-patterns';
import { MadeProfile } from '../../../profile/tables/test-support/made-profile';

function stackOf(made: MadeProfile, row: number): string {
  const { stacks, samples } = made.profile;
  const names: string[] = [];
  for (let stack = samples.stack[row]; stack !== EMPTY_STACK; stack = stacks.parent[stack]) {
    names.unshift(made.resolveOnce(stacks.frame[stack]).symbol ?? '?');
  }
  return names.join(';');
}

test('a parent is the first match inwards or outwards', () => {
  const made = new MadeProfile([{ stack: 'main;run_a;run_b;leaf' }, { stack: 'main;leaf' }]);
  const symbolOf = (frame: number): string | undefined => made.resolveOnce(frame).symbol;
  const inwards = findParents(made.profile, symbolOf, /^run_/, 'caller');
  const outwards = findParents(made.profile, symbolOf, /^run_/, 'callee');
  expect([inwards(0), outwards(0), inwards(1)]).toEqual(['run_a', 'run_b', undefined]);
});

test('callees of a function become part of it: of its outermost call', () => {
  const made = new MadeProfile([
    { stack: 'main;lock;slow;lock;wait', period: 2 },
    { stack: 'main;lock;fast', period: 3 },
    { stack: 'main;work', period: 5 },
  ]);
  const { profile } = made;
  forgetCallees(
    profile,
    (frame) => made.resolveOnce(frame).symbol,
    /^lock$/,
    () => false,
  );
  expect(profile.samples.count).toBe(2);
  expect([stackOf(made, 0), stackOf(made, 1)]).toEqual(['main;lock', 'main;work']);
  expect(made.resolveOnce(profile.samples.frame[0]).symbol).toBe('lock');
  expect([...profile.samples.period.subarray(0, 2)]).toEqual([5, 5]);
});
