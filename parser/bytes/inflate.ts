/**
 * Decompression of whole sections (ELF compressed sections), synchronous. Node has zlib, and later zstd, in machine code
 * (five times as fast: a run that shows inlined functions inflates the debug sections of libc); elsewhere, in a
 * browser, JavaScript does it.
 */

import { decompress } from 'fzstd';
import { unzlibSync } from 'fflate';
import { ParseError } from './parse-error';

/**
 * The most bytes that a compressed section may claim. Debug sections of the largest browsers come near 2 GiB;
 * a larger claim is damage, and would take the memory before it is found out.
 */
const LARGEST_SECTION_BYTES = 4 * 1024 ** 3;

/** Output is collected in pieces of at most this size: a damaged header may claim gigabytes. */
const LARGEST_PIECE_BYTES = 1 << 24;

type Inflate = (packed: Uint8Array, limits: { maxOutputLength: number; chunkSize: number }) => Uint8Array;

/** Node's module, found without an import that a browser could not resolve. */
const platform: { readonly inflateSync?: Inflate; readonly zstdDecompressSync?: Inflate } | undefined =
  globalThis.process?.getBuiltinModule?.('node:zlib');

/** Inflates a zlib stream of known size. @throws ParseError when it is damaged or not of that size */
export function zlibInflate(packed: Uint8Array, sizeBytes: number, where: string): Uint8Array {
  return checked('zlib', sizeBytes, where, () =>
    platform?.inflateSync
      ? platform.inflateSync(packed, limits(sizeBytes))
      : unzlibSync(packed, { out: new Uint8Array(sizeBytes) }),
  );
}

/** Decompresses zstd frames of known size. @throws ParseError when they are damaged or not of that size */
export function zstdDecompress(packed: Uint8Array, sizeBytes: number, where: string): Uint8Array {
  return checked('zstd', sizeBytes, where, () =>
    platform?.zstdDecompressSync
      ? platform.zstdDecompressSync(packed, limits(sizeBytes))
      : decompress(packed, new Uint8Array(sizeBytes)),
  );
}

function limits(sizeBytes: number): Parameters<Inflate>[1] {
  return {
    maxOutputLength: Math.max(1, sizeBytes),
    chunkSize: Math.min(Math.max(64, sizeBytes), LARGEST_PIECE_BYTES),
  };
}

function checked(method: string, sizeBytes: number, where: string, inflate: () => Uint8Array): Uint8Array {
  if (sizeBytes > LARGEST_SECTION_BYTES) {
    throw new ParseError({
      what: 'compressed section claims an absurd size',
      where,
      found: `${sizeBytes} bytes`,
    });
  }
  let bytes: Uint8Array;
  try {
    bytes = inflate();
  } catch (error) {
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
  return bytes;
}
