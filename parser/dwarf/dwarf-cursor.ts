/**
 * A cursor for DWARF sections (DWARF 5, section 7: Data Representation) that never throws: a read that would
 * leave its range returns 0 and sets {@link DwarfCursor.failed}, which stays set until the next `reset`. So a
 * decoder reads a whole entry and asks once, and damaged bytes cost no exception on the per-address paths.
 *
 * A cursor is made once per section and pointed at many ranges of it.
 */

import { addressFromHalves } from '../bytes';

/** LEB128 bytes that a double's low part holds exactly: 7 * 7 = 49 bits. */
const LOW_LEB_BYTES = 7;
const LOW_LEB_SCALE = 2 ** 49;
/** 64 bits need ten LEB128 bytes. What follows can only be padding. */
const LARGEST_LEB_BYTES = 10;

export class DwarfCursor {
  position = 0;
  end: number;
  /** Whether a read since the last {@link reset} left the range. */
  failed = false;
  readonly view: DataView;

  /** @param bytes the section; borrowed, never written */
  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian: boolean,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Points the cursor at a range of the section. A range that leaves the section fails at once. */
  reset(position: number, end: number): void {
    const fits = position >= 0 && position <= end && end <= this.bytes.length;
    this.failed = !fits;
    this.position = fits ? position : 0;
    this.end = fits ? end : 0;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  skip(sizeBytes: number): void {
    this.advance(sizeBytes);
  }

  /** Moves to an offset of the section within the current range. */
  seek(position: number): void {
    if (position >= 0 && position <= this.end) this.position = position;
    else this.fail();
  }

  readU8(): number {
    if (this.position < this.end) return this.bytes[this.position++];
    this.fail();
    return 0;
  }

  readI8(): number {
    return (this.readU8() << 24) >> 24;
  }

  readU16(): number {
    const at = this.advance(2);
    return at < 0 ? 0 : this.view.getUint16(at, this.littleEndian);
  }

  readI16(): number {
    return (this.readU16() << 16) >> 16;
  }

  /** Three bytes (DW_FORM_strx3, DW_FORM_addrx3). */
  readU24(): number {
    const at = this.advance(3);
    if (at < 0) return 0;
    const first = this.bytes[at];
    const last = this.bytes[at + 2];
    const middle = this.bytes[at + 1] << 8;
    return this.littleEndian ? first | middle | (last << 16) : last | middle | (first << 16);
  }

  readU32(): number {
    const at = this.advance(4);
    return at < 0 ? 0 : this.view.getUint32(at, this.littleEndian);
  }

  readI32(): number {
    return this.readU32() | 0;
  }

  /** A 64-bit word as a signed double, exact within ±2^53 (parser/bytes/address.ts). */
  readAddress(): number {
    const at = this.advance(8);
    if (at < 0) return 0;
    const first = this.view.getUint32(at, this.littleEndian);
    const second = this.view.getUint32(at + 4, this.littleEndian);
    return this.littleEndian ? addressFromHalves(first, second) : addressFromHalves(second, first);
  }

  /** An offset or length of the unit's format: 4 bytes in 32-bit DWARF, 8 in 64-bit DWARF. Negative is damage. */
  readOffset(offsetSizeBytes: number): number {
    if (offsetSizeBytes === 4) return this.readU32();
    const value = this.readAddress();
    if (value < 0) this.fail();
    return value;
  }

  /** An unsigned word of 1, 2, 4 or 8 bytes; an 8-byte one is a signed double. Other sizes fail. */
  readUnsigned(sizeBytes: number): number {
    switch (sizeBytes) {
      case 1:
        return this.readU8();
      case 2:
        return this.readU16();
      case 4:
        return this.readU32();
      case 8:
        return this.readAddress();
      default:
        this.fail();
        return 0;
    }
  }

  /** Unsigned LEB128, exact to 2^53. */
  readUleb128(): number {
    let byte = this.readU8();
    if (byte < 0x80) return byte;
    let low = byte & 0x7f;
    let high = 0;
    let scale = 128;
    for (let index = 1; byte >= 0x80; index++) {
      byte = this.readU8();
      if (index < LOW_LEB_BYTES) {
        low += (byte & 0x7f) * scale;
        scale *= 128;
      } else if (index < LARGEST_LEB_BYTES) {
        high |= (byte & 0x7f) << (7 * (index - LOW_LEB_BYTES));
      }
    }
    return low + (high & 0x7fff) * LOW_LEB_SCALE;
  }

  /** Signed LEB128, exact within ±2^53, whatever the number of bytes it was padded to. */
  readSleb128(): number {
    let byte = this.readU8();
    if (byte < 0x80) return (byte << 25) >> 25;
    let low = byte & 0x7f;
    let high = 0;
    let scale = 128;
    let index = 1;
    for (; byte >= 0x80; index++) {
      byte = this.readU8();
      if (index < LOW_LEB_BYTES) {
        low += (byte & 0x7f) * scale;
        scale *= 128;
      } else if (index < LARGEST_LEB_BYTES) {
        high |= (byte & 0x7f) << (7 * (index - LOW_LEB_BYTES));
      }
    }
    if (index <= LOW_LEB_BYTES) return (byte & 0x40) !== 0 ? low - scale : low;
    const highBits = Math.min(15, 7 * (index - LOW_LEB_BYTES));
    return low + ((high << (32 - highBits)) >> (32 - highBits)) * LOW_LEB_SCALE;
  }

  /** Moves past a zero-terminated string. @returns the offset of its first byte */
  skipCString(): number {
    const start = this.position;
    const zero = this.bytes.indexOf(0, start);
    if (zero < 0 || zero >= this.end) {
      this.fail();
      return start;
    }
    this.position = zero + 1;
    return start;
  }

  /** Marks the entry as damaged; a loop that runs to the end stops. */
  fail(): void {
    this.failed = true;
    this.position = this.end;
  }

  private advance(sizeBytes: number): number {
    const at = this.position;
    if (sizeBytes >= 0 && sizeBytes <= this.end - at) {
      this.position = at + sizeBytes;
      return at;
    }
    this.fail();
    return -1;
  }
}
