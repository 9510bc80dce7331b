/**
 * Rust names of RFC 2603 ("v0 mangling"): `_R`, a path, perhaps the crate that instantiated it, perhaps a suffix.
 *
 * The grammar needs no tree: a name is printed as it is read. A back reference is read again from where it points,
 * so a short name can be long, even exponentially, in print; steps, depth and length are limited.
 *
 * The syntax alone, back references not followed and lifetimes not counted, decides whether it is a Rust name. What
 * goes wrong beyond that is marked in the text (with perf), which goes on with `?` for what can no longer be read. So
 * only if printing has met an error outside of back references, the name is read again without printing, to know.
 */

import { basicTypes } from './basic-types';
import { readSuffix, type RustForm, withoutLlvmSuffix } from './rust-form';
import { V0ConstPrinter } from './v0-const-printer';
import { type Count, invalidSyntax } from './v0-reader';

/** The path that a v0 Rust symbol stands for; undefined if it is none. */
export function demangleRustV0(symbol: string, form: RustForm): string | undefined {
  // perf also takes the prefixes of Windows and macOS.
  const prefix = (form === 'perf' ? /^(?:_R|R|__R)(?=[A-Z])/ : /^_R(?=[A-Z])/).exec(symbol);
  if (prefix === null) return undefined;
  const end = form === 'perf' ? withoutLlvmSuffix(symbol).length : (symbol + '.').indexOf('.');
  const name = symbol.slice(prefix[0].length, end);
  if (form === 'binutils' && !/^[0-9A-Za-z_]*$/.test(name)) return undefined;

  const printer = new V0Printer(name, form, true);
  printer.printPath(true);
  if (printer.exhausted || (form === 'binutils' && printer.sawError)) return undefined;

  const checker = new V0Printer(name, form, false);
  if (printer.error === '') checker.pos = printer.pos;
  else checker.printPath(false);
  if (/[A-Z]/.test(name[checker.pos] ?? '')) checker.printPath(false);
  if (checker.error !== '') return undefined;
  const suffix = readSuffix(name.slice(checker.pos), form);
  return suffix === undefined ? undefined : printer.text + suffix;
}

class V0Printer extends V0ConstPrinter {
  private boundLifetimes = 0;

  /** <path>. `inValue` where generic arguments need `::<`. */
  printPath(inValue: boolean): void {
    if (!this.enter()) return;
    const tag = this.readTag();
    if (tag === undefined) return;
    switch (tag) {
      case 'C':
        this.printCrate();
        break;
      case 'N':
        this.printNested(inValue);
        break;
      case 'M':
      case 'X':
        this.skipImplPath();
        this.printQualifiedSelf(tag === 'X');
        break;
      case 'Y':
        this.printQualifiedSelf(true);
        break;
      case 'I':
        this.printPath(inValue);
        this.append(inValue ? '::<' : '<');
        this.printGenericArguments();
        this.append('>');
        break;
      case 'B':
        this.printBackReference(() => this.printPath(inValue));
        break;
      default:
        this.fail(invalidSyntax);
        return;
    }
    this.leave();
  }

  /** Crate root: C [<disambiguator>] <identifier> */
  private printCrate(): void {
    const disambiguator = this.readOptionalBase62('s');
    const crate = disambiguator === undefined ? undefined : this.readIdentifier();
    if (crate === undefined) return;
    this.appendIdentifier(crate);
    if (this.form === 'binutils') this.append(`[${disambiguator!.toString(16)}]`);
  }

  /** N <namespace> <path> [<disambiguator>] <identifier>: an item, or with a capital a closure, shim or the like. */
  private printNested(inValue: boolean): void {
    const namespace = this.readTag();
    if (namespace === undefined) return;
    if (!/[a-zA-Z]/.test(namespace)) {
      this.fail(invalidSyntax);
      return;
    }
    this.printPath(inValue);
    if (this.error !== '') this.append('::');
    const disambiguator = this.readOptionalBase62('s');
    const identifier = disambiguator === undefined ? undefined : this.readIdentifier();
    if (identifier === undefined) return;
    const isEmpty = identifier.ascii === '' && identifier.punycode === '';
    if (namespace >= 'a') {
      if (isEmpty) return;
      this.append('::');
      this.appendIdentifier(identifier);
      return;
    }
    this.append('::{');
    this.append(namespace === 'C' ? 'closure' : namespace === 'S' ? 'shim' : namespace);
    if (!isEmpty) {
      this.append(':');
      this.appendIdentifier(identifier);
    }
    this.append(`#${disambiguator}}`);
  }

  /** Where an impl is does not matter, only what it is of. */
  private skipImplPath(): void {
    if (this.readOptionalBase62('s') === undefined) return;
    const wasPrinting = this.printing;
    this.printing = false;
    this.printPath(false);
    this.printing = wasPrinting;
  }

  /** <type> or <type as trait> */
  private printQualifiedSelf(hasTrait: boolean): void {
    this.append('<');
    this.printType();
    if (hasTrait) {
      this.append(' as ');
      this.printPath(false);
    }
    this.append('>');
  }

  private printGenericArguments(): void {
    this.printList(', ', () => {
      if (this.eat('L')) this.printLifetime(this.readBase62());
      else if (this.eat('K')) this.printConst(false);
      else this.printType();
    });
  }

  /** A lifetime by its De Bruijn index: 0 is erased, 1 the innermost that is bound. */
  private printLifetime(index: Count | undefined): void {
    if (index === undefined || !this.printing) return;
    this.append("'");
    if (index === 0) {
      this.append('_');
      return;
    }
    const depth = this.boundLifetimes - Number(index);
    if (depth < 0) this.fail(invalidSyntax);
    else this.append(depth < 26 ? String.fromCharCode(97 + depth) : `_${depth}`);
  }

  /** `for<'a, 'b>` and what `print` prints in its scope. */
  private printInBinder(print: () => void): void {
    const count = this.readOptionalBase62('G');
    if (count === undefined) return;
    if (!this.printing) {
      print();
      return;
    }
    const outer = this.boundLifetimes;
    if (count > 0) {
      this.append('for<');
      for (let i = 0; i < count && !this.exhausted; i++) {
        if (i > 0) this.append(', ');
        this.boundLifetimes++;
        this.printLifetime(1);
      }
      this.append('> ');
    }
    print();
    this.boundLifetimes = outer;
  }

  private printType(): void {
    const tag = this.readTag();
    if (tag === undefined) return;
    const basic = basicTypes[tag];
    if (basic !== undefined) {
      this.append(basic);
      return;
    }
    if (!this.enter()) return;
    switch (tag) {
      case 'R':
      case 'Q':
        this.append('&');
        if (this.eat('L')) {
          const lifetime = this.readBase62();
          if (lifetime === undefined) return;
          if (lifetime !== 0) {
            this.printLifetime(lifetime);
            this.append(' ');
          }
        }
        if (tag === 'Q') this.append('mut ');
        this.printType();
        break;
      case 'P':
      case 'O':
        this.append(tag === 'P' ? '*const ' : '*mut ');
        this.printType();
        break;
      case 'A':
      case 'S':
        this.append('[');
        this.printType();
        if (tag === 'A') {
          this.append('; ');
          this.printConst(true);
        }
        this.append(']');
        break;
      case 'T': {
        this.append('(');
        const count = this.printList(', ', () => this.printType());
        this.append(count === 1 ? ',)' : ')');
        break;
      }
      case 'F':
        this.printInBinder(() => this.printFunctionType());
        break;
      case 'D':
        if (!this.printDynamicType()) return;
        break;
      case 'B':
        this.printBackReference(() => this.printType());
        break;
      default:
        this.pos--;
        this.printPath(false);
    }
    this.leave();
  }

  /** [U] [K <abi>] <type>* E <type> */
  private printFunctionType(): void {
    const isUnsafe = this.eat('U');
    let abi = '';
    if (this.eat('K')) {
      abi = 'C';
      if (!this.eat('C')) {
        const identifier = this.readIdentifier();
        if (identifier === undefined) return;
        if (identifier.ascii === '' || identifier.punycode !== '') {
          this.fail(invalidSyntax);
          return;
        }
        abi = identifier.ascii.replaceAll('_', '-');
      }
    }
    if (isUnsafe) this.append('unsafe ');
    if (abi !== '') this.append(`extern "${abi}" `);
    this.append('fn(');
    this.printList(', ', () => this.printType());
    this.append(')');
    if (this.eat('u')) return;
    this.append(' -> ');
    this.printType();
  }

  /** D <bounds> L <lifetime>; whether it was all there. */
  private printDynamicType(): boolean {
    this.append('dyn ');
    this.printInBinder(() => this.printList(' + ', () => this.printTraitBound()));
    if (!this.eat('L')) {
      this.fail(invalidSyntax);
      return false;
    }
    const lifetime = this.readBase62();
    if (lifetime === undefined) return false;
    if (lifetime !== 0) {
      this.append(' + ');
      this.printLifetime(lifetime);
    }
    return true;
  }

  /** A trait and the types that are associated with it, which are written among its generic arguments. */
  private printTraitBound(): void {
    let isOpen = this.printOpenPath();
    while (this.eat('p')) {
      this.append(isOpen ? ', ' : '<');
      isOpen = true;
      const name = this.readIdentifier();
      if (name === undefined) return;
      this.appendIdentifier(name);
      this.append(' = ');
      this.printType();
    }
    if (isOpen) this.append('>');
  }

  /** A path without the `>` that would end its generic arguments; whether it has any. */
  private printOpenPath(): boolean {
    if (this.eat('B')) {
      let isOpen = false;
      this.printBackReference(() => (isOpen = this.printOpenPath()));
      return isOpen;
    }
    if (!this.eat('I')) {
      this.printPath(false);
      return false;
    }
    this.printPath(false);
    this.append('<');
    this.printGenericArguments();
    return true;
  }
}
