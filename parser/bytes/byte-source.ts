/**
 * Where bytes come from: something of known size that is read at positions. Files, buffers, or (in a
 * browser) whatever can be read synchronously.
 */

import { ParseError } from './parse-error';

export interface ByteSource {
  /** For messages: the path of a file. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Of a file what tells its content from any other that it had or will have; undefined where that is not known. */
  readonly identity?: string;
  /**
   * Reads exactly `sizeBytes` bytes at `offset`; the caller owns the result.
   * @throws ParseError when they are not all there
   */
  read(offset: number, sizeBytes: number): Uint8Array;
  /**
   * Fills a buffer from an offset; returns how many bytes there were (fewer only at the end). For large reads, where
   * the source can do it without a copy.
   */
  readInto?(bytes: Uint8Array, offset: number): number;
}

/** Bytes that are in memory already. Reads return views, not copies. */
export class MemoryByteSource implements ByteSource {
  private readonly bytes: Uint8Array;

  constructor(
    readonly name: string,
    bytes: Uint8Array,
  ) {
    // A Buffer of Node's is a Uint8Array whose slice() makes no copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  read(offset: number, sizeBytes: number): Uint8Array {
    checkRange(this, offset, sizeBytes);
    return this.bytes.subarray(offset, offset + sizeBytes);
  }
}

/** @throws ParseError when the range does not lie within the source */
export function checkRange(source: ByteSource, offset: number, sizeBytes: number): void {
  if (offset >= 0 && sizeBytes >= 0 && offset + sizeBytes <= source.sizeBytes) return;
  throw new ParseError({
    what: 'the file ends too early',
    where: `${source.name}, offset 0x${Math.max(0, offset).toString(16)}`,
    found: `${Math.max(0, source.sizeBytes - offset)} bytes left`,
    expected: `${sizeBytes} bytes`,
  });
}
