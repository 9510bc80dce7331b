/** Paths of recordings as the system takes them: any bytes but zero, of which a string may keep some that are not UTF-8. */

import { realpathSync } from 'node:fs';
import { decodeText, encodeText, hasKeptBytes } from '../bytes/text';

/** What functions of node:fs are given for a path. */
export function systemPath(path: string): string | Buffer {
  return hasKeptBytes(path) ? Buffer.from(encodeText(path)) : path;
}

/** The path without links. @throws the system's error */
export function realPath(path: string): string {
  // The function that is not native makes a string of the path.
  return hasKeptBytes(path)
    ? decodeText(realpathSync.native(systemPath(path), 'buffer'))
    : realpathSync(path);
}
