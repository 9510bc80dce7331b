/** Names in what is printed: exports escape them by the same rule, below the program. */

import { printable, withoutKeptBytes } from '../../profile';

export { printable };

let isForTerminal = false;

/** Says whether standard output is a terminal. To be called before anything is formatted. */
export function writeForTerminal(isTerminal: boolean): void {
  isForTerminal = isTerminal;
}

/**
 * A name in the text that a command prints on standard output: {@link printable} on a terminal; as it is in files and pipes,
 * which is how perf writes it, and what other programs look for.
 */
export function shown(text: string): string {
  return isForTerminal ? printable(text) : text;
}

/** Whole lines for standard output, of names without control characters: what is not UTF-8 is escaped on a terminal. */
export function shownLines(text: string): string {
  return isForTerminal ? withoutKeptBytes(text) : text;
}
