/** Bytes that are not UTF-8, in texts. The byte sequences are those of The Unicode Standard, chapter 3, and of a name that Linux cut. */

import { decodeText, encodeText, hasKeptBytes } from './text';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

test.each([
  ['ASCII', 'worker', false],
  ['two to four bytes', 'h\u00e9llo \u0440\u0430\u0431 \u6f22 \u{1f600}', false],
  ['the replacement character itself', 'a\ufffdb', false],
  ['a byte order mark', '\ufeffname', false],
])('%s is what it is in every other decoder', (_, text, keeps) => {
  const bytes = new TextEncoder().encode(text);
  expect(decodeText(bytes)).toBe(text);
  expect(hasKeptBytes(decodeText(bytes))).toBe(keeps);
  expect([...encodeText(text)]).toEqual([...bytes]);
});

test.each([
  ['Latin-1', 'caf\xe9'],
  [
    'a name cut after 15 bytes, in a Cyrillic letter',
    '\xd1\x80\xd0\xb0\xd0\xb1\xd0\xbe\xd1\x82\xd0\xbd\xd0\xb8\xd0',
  ],
  ['a character that is longer than need be', 'a\xc0\xafb'],
  ['half of a pair of UTF-16, as UTF-8', '\xed\xa0\x80'],
  ['beyond the last character', '\xf4\x90\x80\x80'],
  [
    'every byte above 0x7f alone',
    Array.from({ length: 128 }, (_, i) => `${String.fromCharCode(128 + i)} `).join(''),
  ],
])('%s keeps its bytes', (_, bytes) => {
  const text = decodeText(latin1(bytes));
  expect(hasKeptBytes(text)).toBe(true);
  expect([...encodeText(text)]).toEqual([...latin1(bytes)]);
});

test('what is whole around such a byte is decoded', () => {
  expect(decodeText(latin1('\xc3\xa4\xe4\xe2\x82\xac'))).toBe('\u00e4\udce4\u20ac');
});
