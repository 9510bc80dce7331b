/**
 * Texts of recordings and binaries: UTF-8 mostly, but the kernel and file systems take any bytes, and names of threads are cut after
 * 15 bytes, in the middle of a character where it falls so. A byte that is not UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, which
 * no text has otherwise (as Python's "surrogateescape" does), and becomes that byte again where the text is written.
 */

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const REPLACEMENT = '\ufffd';
const KEPT_BYTES = 0xdc00;
/** With `u` halves of whole pairs do not match. */
const keptByte = /[\udc80-\udcff]/u;

/** Text of bytes, from which {@link encodeText} makes the same bytes. */
export function decodeText(bytes: Uint8Array): string {
  const text = utf8.decode(bytes);
  return text.includes(REPLACEMENT) ? decodeKeepingBytes(bytes) : text;
}

/** Whether a text has bytes that are not UTF-8. */
export function hasKeptBytes(text: string): boolean {
  return keptByte.test(text);
}

/** The bytes of a text. */
export function encodeText(text: string): Uint8Array {
  if (!hasKeptBytes(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    if (keptByte.test(character)) bytes.push(character.charCodeAt(0) - KEPT_BYTES);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

function decodeKeepingBytes(bytes: Uint8Array): string {
  let text = '';
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const size = sizeOfCharacter(bytes, at);
    if (size > 0) {
      at += size;
      continue;
    }
    text += utf8.decode(bytes.subarray(start, at)) + String.fromCharCode(KEPT_BYTES + bytes[at]);
    start = ++at;
  }
  return text + utf8.decode(bytes.subarray(start));
}

/** Bytes of the well-formed character at a place; 0 where there is none (The Unicode Standard, table 3-7). */
function sizeOfCharacter(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + size > bytes.length) return 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (bytes[at + 1] < least || bytes[at + 1] > most) return 0;
  for (let i = 2; i < size; i++) if (bytes[at + i] >> 6 !== 2) return 0;
  return size;
}
