import { PerfMap } from './perf-map';

function parse(text: string): PerfMap {
  return PerfMap.parse(new TextEncoder().encode(text));
}

function nameAt(map: PerfMap, avma: number): string | undefined {
  const index = map.find(avma);
  return index < 0 ? undefined : map.name(index);
}

test('names with spaces, numbers with and without prefix, lines in any order', () => {
  const map = parse(
    '7f0000002000 20 LazyCompile:*sort /app/sort.js:1\n0x7f0000001000 0x10 f\n7F0000001010 8 gg',
  );
  expect(map.count).toBe(3);
  expect(map.skippedLines).toBe(0);
  expect(nameAt(map, 0x7f0000000fff)).toBeUndefined();
  expect(nameAt(map, 0x7f000000100f)).toBe('f');
  expect(nameAt(map, 0x7f0000001010)).toBe('gg');
  expect(nameAt(map, 0x7f0000001018)).toBeUndefined();
  expect(nameAt(map, 0x7f000000201f)).toBe('LazyCompile:*sort /app/sort.js:1');
  const index = map.find(0x7f0000002008);
  expect([map.start(index), map.end(index)]).toEqual([0x7f0000002000, 0x7f0000002020]);
});

test('other lines are counted', () => {
  const map = parse('\nhello\n1000\n1000 10\n1000 10 \nzz 10 name\n1000 zz name\n1000 10 name\n');
  expect(map.count).toBe(1);
  expect(map.skippedLines).toBe(6);
  expect(nameAt(map, 0x100f)).toBe('name');
});

test('an empty file is an empty map', () => {
  expect(parse('').find(0)).toBe(-1);
});

test('of lines that overlap the last counts, as far as it reaches', () => {
  const map = parse(
    '1000 100 old\n1800 10 other\n1040 20 patch\n10f0 20 behind\n1000 10 new\n1000 0 empty\n',
  );
  const at = [0x1000, 0x100f, 0x1010, 0x1040, 0x105f, 0x1060, 0x10ef, 0x10f0, 0x110f, 0x1110, 0x1800];
  expect(at.map((avma) => nameAt(map, avma))).toEqual([
    'new',
    'new',
    'old',
    'patch',
    'patch',
    'old',
    'old',
    'behind',
    'behind',
    undefined,
    'other',
  ]);
});

// The limit of SECURITY.md, reached.
test('a name is cut after 64 KiB', () => {
  expect(nameAt(parse(`1000 10 ${'x'.repeat(100_000)}\n2000 10 next\n`), 0x1000)).toBe('x'.repeat(65_536));
});
