import { DwarfCursor } from './dwarf-cursor';
import { SectionBuilder } from './test-support/section-builder';

function cursorOver(builder: SectionBuilder): DwarfCursor {
  return new DwarfCursor(builder.build(), builder.littleEndian);
}

describe('DwarfCursor', () => {
  const numbers = [
    0,
    1,
    63,
    64,
    127,
    128,
    8191,
    8192,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 49 - 1,
    2 ** 49,
    2 ** 53 - 1,
  ];

  test.each(numbers)('reads LEB128 of %d in every length it may be padded to', (value) => {
    for (const number of [value, -value]) {
      for (let padding = 0; padding < 4; padding++) {
        // Padding repeats the sign: 0x80 … 0x00 for positive, 0xff … 0x7f for negative numbers.
        const bytes = [...new SectionBuilder().sleb(number).build()];
        const fill = number < 0 ? 0x7f : 0;
        for (let i = 0; i < padding; i++) {
          bytes[bytes.length - 1] |= 0x80;
          bytes.push(fill);
        }
        const cursor = new DwarfCursor(Uint8Array.from(bytes), true);
        expect(cursor.readSleb128()).toBe(number === 0 ? 0 : number);
        expect(cursor.atEnd && !cursor.failed).toBe(true);
      }
    }
    expect(cursorOver(new SectionBuilder().uleb(value)).readUleb128()).toBe(value);
  });

  test('reads a negative number of ten bytes', () => {
    const bytes = [0xf8, ...new Array<number>(8).fill(0xff), 0x7f];
    expect(new DwarfCursor(Uint8Array.from(bytes), true).readSleb128()).toBe(-8);
  });

  test('a LEB128 number without end is damage, not a loop', () => {
    const cursor = new DwarfCursor(new Uint8Array(5000).fill(0x80), true);
    cursor.readUleb128();
    expect(cursor.failed).toBe(true);
  });

  test.each([true, false])('reads numbers in byte order (little endian: %s)', (littleEndian) => {
    const cursor = cursorOver(new SectionBuilder(littleEndian).u16(0x1234).u32(0x89abcdef).u64(-2n));
    expect(cursor.readU16()).toBe(0x1234);
    expect(cursor.readU32()).toBe(0x89abcdef);
    expect(cursor.readAddress()).toBe(-2);
    expect(cursor.failed).toBe(false);
    cursor.reset(0, 3);
    expect(cursor.readU24()).toBe(littleEndian ? 0xef1234 : 0x123489);
  });

  test('a read beyond its range fails and stays failed until it is pointed elsewhere', () => {
    const cursor = new DwarfCursor(new Uint8Array(16).fill(7), true);
    cursor.reset(0, 6);
    expect(cursor.readU32()).toBe(0x07070707);
    expect(cursor.readU32()).toBe(0);
    expect([cursor.failed, cursor.atEnd, cursor.readU8()]).toEqual([true, true, 0]);
    cursor.reset(8, 16);
    expect([cursor.failed, cursor.readU8()]).toEqual([false, 7]);
    cursor.reset(8, 17);
    expect(cursor.failed).toBe(true);
  });
});
