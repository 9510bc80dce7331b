import { ByteBuilder } from '../perf-data/test-support/recording-builder';
import { ByteReader, decodeCString } from './byte-reader';
import { ParseError } from './parse-error';

const reader = (...bytes: number[]): ByteReader => new ByteReader(Uint8Array.from(bytes), true, 'a.out');

describe.each([true, false])('numbers, little endian: %s', (littleEndian) => {
  test('every width, signed and unsigned, one after the other', () => {
    const bytes = new ByteBuilder(littleEndian)
      .u8(0xfe, 0xfe)
      .u16(0xfffe, 0xfffe)
      .u32(0xffff_fffe, 0xffff_fffe)
      .u64(0x0123_4567_89ab_cdefn, 0x7fff_1234_5678n, -640n, 2 ** 53 - 1)
      .finish();
    const numbers = new ByteReader(bytes, littleEndian, 'a.out');
    expect([numbers.readU8(), numbers.readI8()]).toEqual([0xfe, -2]);
    expect([numbers.readU16(), numbers.readI16()]).toEqual([0xfffe, -2]);
    expect([numbers.readU32(), numbers.readI32()]).toEqual([0xffff_fffe, -2]);
    expect(numbers.readBigU64()).toBe(0x0123_4567_89ab_cdefn);
    // A user address is positive, a context marker (PERF_CONTEXT_USER_DEFERRED) a small negative number.
    expect([numbers.readAddress(), numbers.readAddress()]).toEqual([0x7fff_1234_5678, -640]);
    expect(numbers.readSize()).toBe(2 ** 53 - 1);
    expect(numbers.remaining).toBe(0);
  });

  test('the bytes need not be aligned, nor begin their buffer', () => {
    const bytes = new ByteBuilder(littleEndian).u8(1, 2, 3).u64(0x1122_3344_5566n).finish();
    expect(new ByteReader(bytes.subarray(3), littleEndian, 'a.out').readAddress()).toBe(0x1122_3344_5566);
  });

  test('a size of 2^53 is refused, where it stands', () => {
    const bytes = new ByteBuilder(littleEndian).u64(1, 2n ** 53n).finish();
    const sizes = new ByteReader(bytes, littleEndian, 'a.out, section .sframe');
    sizes.skip(8);
    expect(() => sizes.readSize()).toThrow(
      'a.out, section .sframe, offset 0x8: a 64-bit size or offset is absurd: found 0x20000000000000',
    );
  });
});

// The examples of the DWARF 5 standard, section 7.6, tables 7.7 and 7.8.
test.each([
  [[0x02], 2],
  [[0x7f], 127],
  [[0x80, 0x01], 128],
  [[0x81, 0x01], 129],
  [[0xb9, 0x64], 12857],
])('unsigned LEB128 %j is %d', (bytes, value) => {
  expect(reader(...bytes).readUleb128()).toBe(value);
});

test.each([
  [[0x02], 2],
  [[0x7e], -2],
  [[0xff, 0x00], 127],
  [[0x81, 0x7f], -127],
  [[0x80, 0x01], 128],
  [[0x80, 0x7f], -128],
  [[0x81, 0x01], 129],
  [[0xff, 0x7e], -129],
])('signed LEB128 %j is %d', (bytes, value) => {
  expect(reader(...bytes).readSleb128()).toBe(value);
});

test('LEB128 numbers of more than 32 bits are exact', () => {
  // 2^35 + 5: five groups of seven bits before it.
  expect(reader(0x85, 0x80, 0x80, 0x80, 0x80, 0x01).readUleb128()).toBe(2 ** 35 + 5);
  expect(reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x7f).readSleb128()).toBe(-(2 ** 35));
});

describe('texts', () => {
  const text = (...parts: (string | number)[]): Uint8Array =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : [part])));

  test('a zero ends a text, and is consumed', () => {
    const texts = new ByteReader(text('blur', 0, 'größe', 0, 7), true, 'a.out');
    expect([texts.readCString(), texts.readCString(), texts.readU8()]).toEqual(['blur', 'größe', 7]);
  });

  test('a field of fixed size is passed whole, with a zero or without', () => {
    const texts = new ByteReader(text('ab', 0, 'x', 'full', 7), true, 'a.out');
    expect([texts.readFixedString(4), texts.readFixedString(4), texts.readU8()]).toEqual(['ab', 'full', 7]);
  });

  test('a text without a zero is refused, and the position stays', () => {
    const texts = new ByteReader(text('ab', 0, 'open'), true, 'a.out');
    texts.readCString();
    expect(() => texts.readCString()).toThrow(ParseError);
    expect(texts.position).toBe(3);
  });

  test('a string table may end in a text without a zero', () => {
    expect(decodeCString(text('.text', 0, '.data'), 6)).toBe('.data');
  });
});

describe('bounds', () => {
  type Read = (bytes: ByteReader) => unknown;
  const reads: Record<string, [sizeBytes: number, read: Read]> = {
    readU8: [1, (bytes) => bytes.readU8()],
    readI16: [2, (bytes) => bytes.readI16()],
    readU32: [4, (bytes) => bytes.readU32()],
    readAddress: [8, (bytes) => bytes.readAddress()],
    readF64: [8, (bytes) => bytes.readF64()],
    readBytes: [3, (bytes) => bytes.readBytes(3)],
    skip: [5, (bytes) => bytes.skip(5)],
  };

  test.each(Object.entries(reads))('%s needs all its bytes', (_name, [sizeBytes, read]) => {
    // The bytes beyond the reader's exist: only the reader knows that they are another's.
    const buffer = new Uint8Array(16);
    const exact = new ByteReader(buffer.subarray(0, sizeBytes), true, 'a.out');
    read(exact);
    expect(exact.position).toBe(sizeBytes);
    const short = new ByteReader(buffer.subarray(0, sizeBytes - 1), true, 'a.out');
    expect(() => read(short)).toThrow(
      `a.out, offset 0x0: data ends too early: found ${sizeBytes - 1} bytes left, expected ${sizeBytes} bytes`,
    );
    expect(short.position).toBe(0);
  });

  test('a number that never ends ends with the bytes', () => {
    expect(() => reader(0x80, 0x80).readUleb128()).toThrow(ParseError);
    expect(() => reader(0xff, 0xff).readSleb128()).toThrow(ParseError);
  });

  test.each([-1, 4, Number.NaN, Infinity])('seek(%d) in three bytes is refused', (position) => {
    expect(() => reader(1, 2, 3).seek(position)).toThrow(ParseError);
  });

  test.each([-1, Number.NaN])('%d bytes cannot be read', (sizeBytes) => {
    expect(() => reader(1, 2, 3).readBytes(sizeBytes)).toThrow(ParseError);
  });

  test('the end itself is a place', () => {
    const bytes = reader(1, 2, 3);
    bytes.seek(3);
    expect(bytes.readBytes(0)).toHaveLength(0);
  });
});
