/**
 * The headers of zstd frames (RFC 8878, 3.1.1), read before anything is unpacked: so no memory is taken for a section that
 * claims more than its frames can hold.
 *
 *   frame        28 b5 2f fd | descriptor u8 | window u8 unless single segment | dictionary id | content size | blocks |
 *                checksum u32 if the descriptor says so
 *   block        u24: last 1 bit, type 2 bits, size 21 bits | size bytes, of type RLE one byte
 *   skippable    5x 2a 4d 18 | size u32 | bytes
 */

import { ByteReader } from './byte-reader';
import { ParseError } from './parse-error';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_RLE = 1;
const BLOCK_COMPRESSED = 2;
const LARGEST_BLOCK_BYTES = 128 * 1024;

export interface ZstdFrames {
  /** Where each begins, skippable ones left out. */
  readonly starts: readonly number[];
  /** Bytes that they claim to hold; NaN where one does not say. */
  readonly contentBytes: number;
  /** The largest that may come out, whatever they claim. */
  readonly mostBytes: number;
}

/** @throws ParseError where the frames are cut off, or these are none */
export function readZstdFrames(packed: Uint8Array, where: string): ZstdFrames {
  const reader = new ByteReader(packed, true, where);
  const starts: number[] = [];
  let contentBytes = 0;
  let mostBytes = 0;
  while (reader.remaining > 0) {
    const start = reader.position;
    const magic = reader.readU32();
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      reader.skip(reader.readU32());
      continue;
    }
    if (magic !== MAGIC)
      throw new ParseError({ what: 'no zstd frame', where, found: `0x${magic.toString(16)}` });
    starts.push(start);
    const descriptor = reader.readU8();
    const isSingleSegment = (descriptor & 0x20) !== 0;
    if (!isSingleSegment) reader.skip(1);
    reader.skip([0, 1, 2, 4][descriptor & 3]);
    contentBytes += readContentSize(reader, descriptor >> 6, isSingleSegment);
    for (let isLast = false; !isLast;) {
      const header = reader.readU16() + reader.readU8() * 0x10000;
      isLast = (header & 1) !== 0;
      const blockSize = header >> 3;
      const type = (header >> 1) & 3;
      const isRepeated = type === BLOCK_RLE;
      mostBytes += type === BLOCK_COMPRESSED ? LARGEST_BLOCK_BYTES : Math.min(blockSize, LARGEST_BLOCK_BYTES);
      reader.skip(isRepeated ? 1 : blockSize);
    }
    if ((descriptor & 4) !== 0) reader.skip(4);
  }
  return { starts, contentBytes, mostBytes };
}

/** NaN where the frame does not say. */
function readContentSize(reader: ByteReader, code: number, isSingleSegment: boolean): number {
  if (code === 0) return isSingleSegment ? reader.readU8() : NaN;
  if (code === 1) return reader.readU16() + 256;
  return code === 2 ? reader.readU32() : reader.readSize();
}
