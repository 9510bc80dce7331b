/** A file read at positions. The file stays open until {@link FileByteSource.close}. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { checkRange, type ByteSource } from '../bytes/byte-source';
import { ParseError } from '../bytes/parse-error';

export class FileByteSource implements ByteSource {
  readonly sizeBytes: number;

  private constructor(
    readonly name: string,
    readonly descriptor: number,
  ) {
    this.sizeBytes = fstatSync(descriptor).size;
  }

  /** Opens a file for reading. @throws the system's error (ENOENT, EACCES…) */
  static open(path: string): FileByteSource {
    return new FileByteSource(path, openSync(path, 'r'));
  }

  /** Reads an open file, which becomes the source's own. */
  static fromDescriptor(name: string, descriptor: number): FileByteSource {
    return new FileByteSource(name, descriptor);
  }

  read(offset: number, sizeBytes: number): Uint8Array {
    checkRange(this, offset, sizeBytes);
    const bytes = new Uint8Array(sizeBytes);
    const got = this.readInto(bytes, offset);
    if (got < sizeBytes) {
      throw new ParseError({
        what: 'the file became shorter while it was read',
        where: `${this.name}, offset 0x${(offset + got).toString(16)}`,
        found: 'end of file',
        expected: `${sizeBytes - got} bytes more`,
      });
    }
    return bytes;
  }

  /** Fills a buffer from an offset; returns how many bytes there were (fewer only at the end of the file). */
  readInto(bytes: Uint8Array, offset: number): number {
    let got = 0;
    while (got < bytes.length) {
      const size = readSync(this.descriptor, bytes, got, bytes.length - got, offset + got);
      if (size === 0) break;
      got += size;
    }
    return got;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
