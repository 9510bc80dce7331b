/**
 * Lengths in mangled names count bytes of UTF-8. The demanglers work on "byte text": strings with one character, up
 * to U+00FF, for each byte. Names that are all ASCII, as nearly all are, are byte text as they are.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return false;
  }
  return true;
}

export function toByteText(text: string): string {
  if (isAscii(text)) return text;
  let bytes = '';
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

export function fromByteText(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  return decoder.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}
