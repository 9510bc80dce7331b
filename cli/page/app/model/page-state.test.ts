/** The page's address: what it says comes back, and nonsense is as at first. */

import { firstState, formatState, parseState, type PageState } from './page-state';

test('a state that was changed comes back from its address', () => {
  const changed: PageState = {
    view: 'sandwich',
    event: 1,
    unit: 'samples',
    search: 'operator<<(std::ostream&)',
    zoom: [4, 0, 17],
    chosen: 12,
    range: [1500, 20_000],
    threads: [0, 3],
    stops: [255],
    isRootBelow: true,
    showsBefore: true,
  };
  expect(parseState(`#${formatState(changed, firstState)}`, firstState)).toEqual(changed);
});

test('what is as at first is left out', () => {
  expect(formatState(firstState, firstState)).toBe('');
});

test('nonsense is as at first', () => {
  expect(parseState('#view=__proto__&event=x&time=5&zoom=1.x&threads=&unit=7', firstState)).toEqual(
    firstState,
  );
});
