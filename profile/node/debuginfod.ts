/**
 * Debug files from debuginfod servers (elfutils, debuginfod(8)), for binaries that have none here:
 *
 *   GET ‹server›/buildid/‹build id›/debuginfo     the file with symbols and debug information
 *   GET ‹server›/buildid/‹build id›/executable    the binary itself
 *
 * They are put where debuginfod clients keep them, which the binary locator looks through last, and are asked for before
 * the samples are read: what is read then waits for nobody. A file that is not of its build id is not used; the locator
 * checks that.
 */

import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import {
  elf,
  parseMmap,
  PERF_RECORD_MISC_CPUMODE_MASK,
  PERF_RECORD_MISC_KERNEL,
  RecordType,
  type Recording,
  type BinaryFileSystem,
} from '../../parser';
import { BinaryLocator, formatBuildId, type SearchPlaces } from '../../symbolizer';
import type { Diagnostics } from '../session/diagnostics';

const NOT_FOUND = 404;

type FileKind = 'debuginfo' | 'executable';

export interface DebuginfodOptions {
  /** Base addresses of servers, asked in this order. */
  readonly servers: readonly string[];
  readonly timeoutMs: number;
}

/** Fetches what is missing of the binaries of a recording into the cache of `places`. Never throws for a failure. */
export async function fetchDebugFiles(
  recording: Recording,
  files: BinaryFileSystem,
  places: SearchPlaces,
  options: DebuginfodOptions,
  diagnostics: Diagnostics,
): Promise<void> {
  const { debuginfodCache } = places;
  if (debuginfodCache === undefined) return;
  const locator = new BinaryLocator(files, places);
  for (const [path, buildId] of userBinaries(recording)) {
    const { image, debugImage } = locator.locate(path, buildId);
    const wanted: FileKind[] = image ? [] : ['executable'];
    const hasSymbols = image?.sections.some((section) => section.type === elf.SHT_SYMTAB) ?? false;
    if (!debugImage && !hasSymbols) wanted.push('debuginfo');
    for (const kind of wanted) {
      const folder = join(debuginfodCache, formatBuildId(buildId));
      const problem = await fetchFile(options, `buildid/${formatBuildId(buildId)}/${kind}`, folder, kind);
      if (problem !== undefined)
        diagnostics.add('debuginfod', 'debug files could not be fetched', `${path}: ${problem}`);
    }
  }
}

/** Paths and build ids of what processes mapped. A pipe can be read only once: there its header must tell. */
function userBinaries(recording: Recording): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const add = (path: string, buildId: Uint8Array): void => {
    if (path.startsWith('/') && !/\.ko(\.\w+)?$/.test(path)) found.set(path, buildId);
  };
  for (const { path, buildId } of recording.buildIds()) add(path, buildId);
  if (recording.header.isPipe) return found;
  recording.readRecords('file', (place) => {
    const isUser = (place.misc & PERF_RECORD_MISC_CPUMODE_MASK) !== PERF_RECORD_MISC_KERNEL;
    if (place.type !== RecordType.MMAP2 || !isUser) return;
    const { path, buildId } = parseMmap(place, recording.littleEndian);
    if (buildId && buildId.length > 0) add(path, buildId);
  });
  return found;
}

/** @returns what went wrong; undefined for a file that was fetched, or that no server has */
async function fetchFile(
  { servers, timeoutMs }: DebuginfodOptions,
  resource: string,
  folder: string,
  name: string,
): Promise<string | undefined> {
  let problem: string | undefined;
  for (const server of servers) {
    const url = `${server.replace(/\/+$/, '')}/${resource}`;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
      if (response.ok && response.body) {
        await store(response.body, folder, name);
        return undefined;
      }
      await response.body?.cancel();
      if (response.status !== NOT_FOUND) problem = `${url} answered ${response.status}`;
    } catch (error) {
      problem = `${url}: ${describe(error)}`;
    }
  }
  return problem;
}

/** Puts a file in place when it is whole: another run may be fetching it, too. */
async function store(body: ReadableStream, folder: string, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const partial = join(folder, `.${name}.${process.pid}`);
  try {
    await pipeline(Readable.fromWeb(body), createWriteStream(partial));
    renameSync(partial, join(folder, name));
  } finally {
    rmSync(partial, { force: true });
  }
}

/** `fetch` says "fetch failed"; why is in its cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
