/** Texts that are written again and again, encoded once and kept one after the other in one piece of memory. */

import { hasKeptBytes } from '../../parser';
import { bytesOf, byteWidth } from './text-width';

const FIRST_CAPACITY_BYTES = 64 * 1024;
/** ByteWriter copies words of four bytes, and may read as many past the end of a text. */
export const COPY_WORD_BYTES = 4;

export class TextStore {
  view = new DataView(new ArrayBuffer(FIRST_CAPACITY_BYTES));
  /** Where each text begins in {@link view}. */
  readonly starts: number[] = [];
  readonly sizes: number[] = [];
  private used = 0;

  /** Keeps a text, as UTF-8; returns its index. */
  add(text: string): number {
    const sizeBytes = byteWidth(text);
    this.reserve(sizeBytes + COPY_WORD_BYTES);
    const into = Buffer.from(this.view.buffer);
    if (hasKeptBytes(text)) bytesOf(text).copy(into, this.used);
    else into.write(text, this.used);
    this.starts.push(this.used);
    this.sizes.push(sizeBytes);
    this.used += sizeBytes;
    return this.starts.length - 1;
  }

  /** Forgets all texts. */
  clear(): void {
    this.starts.length = this.sizes.length = this.used = 0;
  }

  /** The bytes of a text. Borrowed until the next call of {@link add} or {@link clear}. */
  bytesOf(index: number): Uint8Array {
    return new Uint8Array(this.view.buffer, this.starts[index], this.sizes[index]);
  }

  private reserve(sizeBytes: number): void {
    const needed = this.used + sizeBytes;
    if (needed <= this.view.byteLength) return;
    const grown = new Uint8Array(Math.max(needed, this.view.byteLength * 2));
    grown.set(new Uint8Array(this.view.buffer));
    this.view = new DataView(grown.buffer);
  }
}
