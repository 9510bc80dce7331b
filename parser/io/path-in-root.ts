/**
 * Paths below a folder that stands for the root of another system: resolved as that system would, so that neither ".." nor
 * links lead out of the folder.
 */

import { lstatSync, readlinkSync } from 'node:fs';
import { decodeText } from '../bytes/text';
import { systemPath } from './system-path';

/** As many as Linux follows in a path. */
const MOST_LINKS = 40;

export interface PathInRoot {
  /** Where it leads; undefined where links lead in a circle. */
  readonly path: string | undefined;
  /** Whether links were followed on the way. */
  readonly hasLinks: boolean;
}

/**
 * Resolves a path as after `chroot(root)`. What is not there is left to the opening of the result.
 * @param root without a slash at its end
 * @param path begins at the root, whether with a slash or without
 */
export function resolveInRoot(root: string, path: string): PathInRoot {
  const pending = path.split('/').reverse();
  const done: string[] = [];
  let links = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    done.push(part);
    const target = readLink(`${root}/${done.join('/')}`);
    if (target === undefined) continue;
    if (++links > MOST_LINKS) return { path: undefined, hasLinks: true };
    if (target.startsWith('/')) done.length = 0;
    else done.pop();
    pending.push(...target.split('/').reverse());
  }
  return { path: `${root}/${done.join('/')}`, hasLinks: links > 0 };
}

/** What a link leads to; undefined for what is not a link, or is not there. */
function readLink(path: string): string | undefined {
  try {
    if (!lstatSync(systemPath(path)).isSymbolicLink()) return undefined;
    return decodeText(readlinkSync(systemPath(path), 'buffer'));
  } catch {
    return undefined;
  }
}
