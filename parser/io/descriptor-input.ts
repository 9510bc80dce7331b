/** A pipe, a terminal, or standard input: bytes that come one after the other, when they come. */

import { readSync } from 'node:fs';
import type { RecordInput } from '../perf-data/container/record-stream';

const SKIP_BUFFER_BYTES = 64 * 1024;
/** How long to wait where the other end set the pipe to non-blocking and has nothing for us. */
const RETRY_MS = 2;

export class DescriptorInput implements RecordInput {
  /** @param descriptor stays open */
  constructor(private readonly descriptor: number) {}

  /** Fills the whole buffer, unless the stream ends. @throws the system's error */
  readInto(bytes: Uint8Array): number {
    let got = 0;
    while (got < bytes.length) {
      const size = this.readSome(bytes, got);
      if (size === 0) break;
      got += size;
    }
    return got;
  }

  skip(sizeBytes: number): number {
    const buffer = new Uint8Array(Math.min(sizeBytes, SKIP_BUFFER_BYTES));
    let skipped = 0;
    while (skipped < sizeBytes) {
      const got = this.readInto(buffer.subarray(0, Math.min(buffer.length, sizeBytes - skipped)));
      if (got === 0) break;
      skipped += got;
    }
    return skipped;
  }

  private readSome(bytes: Uint8Array, at: number): number {
    for (;;) {
      try {
        return readSync(this.descriptor, bytes, at, bytes.length - at, null);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // Windows reports the end of a pipe as an error.
        if (code === 'EOF') return 0;
        if (code !== 'EAGAIN') throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  }
}
