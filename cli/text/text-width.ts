/** Widths as perf counts them: in bytes of UTF-8, and of what is none. */

import { encodeText, hasKeptBytes } from '../../parser';

/** A text as it is printed: bytes of names that are not UTF-8 are those that were recorded. */
export function bytesOf(text: string): Buffer {
  if (!hasKeptBytes(text)) return Buffer.from(text);
  const { buffer, byteOffset, byteLength } = encodeText(text);
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Bytes of a text. */
export function byteWidth(text: string): number {
  return hasKeptBytes(text) ? bytesOf(text).length : Buffer.byteLength(text);
}

/** Cut to at most `width` bytes, whole characters. */
export function cutTo(text: string, width: number): string {
  if (text.length <= width && byteWidth(text) <= width) return text;
  let used = 0;
  let cut = '';
  for (const character of text) {
    used += byteWidth(character);
    if (used > width) break;
    cut += character;
  }
  return cut;
}

/** Spaces on the right up to `width` bytes. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - byteWidth(text)));
}
