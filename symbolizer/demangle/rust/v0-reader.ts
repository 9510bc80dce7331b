/**
 * Reading a Rust v0 name: numbers, identifiers and back references of RFC 2603, and the limits of printing one.
 *
 * Every method that reads returns undefined after an error; the caller then returns as well.
 */

import { decodePunycode } from './punycode';
import type { RustForm } from './rust-form';

const maxDepth = 500;
const maxSteps = 1 << 18;
const maxTextLength = 1 << 20;
const maxUint64 = (1n << 64n) - 1n;

const underscore = 95;
/** So many digits of base 62 fit a double. */
const exactBase62Digits = 8;

export const invalidSyntax = '{invalid syntax}';
const recursionLimit = '{recursion limit reached}';

/** A number of up to 64 bits: a bigint where a double might not hold it. */
export type Count = number | bigint;

export interface Identifier {
  readonly ascii: string;
  /** Empty for an identifier that is all ASCII. */
  readonly punycode: string;
}

export class V0Reader {
  text = '';
  /** Where reading is. */
  pos = 0;
  /** What is wrong with the name; it stays so until the back reference that led to it ends. */
  error = '';
  sawError = false;
  /** A limit was reached; `text` is cut off. */
  exhausted = false;
  private depth = 0;
  private steps = 0;

  /** @param printing False to check the syntax only. */
  constructor(
    protected readonly name: string,
    protected readonly form: RustForm,
    protected printing: boolean,
  ) {}

  protected append(text: string): void {
    if (!this.printing || this.exhausted) return;
    this.text += text;
    if (this.text.length > maxTextLength) this.exhausted = true;
  }

  /** Whether reading can go on; if not, a `?` stands for what would have been read. */
  protected isReadable(): boolean {
    if (this.exhausted) return false;
    if (this.error === '') return true;
    this.append('?');
    return false;
  }

  protected fail(error: string): void {
    this.append(error);
    this.error = error;
    this.sawError = true;
  }

  protected enter(): boolean {
    if (++this.steps > maxSteps) this.exhausted = true;
    if (!this.isReadable()) return false;
    if (++this.depth <= maxDepth) return true;
    this.fail(recursionLimit);
    return false;
  }

  protected leave(): void {
    if (this.error === '') this.depth--;
  }

  protected peek(): string {
    return this.name[this.pos] ?? '';
  }

  protected eat(character: string): boolean {
    if (this.error !== '' || this.exhausted || this.peek() !== character) return false;
    this.pos++;
    return true;
  }

  /** The next character; undefined after an error. */
  protected readTag(): string | undefined {
    if (!this.isReadable()) return undefined;
    const tag = this.peek();
    if (tag === '') this.fail(invalidSyntax);
    else this.pos++;
    return tag === '' ? undefined : tag;
  }

  /** What `pattern` (which is sticky) matches here; undefined after an error, or making one. */
  protected readMatch(pattern: RegExp): string | undefined {
    if (!this.isReadable()) return undefined;
    pattern.lastIndex = this.pos;
    const match = pattern.exec(this.name)?.[0];
    if (match === undefined) this.fail(invalidSyntax);
    else this.pos += match.length;
    return match;
  }

  /** <base-62-number>: `_` is 0, other digits are one more than they say. */
  protected readBase62(): Count | undefined {
    if (!this.isReadable()) return undefined;
    const start = this.pos;
    let value = 0;
    for (;;) {
      const code = this.name.charCodeAt(this.pos++);
      if (code === underscore) break;
      const digit = base62Digit(code);
      if (digit < 0) {
        this.fail(invalidSyntax);
        return undefined;
      }
      value = value * 62 + digit;
    }
    const length = this.pos - 1 - start;
    if (length === 0) return 0;
    if (length <= exactBase62Digits) return value + 1;
    const isNeeded = this.printing || value > 2 ** 63;
    return isNeeded ? this.wideBase62(start, start + length) : value;
  }

  /** A number too large for a double: 64 bits. A larger one is an error with perf, and cut off with binutils. */
  private wideBase62(start: number, end: number): bigint | undefined {
    let value = 0n;
    for (let i = start; i < end; i += exactBase62Digits) {
      const chunkEnd = Math.min(i + exactBase62Digits, end);
      let chunk = 0;
      for (let j = i; j < chunkEnd; j++) chunk = chunk * 62 + base62Digit(this.name.charCodeAt(j));
      value = value * BigInt(62 ** (chunkEnd - i)) + BigInt(chunk);
    }
    value++;
    if (value <= maxUint64 || this.form === 'binutils') return BigInt.asUintN(64, value);
    this.fail(invalidSyntax);
    return undefined;
  }

  /** A number that is there only after `tag`, and then is 1 more; 0 otherwise. */
  protected readOptionalBase62(tag: string): Count | undefined {
    if (!this.isReadable()) return undefined;
    if (!this.eat(tag)) return 0;
    const value = this.readBase62();
    return typeof value === 'bigint' ? value + 1n : value === undefined ? undefined : value + 1;
  }

  /** <undisambiguated-identifier> */
  protected readIdentifier(): Identifier | undefined {
    if (!this.isReadable()) return undefined;
    const isPunycode = this.eat('u');
    const length = this.readLength();
    if (length < 0 || length > this.name.length - this.pos) {
      this.fail(invalidSyntax);
      return undefined;
    }
    const text = this.name.slice(this.pos, this.pos + length);
    this.pos += length;
    if (!isPunycode) return { ascii: text, punycode: '' };
    const split = text.lastIndexOf('_');
    const punycode = text.slice(split + 1);
    if (punycode === '') {
      this.fail(invalidSyntax);
      return undefined;
    }
    return { ascii: text.slice(0, Math.max(split, 0)), punycode };
  }

  /** A decimal number and the `_` that may separate it from what follows; -1 if there is none. */
  private readLength(): number {
    let value = -1;
    // A 0 is a number of its own: no length starts with it.
    while (value !== 0 && value < this.name.length) {
      const digit = this.name.charCodeAt(this.pos) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = Math.max(value, 0) * 10 + digit;
      this.pos++;
    }
    this.eat('_');
    return value;
  }

  protected appendIdentifier({ ascii, punycode }: Identifier): void {
    if (punycode === '') {
      this.append(ascii);
      return;
    }
    const decoded = this.printing ? decodePunycode(ascii, punycode) : '';
    this.append(decoded ?? `punycode{${ascii === '' ? '' : `${ascii}-`}${punycode}}`);
  }

  /** Reads what an earlier part of the name says, by `print`, and comes back. */
  protected printBackReference(print: () => void): void {
    const start = this.pos - 1;
    const target = this.readBase62();
    if (target === undefined) return;
    if (target >= start) {
      this.fail(invalidSyntax);
      return;
    }
    if (this.depth >= maxDepth) {
      this.fail(recursionLimit);
      return;
    }
    if (!this.printing) return;
    const { pos, depth } = this;
    this.pos = Number(target);
    this.depth++;
    print();
    this.pos = pos;
    this.depth = depth;
    this.error = '';
  }

  /** Items up to `E`, with `separator` between them; how many there were. */
  protected printList(separator: string, print: () => void): number {
    let count = 0;
    while (this.error === '' && !this.exhausted && !this.eat('E')) {
      if (count > 0) this.append(separator);
      print();
      count++;
    }
    return count;
  }
}

/** 0 to 61, or -1. */
function base62Digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 122) return code - 97 + 10;
  return code >= 65 && code <= 90 ? code - 65 + 36 : -1;
}
