/**
 * Text output as bytes: lines are put together from pieces that were encoded before, and handed to the system in
 * large blocks. Strings per line would cost more than everything else that `script` does.
 */

import { writeSync } from 'node:fs';

const BLOCK_SIZE_BYTES = 256 * 1024;

/** Takes blocks of output; a file descriptor, or memory in tests. */
export type BlockSink = (bytes: Uint8Array) => void;

/** Writes blocks to a file descriptor. @throws the system's error; EPIPE when the reader went away */
export function descriptorSink(descriptor: number): BlockSink {
  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(descriptor, bytes, at, bytes.length - at);
      } catch (error) {
        // A pipe that was set to non-blocking is full: the reader is slower than we are.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    }
  };
}

export class ByteWriter {
  private readonly block = Buffer.allocUnsafe(BLOCK_SIZE_BYTES);
  private used = 0;

  constructor(private readonly sink: BlockSink) {}

  /** Appends bytes. */
  writeBytes(bytes: Uint8Array): void {
    const size = bytes.length;
    if (size > BLOCK_SIZE_BYTES - this.used) {
      this.flush();
      if (size > BLOCK_SIZE_BYTES) {
        this.sink(bytes);
        return;
      }
    }
    // Copying byte by byte beats set() for the few dozen bytes of a line.
    const { block } = this;
    let at = this.used;
    for (let i = 0; i < size; i++) block[at++] = bytes[i];
    this.used = at;
  }

  /** Appends text, encoded as UTF-8. */
  writeText(text: string): void {
    const most = text.length * 3;
    if (most > BLOCK_SIZE_BYTES - this.used) this.flush();
    if (most > BLOCK_SIZE_BYTES) {
      this.sink(Buffer.from(text));
      return;
    }
    // Most texts are short and ASCII: a loop beats the call into the runtime.
    const { block } = this;
    let at = this.used;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.used += block.write(text, this.used, 'utf8');
        return;
      }
      block[at++] = code;
    }
    this.used = at;
  }

  /** Hands everything to the sink. */
  flush(): void {
    if (this.used === 0) return;
    const { used } = this;
    this.used = 0;
    this.sink(this.block.subarray(0, used));
  }
}
