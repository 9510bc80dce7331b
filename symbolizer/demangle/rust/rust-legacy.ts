/**
 * Rust names before RFC 2603: an Itanium C++ nested name whose identifiers hold what C++ cannot, escaped.
 *
 *     _ZN  71 _$LT$Test$u20$as$u20$foo..Bar$GT$  3 bar  17 h930b740aa94f1d3a  E  [.suffix]
 *     ->   <Test as foo::Bar>::bar
 *
 * There is no written specification; the escapes are those of the compiler (`$LT$` and friends, `$u..$`, `..`).
 * The last identifier is a hash. C++ names of the same shape (`_ZN3foo3barE`, a variable) pass for Rust ones with
 * perf, which reads no meaning into the hash; the text is the same as that of C++ anyway, but for a variable `h`.
 */

import { readSuffix, type RustForm, withoutLlvmSuffix } from './rust-form';

const escapes: Readonly<Record<string, string | undefined>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

/** The path that a legacy Rust symbol stands for; undefined if it is none. The text is ASCII or decoded from it. */
export function demangleRustLegacy(symbol: string, form: RustForm): string | undefined {
  const start = prefixLength(symbol);
  if (start === 0 || (form === 'binutils' && start !== 3)) return undefined;
  const name = form === 'perf' ? withoutLlvmSuffix(symbol) : symbol;

  const elements: string[] = [];
  let pos = start;
  while (name[pos] !== 'E') {
    let length = -1;
    for (; isDigit(name.charCodeAt(pos)) && length < name.length; pos++) {
      length = Math.max(length, 0) * 10 + name.charCodeAt(pos) - 48;
    }
    if (length < 0 || pos + length >= name.length) return undefined;
    elements.push(name.slice(pos, pos + length));
    pos += length;
  }
  const suffix = readSuffix(name.slice(pos + 1), form);
  if (suffix === undefined) return undefined;

  const last = elements.at(-1) ?? '';
  if (form === 'perf') {
    if (/^h[0-9a-fA-F]*$/.test(last)) elements.pop();
  } else if (!isCompilerHash(last)) {
    return undefined;
  }
  return elements.map((element) => unescapeElement(element, form)).join('::') + suffix;
}

/** The prefix lacks an underscore on Windows and has one more on macOS. */
function prefixLength(symbol: string): number {
  if (symbol.startsWith('_ZN')) return 3;
  if (symbol.startsWith('ZN')) return 2;
  return symbol.startsWith('__ZN') ? 4 : 0;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** `h` and 16 lowercase digits that look random, which keeps names of C++ from being taken for Rust ones. */
function isCompilerHash(element: string): boolean {
  return /^h[0-9a-f]{16}$/.test(element) && new Set(element.slice(1)).size >= 5;
}

/** An identifier as it was in the source. From the first escape on that is none, it is copied. */
function unescapeElement(element: string, form: RustForm): string {
  // An underscore keeps an identifier from starting with `$`.
  let rest = element.startsWith('_$') ? element.slice(1) : element;
  let text = '';
  for (;;) {
    const special = rest.search(/[.$]/);
    if (special < 0) return text + rest;
    text += rest.slice(0, special);
    rest = rest.slice(special);
    if (rest[0] === '.') {
      const isPath = rest[1] === '.';
      text += isPath ? '::' : '.';
      rest = rest.slice(isPath ? 2 : 1);
      continue;
    }
    const end = rest.indexOf('$', 1);
    const character = end < 0 ? undefined : unescape(rest.slice(1, end), form);
    if (character === undefined) return text + rest;
    text += character;
    rest = rest.slice(end + 1);
  }
}

/** The character that `$escape$` stands for. */
function unescape(escape: string, form: RustForm): string | undefined {
  const known = escapes[escape];
  if (known !== undefined) return known;
  const hex = (form === 'perf' ? /^u0*([0-9a-f]{1,6})$/ : /^u([2-7][0-9a-f])$/).exec(escape)?.[1];
  if (hex === undefined) return undefined;
  const code = parseInt(hex, 16);
  const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  const isControl = code < 0x20 || (form === 'perf' && code >= 0x7f && code < 0xa0);
  return isCharacter && !isControl ? String.fromCodePoint(code) : undefined;
}
