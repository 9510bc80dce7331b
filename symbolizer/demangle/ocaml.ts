/**
 * OCaml names: `caml`, a module with a capital letter, `__` for the dots of its path, `$xx` for other characters.
 *
 *     camlStdlib__List__map_123   ->   Stdlib.List.map_123
 */

import { fromByteText, toByteText } from './byte-text';

/** The path that `name` stands for; undefined if it does not start like one of OCaml. */
export function demangleOcaml(name: string): string | undefined {
  if (!/^caml[A-Z]/.test(name)) return undefined;
  const path = toByteText(name.slice('caml'.length)).replace(/__|\$([0-9a-fA-F]{2})/g, (_, hex?: string) =>
    hex === undefined ? '.' : String.fromCharCode(parseInt(hex, 16)),
  );
  return fromByteText(path);
}
