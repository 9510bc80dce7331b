/**
 * From the name of an ELF symbol to the name that a person gave it: C++ (cxx/), Rust (rust/), OCaml and Java, in the
 * spelling of the tool that we are to agree with (DemangleOptions). That of binutils' c++filt is in test-support/oracles.ts.
 *
 *   perfForm      `perf script` of Linux 7.2 (tools/perf/util/symbol.c, dso__demangle_sym, linked with libstdc++):
 *                 its own Rust demangler, then __cxa_demangle, then OCaml, then Java. Parameters are always printed
 *                 (`-v` makes no difference); std::string keeps its short name; Rust hashes are left out; and since
 *                 __cxa_demangle takes any text for a type if it can, a C function `f` is printed as `float`.
 *
 * D is left mangled.
 */

import { fromByteText, isAscii, toByteText } from './byte-text';
import { demangleCxx } from './cxx/demangle-cxx';
import { demangleJava } from './java';
import { demangleOcaml } from './ocaml';
import { demangleRustLegacy } from './rust/rust-legacy';
import { demangleRustV0 } from './rust/rust-v0';
import type { RustForm } from './rust/rust-form';

export interface DemangleOptions {
  /** Print the parameters of C++ functions. Without them, clone suffixes (`.part.0`) are dropped as well. */
  readonly params: boolean;
  /** Print std::string and its kin as the templates that they stand for. */
  readonly expandStandardTypes: boolean;
  /** Take a name that is not a mangled one, but reads as the code of a type, for that type: `f` is `float`. */
  readonly types: boolean;
  /** How Rust names are written. */
  readonly rust: RustForm;
  /** OCaml and Java names, too. */
  readonly managedLanguages: boolean;
}

export const perfForm: DemangleOptions = {
  params: true,
  expandStandardTypes: false,
  types: true,
  rust: 'perf',
  managedLanguages: true,
};

/**
 * The declaration that the symbol `name` stands for, or undefined if it is not mangled in any way that is known: the
 * symbol is then its own name.
 *
 * Never throws. Time and length are bounded, whatever the name; a name that would go beyond stays mangled.
 */
export function demangle(name: string, options: DemangleOptions = perfForm): string | undefined {
  if (!isAscii(name)) {
    const text = demangleCxx(toByteText(name), options);
    return text === undefined ? demangleManaged(name, options) : fromByteText(text);
  }
  return demangleRust(name, options.rust) ?? demangleCxx(name, options) ?? demangleManaged(name, options);
}

/** Rust names are ASCII. */
function demangleRust(name: string, form: RustForm): string | undefined {
  // A glance at the first character spares most names the patterns.
  const first = name[0];
  if (first !== '_' && first !== 'R' && first !== 'Z') return undefined;
  return demangleRustLegacy(name, form) ?? demangleRustV0(name, form);
}

function demangleManaged(name: string, options: DemangleOptions): string | undefined {
  return options.managedLanguages ? (demangleOcaml(name) ?? demangleJava(name)) : undefined;
}
