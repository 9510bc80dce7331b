/** Decompression of whole sections (ELF compressed sections), synchronous and without the platform's help. */

import { decompress } from 'fzstd';
import { unzlibSync } from 'fflate';
import { ParseError } from './parse-error';

/**
 * The most bytes that a compressed section may claim. Debug sections of the largest browsers come near 2 GiB;
 * a larger claim is damage, and would take the memory before it is found out.
 */
const LARGEST_SECTION_BYTES = 4 * 1024 ** 3;

/** Inflates a zlib stream of known size. @throws ParseError when it is damaged or not of that size */
export function zlibInflate(packed: Uint8Array, sizeBytes: number, where: string): Uint8Array {
  return checked('zlib', sizeBytes, where, () => unzlibSync(packed, { out: new Uint8Array(sizeBytes) }));
}

/** Decompresses zstd frames of known size. @throws ParseError when they are damaged or not of that size */
export function zstdDecompress(packed: Uint8Array, sizeBytes: number, where: string): Uint8Array {
  return checked('zstd', sizeBytes, where, () => decompress(packed, new Uint8Array(sizeBytes)));
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
