/**
 * Bootstring decoding of identifiers with characters beyond ASCII: RFC 3492 with the parameters of Punycode, and
 * lowercase letters only, as Rust RFC 2603 uses it ("Unicode Identifiers").
 */

const base = 36;
const tMin = 1;
const tMax = 26;
const skew = 38;
const damp = 700;
const initialBias = 72;
const initialCode = 0x80;

/** No identifier is this long; inserting is quadratic. */
const maxCharacters = 128;

/** `ascii` with the characters inserted that `deltas` describes; undefined if they describe none. */
export function decodePunycode(ascii: string, deltas: string): string | undefined {
  const codes = Array.from(ascii, (character) => character.charCodeAt(0));
  if (deltas === '' || codes.length > maxCharacters) return undefined;
  let code = initialCode;
  let bias = initialBias;
  let index = 0;
  let isFirst = true;
  let pos = 0;
  while (pos < deltas.length) {
    // One generalized variable-length integer: the distance to the next insertion.
    let delta = 0;
    let weight = 1;
    for (let k = base; ; k += base) {
      const digit = digitOf(deltas.charCodeAt(pos++));
      if (digit === undefined) return undefined;
      delta += digit * weight;
      if (delta > Number.MAX_SAFE_INTEGER) return undefined;
      const threshold = Math.min(Math.max(k - bias, tMin), tMax);
      if (digit < threshold) break;
      weight *= base - threshold;
    }
    index += delta;
    const count = codes.length + 1;
    if (count > maxCharacters) return undefined;
    code += Math.floor(index / count);
    index %= count;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    codes.splice(index, 0, code);
    index++;
    bias = adaptBias(delta, count, isFirst);
    isFirst = false;
  }
  return String.fromCodePoint(...codes);
}

function digitOf(code: number): number | undefined {
  if (code >= 97 && code <= 122) return code - 97;
  if (code >= 48 && code <= 57) return code - 48 + 26;
  return undefined;
}

/** RFC 3492 section 6.1 */
function adaptBias(delta: number, count: number, isFirst: boolean): number {
  let value = Math.floor(delta / (isFirst ? damp : 2));
  value += Math.floor(value / count);
  let k = 0;
  while (value > ((base - tMin) * tMax) / 2) {
    value = Math.floor(value / (base - tMin));
    k += base;
  }
  return k + Math.floor(((base - tMin + 1) * value) / (value + skew));
}
