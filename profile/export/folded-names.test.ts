import { foldedComm, foldedName, type FoldNameOptions } from './folded-names';

const plain: FoldNameOptions = {
  tidies: true,
  marksKernel: false,
  marksGenerated: false,
  marksInlined: false,
  showsAddresses: false,
};
const marked = { ...plain, marksKernel: true, marksGenerated: true, marksInlined: true };
const user = { modulePath: '/usr/lib/libc.so.6', isKernel: false, isGenerated: false, address: '7f00' };

test.each([
  ['qsort', 'qsort'],
  ['shapes::area(int) const', 'shapes::area'],
  ['(anonymous namespace)::risky(int)', '(anonymous namespace)::risky'],
  ['net/http.(*Client).Do', 'net/http.(*Client).Do'],
  ['Lfoo/Bar;::baz', 'Lfoo/Bar:::baz'],
  ['RegExp:["\']', 'RegExp:[]'],
  ['\u001b]0;title', '\\x1b]0:title'],
])('%s is folded as %s', (symbol, folded) => {
  expect(foldedName({ symbol, symbolOffset: 0 }, user, plain)).toBe(folded);
});

test('a frame without symbol goes by its binary, with its address if asked for', () => {
  const unnamed = { symbol: undefined, symbolOffset: 0 };
  expect(foldedName(unnamed, user, plain)).toBe('[libc.so.6]');
  expect(foldedName(unnamed, { ...user, modulePath: undefined }, plain)).toBe('[unknown]');
  expect(foldedName(unnamed, user, { ...plain, showsAddresses: true })).toBe('[libc.so.6 <7f00>]');
});

test('only arguments of functions are left out: binaries and generated code keep their parentheses', () => {
  const unnamed = { symbol: undefined, symbolOffset: 0 };
  expect(foldedName(unnamed, { ...user, modulePath: '/tmp/p.so (deleted)' }, plain)).toBe('[p.so (deleted)]');
  const script = { symbol: 'LazyCompile:*f(x)', symbolOffset: 0 };
  expect(foldedName(script, { ...user, isGenerated: true }, plain)).toBe('LazyCompile:*f(x)');
});

test('a word that is not an address has no symbol', () => {
  expect(
    foldedName({ symbol: '(cookie)', symbolOffset: -1 }, { ...user, modulePath: undefined }, plain),
  ).toBe('[unknown]');
});

test('marks say what runs where', () => {
  const name = { symbol: 'f', symbolOffset: 0 };
  expect(foldedName(name, { ...user, isKernel: true }, marked)).toBe('f_[k]');
  expect(foldedName(name, { ...user, modulePath: '/tmp/perf-12.map', isGenerated: true }, marked)).toBe(
    'f_[j]',
  );
  expect(foldedName({ ...name, isInlined: true }, user, marked)).toBe('f_[i]');
  expect(foldedName(name, user, marked)).toBe('f');
});

test('a command can have blanks, which the format cannot', () => {
  expect(foldedComm('disk writer;x')).toBe('disk_writer:x');
});
