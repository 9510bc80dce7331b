/**
 * Where the files of a module may lie, in the order in which perf 7.2 looks (tools/perf/util/symbol.c,
 * `binary_type_symtab`; dso.c, `dso__read_binary_type_filename`). Paths are those of the recording's system: "/"
 * separates, whatever runs this.
 *
 *   separate debug file                               folder
 *   name in .gnu_debuglink                            of the image, its .debug, /usr/lib/debug/‹folder of the image›
 *   ab/cdef…/{elf,debug,vdso}                         ~/.debug/.build-id (perf's build-id cache)
 *   ‹path›.debug, ‹path›                              /usr/lib/debug
 *   ab/cdef….debug                                    /usr/lib/debug/.build-id
 *   .debug/‹name›; ‹path› without /usr                folder of the image; /usr/lib/debug
 *   ‹build id›/{executable,debuginfo}                 ~/.cache/debuginfod_client (not perf)
 *
 * With --symfs everything but the two caches is looked for inside that folder, as perf does.
 */

import { buildIdFolders, formatBuildId } from './build-id';

/** A folder that stands for the root of one process's file system, and of those that share it. */
export interface ProcessRoot {
  readonly pid: number;
  readonly folder: string;
  /** What the process calls itself, in its own PID namespace; undefined where that is not known. */
  readonly namespacePid?: number;
}

export interface SearchPlaces {
  /** Folder that stands for the root of the recording's system. */
  readonly symfs?: string;
  /** Folders for processes that have another root. */
  readonly processRoots?: readonly ProcessRoot[];
  /** Whether symfs holds the files without their folders. */
  readonly isSymfsFlat?: boolean;
  /** More folders laid out like /usr/lib/debug, asked before it. */
  readonly debugDirs?: readonly string[];
  /** perf's build-id cache, commonly ~/.debug. */
  readonly buildIdCache?: string;
  /** The files that a debuginfod client has fetched, commonly ~/.cache/debuginfod_client. */
  readonly debuginfodCache?: string;
  /** Image of the vDSO of the recording's kernel. */
  readonly vdso?: string;
}

const DEBUG_ROOT = '/usr/lib/debug';

/** The caches of a user, from the variables of the environment that perf and debuginfod clients heed. */
export function userCaches(environment: Readonly<Record<string, string | undefined>>): SearchPlaces {
  const home = environment.HOME;
  const userCache = environment.XDG_CACHE_HOME ?? (home && `${home}/.cache`);
  return {
    buildIdCache: home && `${home}/.debug`,
    debuginfodCache: environment.DEBUGINFOD_CACHE_PATH ?? (userCache && `${userCache}/debuginfod_client`),
  };
}

/** A path of the recording's system as a path of this one. */
export function inSymfs(places: SearchPlaces, path: string): string {
  if (!places.symfs) return path;
  const inside = places.isSymfsFlat ? path.slice(path.lastIndexOf('/') + 1) : path;
  return join(places.symfs, inside);
}

/** Files that may be the image itself. */
export function imageCandidates(
  places: SearchPlaces,
  path: string,
  buildId: Uint8Array | undefined,
): string[] {
  const candidates = [inSymfs(places, path)];
  if (buildId) candidates.push(...inBuildIdCache(places, buildId, ['elf']));
  if (buildId && places.debuginfodCache) {
    candidates.push(`${places.debuginfodCache}/${formatBuildId(buildId)}/executable`);
  }
  return candidates;
}

/** Files that may be the image of the vDSO, other than that of the running kernel. */
export function vdsoCandidates(places: SearchPlaces, buildId: Uint8Array | undefined): string[] {
  const candidates: string[] = [];
  if (places.symfs) candidates.push(join(places.symfs, '[vdso]'));
  if (buildId) candidates.push(...inBuildIdCache(places, buildId, ['vdso']));
  return candidates;
}

/** Files that an image's .gnu_debuglink may mean. @param imagePath the image as it was opened */
export function debugLinkCandidates(places: SearchPlaces, imagePath: string, fileName: string): string[] {
  const folder = imagePath.slice(0, Math.max(0, imagePath.lastIndexOf('/')));
  const candidates = fileName.startsWith('/') ? [inSymfs(places, fileName)] : [];
  candidates.push(join(folder, fileName), join(`${folder}/.debug`, fileName));
  const { symfs } = places;
  const ownFolder = symfs && folder.startsWith(symfs) ? folder.slice(symfs.length) : folder;
  for (const root of debugRoots(places)) candidates.push(join(join(root, ownFolder), fileName));
  return candidates;
}

/** Files that may hold the symbols of an image, other than those its .gnu_debuglink means. */
export function debugCandidates(
  places: SearchPlaces,
  path: string,
  buildId: Uint8Array | undefined,
): string[] {
  const candidates: string[] = [];
  if (buildId) candidates.push(...inBuildIdCache(places, buildId, ['elf', 'debug']));
  for (const root of debugRoots(places)) candidates.push(`${join(root, path)}.debug`);
  for (const root of debugRoots(places)) candidates.push(join(root, path));
  if (buildId) candidates.push(...buildIdDebugFiles(places, buildId));
  const slash = path.lastIndexOf('/');
  candidates.push(inSymfs(places, `${path.slice(0, slash)}/.debug${path.slice(slash)}`));
  if (path.startsWith('/usr/lib/')) {
    candidates.push(join(inSymfs(places, DEBUG_ROOT), path.slice('/usr'.length)));
  }
  if (buildId && places.debuginfodCache) {
    candidates.push(`${places.debuginfodCache}/${formatBuildId(buildId)}/debuginfo`);
  }
  return candidates;
}

/** Debug files that are kept under their build id. */
export function buildIdDebugFiles(places: SearchPlaces, buildId: Uint8Array): string[] {
  return debugRoots(places).map((root) => `${root}/.build-id/${buildIdFolders(buildId)}.debug`);
}

/** Entries of perf's build-id cache; before Linux 4.12 an entry was the file itself. */
export function inBuildIdCache(
  places: SearchPlaces,
  buildId: Uint8Array,
  names: readonly string[],
): string[] {
  if (!places.buildIdCache) return [];
  const entry = `${places.buildIdCache}/.build-id/${buildIdFolders(buildId)}`;
  return [...names.map((name) => `${entry}/${name}`), entry];
}

function debugRoots(places: SearchPlaces): string[] {
  return [...(places.debugDirs ?? []), inSymfs(places, DEBUG_ROOT)];
}

function join(folder: string, path: string): string {
  const left = folder.endsWith('/') ? folder.slice(0, -1) : folder;
  return path.startsWith('/') ? left + path : `${left}/${path}`;
}
