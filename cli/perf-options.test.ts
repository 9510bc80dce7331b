import { UsageError } from '../profile/session/usage-error';
import { translatePerfArguments } from './perf-options';

test('an argument that begins with a minus sign stays with its option', () => {
  expect(translatePerfArguments(['script', '-F', '-period,-dso'])).toEqual([
    'script',
    '--fields=-period,-dso',
  ]);
});

test.each([
  [
    ['report', '-nUsdso'],
    ['report', '-n', '-U', '--sort=dso'],
  ],
  [
    ['report', '-qt;', '-C0-3', '-g', 'none'],
    ['report', '-q', '-t=;', '-C=0-3', '-g', 'none'],
  ],
  [
    ['script', '-GF-period', '-F', '-dso', '-vv'],
    ['script', '-G', '--fields=-period', '--fields=-dso', '-v', '-v'],
  ],
  [
    ['report', '--', '-nsdso'],
    ['report', '--', '-nsdso'],
  ],
  [
    ['fold', '-ofolded'],
    ['fold', '-ofolded'],
  ],
])('letters in one word, %p, and a value after its letter', (typed, taken) => {
  expect(translatePerfArguments(typed)).toEqual(taken);
});

test('options that ask for what is done anyway are accepted', () => {
  expect(translatePerfArguments(['report', '--stdio', '-f', 'x.data'])).toEqual(['report', 'x.data']);
});

test.each(['--tui', '--itrace=i', '--max-blocks'])(
  '%s of perf is refused with a reason, not ignored',
  (option) => {
    expect(() => translatePerfArguments(['report', option])).toThrow(UsageError);
  },
);
