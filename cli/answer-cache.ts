/** Where what is found out of binaries is kept from run to run. */

import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import packageJson from '../package.json';
import type { AnswerFolderOptions } from '../profile/node';

/** Reading the tables of a smaller binary takes no longer than reading what is known of it. */
const LEAST_BYTES = 128 * 1024;

/**
 * As PERF_SFRAME_CACHE says: "off", or a folder, which then is for all binaries, whatever their size. Unless it is set, a folder among
 * the user's caches; undefined where there is none.
 */
export function answerCache(
  environment: Readonly<Record<string, string | undefined>>,
): AnswerFolderOptions | undefined {
  const named = environment.PERF_SFRAME_CACHE ?? '';
  if (named === 'off') return undefined;
  if (named !== '') return { folder: named, leastBytes: 0, program: programIdentity() };
  const caches = [environment.XDG_CACHE_HOME, environment.HOME && join(environment.HOME, '.cache')].find(
    // As the specification of XDG_CACHE_HOME has it, one that is not absolute is passed over.
    (folder) => folder !== undefined && isAbsolute(folder),
  );
  if (caches === undefined) return undefined;
  return { folder: join(caches, 'perf-sframe'), leastBytes: LEAST_BYTES, program: programIdentity() };
}

/** The version, and the file itself: what was built in between has the same version. */
function programIdentity(): string {
  const { size, mtimeMs } = statSync(__filename);
  return `${packageJson.version} ${size} ${mtimeMs}`;
}
