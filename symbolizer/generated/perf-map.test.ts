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
