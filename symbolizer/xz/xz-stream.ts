/**
 * .xz files ("The .xz File Format", version 1.2.0), whole and at once: what sections .gnu_debugdata hold.
 *
 *   stream header   fd '7zXZ' 00 | 00, check type | CRC-32 of these two bytes
 *   blocks          header size/4 - 1 u8 | flags u8 | [packed size] [size] | filters | zeros | CRC-32
 *                   data, padded to 4 | check
 *   index           00 | … |  CRC-32
 *   stream footer   CRC-32 | size of the index | 00, check type | 'YZ'
 *
 * Sizes are integers of 7 bits per byte, low ones first. Checked are the CRC-32 of headers and the CRC-32 or CRC-64 of
 * the data. Left out on purpose: filters other than LZMA2 (there to pack machine code better; a symbol table's gain is
 * none), SHA-256 checks (skipped), several streams in one file, the index, which repeats what blocks say.
 */

import { ParseError } from '../../parser';
import { decodeLzma2 } from './lzma2-decoder';
import { crc32, crc64 } from '../files/crc';

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const STREAM_HEADER_SIZE_BYTES = 12;
const FILTER_LZMA2 = 0x21;
const CHECK_CRC32 = 1;
const CHECK_CRC64 = 4;

/**
 * Unpacks an .xz file.
 * @param where names it in errors
 * @param mostBytes the most that it may unpack to
 * @throws ParseError when it is damaged, uses a filter other than LZMA2, or unpacks to more
 */
export function unpackXz(packed: Uint8Array, where: string, mostBytes: number): Uint8Array {
  try {
    return new XzStream(packed, mostBytes).unpack();
  } catch (error) {
    if (error instanceof ParseError) throw new ParseError({ ...error.facts, where });
    throw error;
  }
}

class XzStream {
  private at = 0;
  private readonly view: DataView;

  constructor(
    private readonly packed: Uint8Array,
    private readonly mostBytes: number,
  ) {
    this.view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  }

  unpack(): Uint8Array {
    const check = this.readStreamHeader();
    const blocks: Uint8Array[] = [];
    let total = 0;
    // A zero where a block header's size would be is the index: no block follows.
    for (;;) {
      this.need(1);
      if (this.packed[this.at] === 0) break;
      const block = this.readBlock(check, this.mostBytes - total);
      blocks.push(block);
      total += block.length;
    }
    if (blocks.length === 1) return blocks[0];
    const joined = new Uint8Array(total);
    let at = 0;
    for (const block of blocks) {
      joined.set(block, at);
      at += block.length;
    }
    return joined;
  }

  private readStreamHeader(): number {
    this.need(STREAM_HEADER_SIZE_BYTES);
    if (MAGIC.some((byte, i) => this.packed[i] !== byte)) {
      throw new ParseError({ what: 'not an .xz file', expected: 'the bytes fd 37 7a 58 5a 00' });
    }
    this.checkCrc32(6, 8, 'stream header');
    this.at = STREAM_HEADER_SIZE_BYTES;
    return this.packed[7] & 0xf;
  }

  private readBlock(check: number, mostBytes: number): Uint8Array {
    const start = this.at;
    const headerSize = (this.packed[start] + 1) * 4;
    this.need(headerSize);
    this.checkCrc32(start, start + headerSize - 4, 'block header');
    this.at = start + 1;
    const flags = this.packed[this.at++];
    if ((flags & 0x40) !== 0) this.readInteger();
    const size = (flags & 0x80) !== 0 ? this.readInteger() : this.packed.length * 4;
    const filter = this.readInteger();
    if ((flags & 3) !== 0 || filter !== FILTER_LZMA2) {
      throw new ParseError({
        what: '.xz filters',
        found: (flags & 3) !== 0 ? `${(flags & 3) + 1} of them` : `0x${filter.toString(16)}`,
        expected: 'LZMA2 alone',
      });
    }
    const { bytes, end } = decodeLzma2(this.packed, start + headerSize, size, mostBytes);
    this.at = (end + 3) & ~3;
    if (this.packed.subarray(end, this.at).some((byte) => byte !== 0)) {
      throw new ParseError({ what: 'damaged .xz data', found: 'padding that is not zero' });
    }
    this.readCheck(check, bytes);
    return bytes;
  }

  private readCheck(check: number, bytes: Uint8Array): void {
    // Types come in groups of three with one size: 0, then 4, 8, 16, 32, 64 bytes.
    const sizeBytes = check === 0 ? 0 : 4 << Math.floor((check - 1) / 3);
    this.need(sizeBytes);
    const low = check === CHECK_CRC32 || check === CHECK_CRC64 ? this.view.getUint32(this.at, true) : 0;
    let isRight = true;
    if (check === CHECK_CRC32) isRight = crc32(bytes) === low;
    if (check === CHECK_CRC64) {
      const [foundLow, foundHigh] = crc64(bytes);
      isRight = foundLow === low && foundHigh === this.view.getUint32(this.at + 4, true);
    }
    if (!isRight)
      throw new ParseError({ what: 'damaged .xz data', found: 'another checksum than it claims' });
    this.at += sizeBytes;
  }

  private readInteger(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 128) {
      this.need(1);
      const byte = this.packed[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new ParseError({ what: 'damaged .xz header', found: 'an endless integer' });
  }

  private checkCrc32(from: number, to: number, what: string): void {
    if (crc32(this.packed.subarray(from, to)) !== this.view.getUint32(to, true)) {
      throw new ParseError({ what: `damaged .xz ${what}`, found: 'another checksum than it claims' });
    }
  }

  private need(sizeBytes: number): void {
    if (this.packed.length - this.at < sizeBytes) {
      throw new ParseError({
        what: 'the .xz file ends early',
        found: `${this.packed.length - this.at} bytes`,
      });
    }
  }
}
