/**
 * The two ways in which a Rust name is written by the tools that we have to agree with.
 *
 * `perf` has a demangler of its own, which leaves out what makes names unique: the hash of a legacy name, the crate's
 * disambiguator, the type of a constant. It knows all constants of RFC 2603 and marks what it cannot read within the
 * text. `binutils` (c++filt) prints all of that, but refuses constants that are not plain numbers, characters or
 * booleans, and drops what the compiler appended to the name.
 */
export type RustForm = 'perf' | 'binutils';

/** A symbol without what ThinLTO appends when it renames a local one: `.llvm.` and hexadecimal digits. */
export function withoutLlvmSuffix(symbol: string): string {
  const start = symbol.indexOf('.llvm.');
  return start >= 0 && /^[0-9A-F@]*$/.test(symbol.slice(start + '.llvm.'.length))
    ? symbol.slice(0, start)
    : symbol;
}

/**
 * What a tool appended to a name (`.exit.i.i`, `.cold`), as it is printed after it; undefined when the text cannot
 * be such a suffix, so that the symbol is not a Rust name.
 */
export function readSuffix(suffix: string, form: RustForm): string | undefined {
  if (suffix === '') return '';
  if (suffix[0] !== '.') return undefined;
  if (form === 'binutils') return '';
  return /^[\x21-\x7e]*$/.test(suffix) ? suffix : undefined;
}
