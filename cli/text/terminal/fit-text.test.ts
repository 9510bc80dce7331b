import { fitProse } from './fit-text';

test.each([
  ['short', 'short'],
  [
    'User stacks   registers 0xff and 8192 bytes (unwound here)',
    'User stacks   registers 0xff and 8192\n              bytes (unwound here)',
  ],
  [
    '                 no .symtab: install its debug package',
    '                 no .symtab: install\n                 its debug package',
  ],
  // Of a path its end is what tells it apart.
  ['  4.06%  V3, 11 fn  yes  /usr/lib/x86_64-linux-gnu/libc.so.6', '  4.06%  V3, 11 fn  yes  …nu/libc.so.6'],
  ['# To display the header, please use --header', '# To display the header, please use\n# --header'],
  // A word that has no end.
  [`Recording     ${'x'.repeat(30)}`, `Recording     ${'x'.repeat(24)}\n              ${'x'.repeat(6)}`],
  ['x'.repeat(80), `${'x'.repeat(38)}\n${'x'.repeat(38)}\n${'x'.repeat(4)}`],
])('%s', (line, expected) => {
  expect(fitProse(line, 38)).toBe(expected);
});

test.each([1, 2, 3, 8, 20])('a terminal of %s columns: every line ends', (columns) => {
  for (const line of [
    '# To display the header',
    'User stacks   registers 0xff',
    `${' '.repeat(30)}words of text`,
  ]) {
    const lines = fitProse(line, columns).split('\n');
    expect(lines.filter(({ length }) => length > columns)).toEqual([]);
    expect(lines.join('').replaceAll(' ', '')).toContain(line.trim().split(' ').at(-1)!);
  }
});
