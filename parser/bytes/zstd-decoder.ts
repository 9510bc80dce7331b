/** The zstd decoder for what the platform cannot unpack: the streams of compressed records, and sections without Node's own. */

/** What is used of the package zstddec; its own types would be part of the library's. */
export interface ZstdDecoder {
  /** Whole frames; the wrong number of bytes comes out where they are damaged. */
  decode(packed: Uint8Array, sizeBytes: number): Uint8Array;
  decodeStreaming(arrays: Iterable<Uint8Array>): Generator<Uint8Array>;
}

/** Loads the decoder, which compiles WebAssembly: to be done only where it is needed. */
export async function loadZstdDecoder(): Promise<ZstdDecoder> {
  const { ZSTDDecoder: Decoder } = await import('zstddec/stream');
  const decoder = new Decoder();
  await withoutFetch(() => decoder.init());
  return decoder;
}

/**
 * The decoder fetches its own bytes by a data: address where there is a `fetch`. That of Node.js is an HTTP client that
 * takes 45 ms to load; without it the decoder unpacks the same bytes by itself.
 *
 * @param start asks for `fetch` before it first waits
 */
function withoutFetch<T>(start: () => T): T {
  const isNode = globalThis.process?.versions?.node !== undefined;
  const fetch = isNode ? Object.getOwnPropertyDescriptor(globalThis, 'fetch') : undefined;
  if (!fetch?.configurable) return start();
  delete (globalThis as { fetch?: unknown }).fetch;
  try {
    return start();
  } finally {
    Object.defineProperty(globalThis, 'fetch', fetch);
  }
}
