/**
 * Constants among the generic arguments of a Rust v0 name: integers, booleans, characters, and (by the extension of
 * RFC 2603 that came with const generics of other types) strings, references, arrays, tuples and structures.
 */

import { basicTypes } from './basic-types';
import { invalidSyntax, V0Reader } from './v0-reader';

export abstract class V0ConstPrinter extends V0Reader {
  abstract printPath(inValue: boolean): void;

  /** <const>. Other than plain values need braces outside of an expression. */
  protected printConst(inExpression: boolean): void {
    const tag = this.readTag();
    if (tag === undefined || !this.enter()) return;
    if (this.form === 'binutils' && /[eRQATV]/.test(tag)) {
      this.fail(invalidSyntax);
      return;
    }
    switch (tag) {
      case 'p':
        this.append('_');
        break;
      case 'b':
      case 'c':
        this.printConstCharacter(tag);
        break;
      case 'e':
      case 'R':
      case 'Q':
      case 'A':
      case 'T':
      case 'V':
        if (tag === 'R' && this.eat('e')) {
          this.printConstString();
          break;
        }
        if (!inExpression) this.append('{');
        this.printCompoundConst(tag);
        if (!inExpression) this.append('}');
        break;
      case 'B':
        this.printBackReference(() => this.printConst(inExpression));
        break;
      default:
        if (/[aslxni]/.test(tag)) {
          if (this.eat('n')) this.append('-');
          this.printConstInteger(tag);
        } else if (/[htmyoj]/.test(tag)) {
          this.printConstInteger(tag);
        } else {
          this.fail(invalidSyntax);
        }
    }
    this.leave();
  }

  /** Hexadecimal digits up to `_`; undefined after an error. */
  private readHex(): string | undefined {
    return this.readMatch(/[0-9a-f]*_/y)?.slice(0, -1);
  }

  private appendConstType(tag: string): void {
    if (this.form === 'binutils') this.append(`: ${basicTypes[tag]}`);
  }

  private printConstInteger(tag: string): void {
    const hex = this.readHex();
    if (hex === undefined) return;
    const digits = hex.replace(/^0+/, '');
    if (digits.length <= 16 && (hex !== '' || this.form === 'perf')) {
      this.append(BigInt(`0x0${digits}`).toString());
    } else if (this.form === 'perf') {
      this.append(`0x${hex}`);
    } else if (hex === '') {
      this.fail(invalidSyntax);
    } else {
      // One digit off: c++filt prints 0x0_ for 10.
      this.append(`0x${hex.slice(1)}_`);
    }
    this.appendConstType(tag);
  }

  /** A boolean or a character. */
  private printConstCharacter(tag: string): void {
    const hex = this.readHex();
    if (hex === undefined) return;
    const digits = hex.replace(/^0+/, '');
    const value = digits.length > 6 ? Infinity : parseInt(`0${digits}`, 16);
    const isValid = tag === 'b' ? value <= 1 : value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
    if (!isValid || (hex === '' && this.form === 'binutils')) {
      this.fail(invalidSyntax);
      return;
    }
    if (tag === 'b') this.append(value === 1 ? 'true' : 'false');
    else this.append(`'${this.escape(value, "'")}'`);
    this.appendConstType(tag);
  }

  private escape(code: number, quote: string): string {
    switch (code) {
      case 9:
        return '\\t';
      case 10:
        return '\\n';
      case 13:
        return '\\r';
      default:
    }
    const isPrintable = code >= 0x20 && code < 0x7f;
    const character = String.fromCodePoint(code);
    if (this.form === 'perf') {
      if (code === 0) return '\\0';
      if (character === '\\' || character === quote) return `\\${character}`;
    }
    return isPrintable ? character : `\\u{${code.toString(16)}}`;
  }

  private printCompoundConst(tag: string): void {
    const printItem = (): void => this.printConst(true);
    switch (tag) {
      case 'e':
        this.append('*');
        this.printConstString();
        break;
      case 'R':
      case 'Q':
        this.append(tag === 'R' ? '&' : '&mut ');
        this.printConst(true);
        break;
      case 'A':
        this.append('[');
        this.printList(', ', printItem);
        this.append(']');
        break;
      case 'T': {
        this.append('(');
        const count = this.printList(', ', printItem);
        this.append(count === 1 ? ',)' : ')');
        break;
      }
      default:
        this.printConstVariant(printItem);
    }
  }

  /** A structure or a variant of an enumeration: its path, and U, T <const>* E, or S (<identifier> <const>)* E. */
  private printConstVariant(printItem: () => void): void {
    this.printPath(true);
    switch (this.readTag()) {
      case undefined:
      case 'U':
        break;
      case 'T':
        this.append('(');
        this.printList(', ', printItem);
        this.append(')');
        break;
      case 'S':
        this.append(' { ');
        this.printList(', ', () => {
          const name = this.readOptionalBase62('s') === undefined ? undefined : this.readIdentifier();
          if (name === undefined) return;
          this.appendIdentifier(name);
          this.append(': ');
          this.printConst(true);
        });
        this.append(' }');
        break;
      default:
        this.fail(invalidSyntax);
    }
  }

  /** UTF-8 in hexadecimal digits, printed in quotes. */
  private printConstString(): void {
    const hex = this.readHex();
    if (hex === undefined) return;
    const text = hex.length % 2 === 0 ? decodeUtf8(hex) : undefined;
    if (text === undefined) {
      this.fail(invalidSyntax);
      return;
    }
    this.append('"');
    for (const character of text) this.append(this.escape(character.codePointAt(0)!, '"'));
    this.append('"');
  }
}

function decodeUtf8(hex: string): string | undefined {
  const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
