/**
 * Names that come from a recording are data: a program can call itself "\e]0;gotcha\a". What would steer a terminal, or
 * make a line look like another, is written as an escape:
 *
 *   bytes that are not UTF-8        \xe4
 *   C0 and C1 control characters   \x1b
 *   marks that turn the direction of text (U+202E…), separators of lines (U+2028, U+2029), characters without width: \u{202e}
 */

const dangerous =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const keptBytes = /[\udc80-\udcff]/gu;
const LAST_BYTE = 0xff;

/** The text without anything that acts on a terminal or turns a line. For messages and pages, wherever they go. */
export function printable(text: string): string {
  return withoutKeptBytes(withoutControls(text));
}

/** The same, but bytes that are not UTF-8 stay: for formats of one line a stack, which files and pipes take with any bytes. */
export function withoutControls(text: string): string {
  return text.replace(dangerous, (character) => {
    const code = character.charCodeAt(0);
    return code <= LAST_BYTE ? byteEscape(code) : `\\u{${code.toString(16)}}`;
  });
}

/** Bytes that are not UTF-8, as escapes. */
export function withoutKeptBytes(text: string): string {
  return text.replace(keptBytes, (character) => byteEscape(character.charCodeAt(0) & LAST_BYTE));
}

function byteEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
