/**
 * Decompression of what is in memory as a whole (compressed ELF sections, lists of kernel symbols), synchronous. Node has zlib,
 * and from 22.15 on zstd, in machine code: five times as fast, and a run that shows inlined functions inflates the debug
 * sections of libc. What the platform lacks is loaded beforehand ({@link loadDecompressors}), so that a program that needs none of it,
 * and that is most runs and pages, has none of it.
 */

import { ParseError } from './parse-error';
import { loadZstdForSections, type ZstdDecoder } from './zstd-decoder';
import { readZstdFrames } from './zstd-frames';

/**
 * The most bytes that a compressed section may claim. Debug sections of the largest browsers come near 2 GiB;
 * a larger claim is damage, and would take the memory before it is found out.
 */
const LARGEST_SECTION_BYTES = 4 * 1024 ** 3;

/** Compression of debug sections makes them some three to ten times smaller. What is beyond this ratio is counted. */
const USUAL_RATIO = 32;
/** Bytes beyond the usual ratio that may be held at a time: small files must not take all memory. */
const MOST_UNUSUAL_BYTES = 1 << 27;
let unusualBytes = 0;
/** Gives back what was counted for sections that nobody holds any more. */
const returned = new FinalizationRegistry<number>((sizeBytes) => {
  unusualBytes -= sizeBytes;
});

/** The loaded zstd decoder has a memory of its own for what goes in and what comes out, which ends at 2 GiB. */
const LARGEST_LOADED_BYTES = 1 << 29;

/** Output is collected in pieces of at most this size: a damaged header may claim gigabytes. */
const LARGEST_PIECE_BYTES = 1 << 24;

/** The most bytes that a gzipped list of kernel symbols may have: more than ten times what lists have. */
const LARGEST_LIST_BYTES = 1 << 28;

type Inflate = (packed: Uint8Array, limits: { maxOutputLength: number; chunkSize?: number }) => Uint8Array;

/** What is used of node:zlib. */
interface Platform {
  readonly inflateSync?: Inflate;
  readonly gunzipSync?: Inflate;
  readonly zstdDecompressSync?: Inflate;
}

interface Loaded {
  readonly inflate?: (packed: Uint8Array, sizeBytes: number) => Uint8Array;
  readonly gunzip?: (packed: Uint8Array) => Uint8Array;
  readonly zstd?: Pick<ZstdDecoder, 'decode'>;
}

let loaded: Loaded = {};
let knownPlatform: Platform | undefined;

/** Node's module, found without an import that a browser could not resolve, and opened when it is first needed. */
function platform(): Platform {
  knownPlatform ??= globalThis.process?.getBuiltinModule?.('node:zlib') ?? {};
  return knownPlatform;
}

/**
 * Loads what is needed to read compressed sections and the platform does not have: all of it in a browser, zstd in Node.js
 * before 22.15. Without it such a section is a ParseError that says so. (perf's compressed records need `loadZstd`.)
 */
export async function loadDecompressors(): Promise<void> {
  const has = globalThis.process?.versions as NodeJS.ProcessVersions | undefined;
  if (!has?.zlib) {
    const { gunzipSync, unzlibSync } = await import('fflate');
    const inflate = (packed: Uint8Array, sizeBytes: number): Uint8Array =>
      unzlibSync(packed, { out: new Uint8Array(sizeBytes) });
    loaded = { ...loaded, inflate, gunzip: (packed) => gunzipSync(packed) };
  }
  if (!has?.zstd) {
    loaded = { ...loaded, zstd: await loadZstdForSections() };
  }
}

/** Inflates a zlib stream of known size. @throws ParseError when it is damaged or not of that size */
export function zlibInflate(packed: Uint8Array, sizeBytes: number, where: string): Uint8Array {
  return checked('zlib', packed.length, sizeBytes, where, () => {
    const { inflateSync } = platform();
    return inflateSync
      ? inflateSync(packed, limits(sizeBytes))
      : need(loaded.inflate, 'zlib', where)(packed, sizeBytes);
  });
}

/** Decompresses zstd frames of known size. @throws ParseError when they are damaged or not of that size */
export function zstdDecompress(packed: Uint8Array, sizeBytes: number, where: string): Uint8Array {
  return checked('zstd', packed.length, sizeBytes, where, () => {
    const { zstdDecompressSync } = platform();
    return zstdDecompressSync
      ? unpackEachFrame(zstdDecompressSync, packed, sizeBytes, where)
      : unpackFrames(need(loaded.zstd, 'zstd', where), packed, sizeBytes, where);
  });
}

/** Node's function ends with the first frame (seen with 22.23 and 24.21), and takes that for all. */
function unpackEachFrame(unpack: Inflate, packed: Uint8Array, sizeBytes: number, where: string): Uint8Array {
  const { starts } = readZstdFrames(packed, where);
  if (starts.length <= 1) return unpack(packed, limits(sizeBytes));
  const parts: Uint8Array[] = [];
  let left = sizeBytes;
  for (const [i, start] of starts.entries()) {
    const part = unpack(packed.subarray(start, starts[i + 1]), limits(left));
    parts.push(part);
    left -= part.length;
  }
  const bytes = new Uint8Array(sizeBytes - left);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** @throws ParseError where the frames cannot be what the section claims */
function unpackFrames(
  decoder: Pick<ZstdDecoder, 'decode'>,
  packed: Uint8Array,
  sizeBytes: number,
  where: string,
): Uint8Array {
  const { contentBytes, mostBytes } = readZstdFrames(packed, where);
  if (mostBytes < sizeBytes || (contentBytes !== sizeBytes && !Number.isNaN(contentBytes))) {
    throw new ParseError({
      what: 'zstd data',
      where,
      found: `${mostBytes < sizeBytes ? `at most ${mostBytes}` : contentBytes} bytes`,
      expected: `${sizeBytes} bytes`,
    });
  }
  if (Math.max(packed.length, sizeBytes) > LARGEST_LOADED_BYTES) {
    throw new ParseError({
      what: 'zstd data are too large for this platform',
      where,
      found: `${packed.length} bytes that hold ${sizeBytes}`,
      expected: `at most ${LARGEST_LOADED_BYTES}`,
      hint: 'Node.js 22.15 and later unpack it by themselves.',
    });
  }
  // To the decoder a size of 0 is one that it has to find out.
  return decoder.decode(packed, Math.max(1, sizeBytes));
}

/** Unpacks a gzip file. @throws Error of the decompressor when it is damaged; ParseError where none was loaded */
export function gunzip(packed: Uint8Array, where: string): Uint8Array {
  const { gunzipSync } = platform();
  return gunzipSync
    ? gunzipSync(packed, { maxOutputLength: LARGEST_LIST_BYTES })
    : need(loaded.gunzip, 'gzip', where)(packed);
}

function need<T>(decompress: T | undefined, method: string, where: string): T {
  if (decompress) return decompress;
  throw new ParseError({
    what: `${method} data, for which no decompressor was loaded`,
    where,
    hint: 'Call loadDecompressors() first.',
  });
}

function limits(sizeBytes: number): Parameters<Inflate>[1] {
  return {
    maxOutputLength: Math.max(1, sizeBytes),
    chunkSize: Math.min(Math.max(64, sizeBytes), LARGEST_PIECE_BYTES),
  };
}

function checked(
  method: string,
  packedBytes: number,
  sizeBytes: number,
  where: string,
  inflate: () => Uint8Array,
): Uint8Array {
  if (sizeBytes > LARGEST_SECTION_BYTES) {
    throw new ParseError({
      what: 'compressed section claims an absurd size',
      where,
      found: `${sizeBytes} bytes`,
    });
  }
  const beyondUsual = Math.max(0, sizeBytes - packedBytes * USUAL_RATIO);
  if (unusualBytes + beyondUsual > MOST_UNUSUAL_BYTES) {
    throw new ParseError({
      what: `${method} data are not unpacked, as they would take too much memory`,
      where,
      found: `${packedBytes} bytes that claim to be ${sizeBytes}`,
      expected: `at most ${USUAL_RATIO} times as many; beyond that ${MOST_UNUSUAL_BYTES} bytes together`,
    });
  }
  let bytes: Uint8Array;
  try {
    bytes = inflate();
  } catch (error) {
    if (error instanceof ParseError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ParseError({ what: `damaged ${method} data`, where, found: reason });
  }
  if (bytes.length !== sizeBytes) {
    throw new ParseError({
      what: `${method} data of a compressed section`,
      where,
      found: `${bytes.length} bytes`,
      expected: `${sizeBytes} bytes`,
    });
  }
  if (beyondUsual > 0) {
    unusualBytes += beyondUsual;
    returned.register(bytes, beyondUsual);
  }
  return bytes;
}
