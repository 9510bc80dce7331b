/** C++ names of the Itanium C++ ABI, which every Unix compiler writes. */

import { NameParser } from './name-parser';
import { NamePrinter } from './name-printer';
import type { Node } from './node';
import { findBuiltin } from './operators';

export interface CxxOptions {
  /** Print the parameters of functions. Without them a name may end in anything, and clone suffixes are dropped. */
  readonly params: boolean;
  /** Print std::string as the template that it is. */
  readonly expandStandardTypes: boolean;
  /** Take a name that does not start with `_Z` for a type: `f` is `float`. */
  readonly types: boolean;
}

/** Longer names stay mangled, as they do with the GNU demanglers. */
const maxNameLength = 1024;

/**
 * The C++ declaration that `name` stands for, spelled as the GNU demanglers spell it; undefined if it is none.
 *
 * @param name One character for each byte of the symbol.
 */
export function demangleCxx(name: string, options: CxxOptions): string | undefined {
  const kind = kindOf(name, options);
  if (kind === Kind.None || name.length > maxNameLength) return undefined;
  let parser = new NameParser(name, options, false);
  let tree = parse(parser, kind);
  if (tree === null && parser.metAmbiguousScope) {
    parser = new NameParser(name, options, true);
    tree = parse(parser, kind);
  }
  return tree === null ? undefined : new NamePrinter().printWhole(tree);
}

enum Kind {
  None,
  Mangled,
  GlobalConstructors,
  Type,
}

function kindOf(name: string, options: CxxOptions): Kind {
  if (name.startsWith('_Z')) return Kind.Mangled;
  if (name.startsWith('_GLOBAL_'))
    return /^[._$][DI]_/.test(name.slice(8)) ? Kind.GlobalConstructors : Kind.None;
  // Most names of C start with the letter of a builtin type; nothing may follow one.
  const isType = options.types && (name.length === 1 || findBuiltin(name.charCodeAt(0)) === undefined);
  return isType ? Kind.Type : Kind.None;
}

function parse(parser: NameParser, kind: Kind): Node | null {
  if (kind === Kind.Mangled) return parser.parseMangledName();
  return kind === Kind.Type ? parser.parseWholeType() : parser.parseGlobalConstructors();
}
