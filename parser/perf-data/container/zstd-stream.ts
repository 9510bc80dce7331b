/**
 * zstd as perf uses it: one frame that runs through all compressed records of a file and never ends, so that neither
 * decoders of whole frames nor an error at the end tell anything. Payloads go in as they come, bytes come out.
 *
 * The decoder (zstddec, WebAssembly) pulls: its generator asks for the next array when it has used up one, and yields
 * blocks of output. To know when a payload is used up without asking for one that is not there yet, each goes in as
 * two arrays, the last byte by itself: when the generator has taken the last byte and yielded once more, nothing of
 * the payload is left. What may be left is a part of the output, where that block was full: it comes with the next
 * payload ({@link hasPendingOutput}).
 */

import { loadZstdDecoder, type ZstdDecoder } from '../../bytes';

/** Largest block that the decoder yields (ZSTD_DStreamOutSize). */
const FULL_BLOCK_BYTES = 128 * 1024;

/** An empty last block: it ends the frame that perf left open, and makes the decoder give out everything. */
const LAST_BLOCK = Uint8Array.of(1, 0, 0);

/** Makes decompressing streams; loading it compiles WebAssembly, which is why it is there only where needed. */
export interface ZstdFactory {
  createStream(): ZstdStream;
}

/** Loads the decoder. */
export async function loadZstd(): Promise<ZstdFactory> {
  const decoder = await loadZstdDecoder();
  return { createStream: () => new ZstdStream(decoder) };
}

export class ZstdStream {
  /** True after an error; nothing more comes out then. */
  isDamaged = false;
  /** Whether the decoder holds output back until more goes in. */
  hasPendingOutput = false;
  private readonly queue: Uint8Array[] = [];
  private readonly output: Generator<Uint8Array>;
  private isFinished = false;
  /** Blocks that came out since the generator took an array. */
  private blocksOfArray = 0;

  constructor(decoder: Pick<ZstdDecoder, 'decodeStreaming'>) {
    this.output = decoder.decodeStreaming(this.takeArrays());
  }

  /**
   * Decompresses on.
   * @param payload borrowed until the call returns
   * @param handle gets each block of output, which is its own
   */
  push(payload: Uint8Array, handle: (block: Uint8Array) => void): void {
    if (this.isDamaged || this.isFinished || payload.length === 0) return;
    const lastByte = payload.length - 1;
    if (lastByte > 0) this.queue.push(payload.subarray(0, lastByte));
    this.queue.push(payload.subarray(lastByte));
    while (!this.isDamaged) {
      const block = this.nextBlock();
      if (block === undefined) break;
      if (block.length > 0) handle(block);
      if (this.queue.length === 0) {
        this.hasPendingOutput = block.length >= FULL_BLOCK_BYTES;
        break;
      }
    }
  }

  /** Gives out what is left. @returns false where the data end within a block, which is lost */
  finish(handle: (block: Uint8Array) => void): boolean {
    if (this.isDamaged || this.isFinished) return !this.isDamaged;
    this.queue.push(LAST_BLOCK);
    this.isFinished = true;
    try {
      for (;;) {
        const block = this.nextBlock();
        if (this.isDamaged) return false;
        if (block === undefined) break;
        if (block.length > 0) handle(block);
      }
    } catch {
      // The decoder expected more.
      this.isDamaged = true;
    }
    this.hasPendingOutput = false;
    return !this.isDamaged;
  }

  /** The next block, or undefined at the end of the frame. An error of the decoder shows as blocks without end. */
  private nextBlock(): Uint8Array | undefined {
    const result = this.output.next();
    if (result.done) {
      this.isFinished = true;
      return undefined;
    }
    const block = result.value;
    // Only the last block of an array can be empty: the decoder stops at an array's end or when its output is full.
    if (block.length === 0 && ++this.blocksOfArray > 1) this.isDamaged = true;
    return block;
  }

  private *takeArrays(): Generator<Uint8Array> {
    for (;;) {
      const array = this.queue.shift();
      if (array === undefined) return;
      this.blocksOfArray = 0;
      yield array;
    }
  }
}
