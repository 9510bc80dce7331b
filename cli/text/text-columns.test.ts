import { formatCount, formatPlural, formatShare, formatSize, formatTable } from './text-columns';

test('counts in groups of three', () => {
  expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([formatPlural(1, 'byte'), formatPlural(2000, 'byte')]).toEqual(['1 byte', '2,000 bytes']);
});

test('a share is 0 % or 100 % only when it is', () => {
  expect(formatShare(0, 10)).toBe('0.0 %');
  expect(formatShare(10, 10)).toBe('100.0 %');
  expect(formatShare(1, 1_000_000)).toBe('<0.1 %');
  expect(formatShare(999_999, 1_000_000)).toBe('>99.9 %');
  expect(formatShare(1, 3)).toBe('33.3 %');
  expect(formatShare(0, 0)).toBe('-');
});

test('sizes take five characters at most', () => {
  expect([0, 999, 1000, 1024, 10_240, 102_400, 1_023_900, 5_000_000_000].map(formatSize)).toEqual([
    '0',
    '999',
    '1.0K',
    '1.0K',
    '10.0K',
    '100K',
    '1.0M',
    '4.7G',
  ]);
});

test('columns are as wide as their widest cell', () => {
  const rows = [
    ['a', '1'],
    ['bcd', '22'],
  ];
  expect(formatTable(rows, ['left', 'right'], '> ')).toBe('> a     1\n> bcd  22\n');
});
