/** Inputs of records that need no file system. */

import type { ByteSource } from '../../bytes';
import type { RecordInput } from './record-stream';

/** A range of a source, read on piece by piece. */
export class SourceRange implements RecordInput {
  constructor(
    private readonly source: ByteSource,
    private position: number,
    private readonly end: number,
  ) {}

  readInto(bytes: Uint8Array): number {
    const size = Math.min(bytes.length, this.end - this.position);
    if (size <= 0) return 0;
    if (this.source.readInto) {
      const got = this.source.readInto(bytes.subarray(0, size), this.position);
      this.position += got;
      return got;
    }
    bytes.set(this.source.read(this.position, size));
    this.position += size;
    return size;
  }

  skip(sizeBytes: number): number {
    const size = Math.max(0, Math.min(sizeBytes, this.end - this.position));
    this.position += size;
    return size;
  }
}
