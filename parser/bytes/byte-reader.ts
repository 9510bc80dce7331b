/**
 * A cursor over bytes in a given byte order. Every read checks its bounds and throws a {@link ParseError}
 * that names the place, so parsers built on it cannot run off their section.
 */

import { addressFromHalves } from './address';
import { ParseError } from './parse-error';
import { decodeText } from './text';

export class ByteReader {
  /** Offset of the next read, from the start of the bytes given. */
  position = 0;
  readonly view: DataView;

  /**
   * @param bytes what is read; borrowed, never written
   * @param littleEndian byte order of multi-byte reads
   * @param where names the bytes in errors: "a.out, section .sframe"
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian: boolean,
    readonly where: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** Moves to an offset from the start. @throws ParseError when it lies outside the bytes */
  seek(position: number): void {
    if (!(position >= 0 && position <= this.bytes.length)) throw this.outOfBounds(position, 0);
    this.position = position;
  }

  /** Moves forward. @throws ParseError when that leaves the bytes */
  skip(sizeBytes: number): void {
    this.advance(sizeBytes);
  }

  readU8(): number {
    return this.view.getUint8(this.advance(1));
  }

  readI8(): number {
    return this.view.getInt8(this.advance(1));
  }

  readU16(): number {
    return this.view.getUint16(this.advance(2), this.littleEndian);
  }

  readI16(): number {
    return this.view.getInt16(this.advance(2), this.littleEndian);
  }

  readU32(): number {
    return this.view.getUint32(this.advance(4), this.littleEndian);
  }

  readI32(): number {
    return this.view.getInt32(this.advance(4), this.littleEndian);
  }

  /** A 64-bit word as a signed double: exact within ±2^53 (see address.ts). */
  readAddress(): number {
    const at = this.advance(8);
    const first = this.view.getUint32(at, this.littleEndian);
    const second = this.view.getUint32(at + 4, this.littleEndian);
    return this.littleEndian ? addressFromHalves(first, second) : addressFromHalves(second, first);
  }

  /** A 64-bit word in full, for cold code. */
  readBigU64(): bigint {
    return this.view.getBigUint64(this.advance(8), this.littleEndian);
  }

  /**
   * A 64-bit count, offset or size. @throws ParseError when it exceeds 2^53 - 1 (no file is that large, so
   * the value is damaged)
   */
  readSize(): number {
    const at = this.position;
    const value = this.readBigU64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new ParseError({
        what: 'a 64-bit size or offset is absurd',
        where: `${this.where}, offset 0x${at.toString(16)}`,
        found: `0x${value.toString(16)}`,
        expected: 'less than 2^53',
      });
    }
    return Number(value);
  }

  /** A double. */
  readF64(): number {
    return this.view.getFloat64(this.advance(8), this.littleEndian);
  }

  /** An unsigned LEB128 number; exact to 2^53, larger ones saturate to a double. */
  readUleb128(): number {
    let result = 0;
    let scale = 1;
    for (;;) {
      const byte = this.readU8();
      result += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) return result;
      scale *= 128;
    }
  }

  /** A signed LEB128 number; exact within ±2^53. */
  readSleb128(): number {
    let result = 0;
    let scale = 1;
    for (;;) {
      const byte = this.readU8();
      result += (byte & 0x7f) * scale;
      scale *= 128;
      if ((byte & 0x80) === 0) return (byte & 0x40) !== 0 ? result - scale : result;
    }
  }

  /** Bytes without copying: a view that lives as long as the bytes given to the reader. */
  readBytes(sizeBytes: number): Uint8Array {
    const at = this.advance(sizeBytes);
    return this.bytes.subarray(at, at + sizeBytes);
  }

  /** A zero-terminated string; the zero is consumed. @throws ParseError when no zero follows */
  readCString(): string {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) throw this.outOfBounds(this.position, this.remaining + 1);
    const text = decodeText(this.bytes.subarray(this.position, end));
    this.position = end + 1;
    return text;
  }

  /** A string in a field of fixed size, ended by a zero or by the field's end. */
  readFixedString(sizeBytes: number): string {
    return decodeCString(this.readBytes(sizeBytes), 0);
  }

  private advance(sizeBytes: number): number {
    const at = this.position;
    if (!(sizeBytes >= 0 && sizeBytes <= this.bytes.length - at)) throw this.outOfBounds(at, sizeBytes);
    this.position = at + sizeBytes;
    return at;
  }

  private outOfBounds(position: number, sizeBytes: number): ParseError {
    return new ParseError({
      what: 'data ends too early',
      where: `${this.where}, offset 0x${position.toString(16)}`,
      found: `${Math.max(0, this.bytes.length - position)} bytes left`,
      expected: `${sizeBytes} bytes`,
    });
  }
}

/** The zero-terminated string at an offset of a string table; up to the table's end when no zero follows. */
export function decodeCString(bytes: Uint8Array, offset: number): string {
  let end = bytes.indexOf(0, offset);
  if (end < 0) end = bytes.length;
  return decodeText(bytes.subarray(offset, end));
}
