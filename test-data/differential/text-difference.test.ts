import { describeDifference, withoutChance, withUnknownLines } from './text-difference';

test('equal texts have no difference', () => {
  expect(describeDifference('a\nb\n', 'a\nb\n')).toBeUndefined();
});

test('the first difference is shown with what is before it, and nothing of the equal end', () => {
  const numbers = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const expected = [...numbers, 'perf has this', 'end', ''].join('\n');
  const actual = [...numbers, 'we have that', 'and this', 'end', ''].join('\n');
  expect(describeDifference(expected, actual)).toBe(
    [
      'first difference in line 41; lines: perf 42, perf-sframe 43',
      ...numbers.slice(34).map((line) => `        ${line}`),
      ' perf > perf has this',
      ' ours > we have that',
      ' ours > and this',
    ].join('\n'),
  );
});

test('a missing end is a difference', () => {
  expect(describeDifference('a\nb\n', 'a\n')).toContain(' perf > b');
  expect(describeDifference('a\n', 'a')).toBeDefined();
});

test('the tip of perf report and the change time of the recording are left out of the comparison', () => {
  const text = '# captured on    : Sun Nov 22 11:36:21 2026\n  1%  x\n\n\n#\n# (Tip: Use perf)\n#\n';
  expect(withoutChance(text)).toBe('# captured on    : …\n  1%  x\n\n\n');
  expect(withoutChance('# (Tip: inside)\n#\n')).toBe('# (Tip: inside)\n#\n');
});

test('the remainder of a fractal graph is compared without what perf says of it by chance, functions are not', () => {
  const graph = '          |--99.10%--main\n          |          \n           --0.90%--[...]\n';
  expect(withoutChance(graph.replace('[...]', '[...] (inlined)'))).toBe(graph);
  expect(withoutChance(graph)).toBe(graph);
  const inlined = '           --0.90%--mix (inlined)\n';
  expect(withoutChance(inlined)).toBe(inlined);
});

test('where perf prints :0 for a line that is not known, ??:0 is as good', () => {
  expect(withUnknownLines('\t 7f10 _init (/w/bin/a)\n  :0\n  a.c:0\n')).toBe(
    '\t 7f10 _init (/w/bin/a)\n  ??:0\n  a.c:0\n',
  );
  expect(withUnknownLines('   0.30%  :0\n   _start :0\n')).toBe('   0.30%  ??:0\n   _start ??:0\n');
});
