import { idOfPair, idOfText } from './content-id';

test('numbers of equal things are equal, and of a hundred thousand different ones different', () => {
  const ids = new Set<bigint>();
  for (let i = 0; i < 50_000; i++) {
    ids.add(idOfText(`/usr/lib/libc.so.6\0${i}`));
    ids.add(idOfPair(BigInt(i), 7n));
  }
  expect(ids.size).toBe(100_000);
  expect(idOfText('a\0b')).toBe(idOfText('a\0b'));
});

test('the order of two things, and each unit of a text, tell', () => {
  expect(idOfPair(1n, 2n)).not.toBe(idOfPair(2n, 1n));
  expect(idOfText('ab')).not.toBe(idOfText('ba'));
  expect(idOfText('')).not.toBe(idOfText('\0'));
});

test('numbers are 64 bits with sign, all of which are used', () => {
  let used = 0n;
  for (let i = 0; i < 1000; i++) {
    const id = idOfText(String(i));
    expect(BigInt.asIntN(64, id)).toBe(id);
    used |= BigInt.asUintN(64, id);
  }
  expect(used).toBe(2n ** 64n - 1n);
});
