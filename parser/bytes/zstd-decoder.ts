/** The zstd decoder for what the platform cannot unpack: the streams of compressed records, and sections without Node's own. */

/** What is used of the package zstddec; its own types would be part of the library's. */
export interface ZstdDecoder {
  /** Whole frames; the wrong number of bytes comes out where they are damaged. */
  decode(packed: Uint8Array, sizeBytes: number): Uint8Array;
  decodeStreaming(arrays: Iterable<Uint8Array>): Generator<Uint8Array>;
}

/** Loads the decoder and compiles its WebAssembly: to be done only where it is needed. */
export async function loadZstdDecoder(): Promise<ZstdDecoder> {
  const { ZSTDDecoder: Decoder } = await import('zstddec/stream');
  const decoder = new Decoder();
  if (isNode()) startNow(decoder);
  else await decoder.init();
  return decoder;
}

/**
 * Loads the decoder; its WebAssembly is compiled when something is decoded for the first time, where that can be done at once.
 * Compiling takes as long as reading a small recording, and few have a section that needs it.
 */
export async function loadZstdForSections(): Promise<Pick<ZstdDecoder, 'decode'>> {
  if (!isNode()) return loadZstdDecoder();
  const { ZSTDDecoder: Decoder } = await import('zstddec/stream');
  let started: ZstdDecoder | undefined;
  return {
    decode: (packed, sizeBytes) => (started ??= startNow(new Decoder())).decode(packed, sizeBytes),
  };
}

/** What is used of the global object WebAssembly. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => object;
  instantiate: (
    bytes: Uint8Array,
    imports: object,
  ) => { then: (use: (made: { instance: object }) => unknown) => Promise<unknown> };
}

function isNode(): boolean {
  return globalThis.process?.versions?.node !== undefined;
}

/**
 * Starts a decoder of the package without waiting. It fetches its own bytes by a data: address where there is a `fetch`: that of
 * Node.js is an HTTP client that takes 45 ms to load. Without it the decoder unpacks the same bytes by itself, and asks
 * WebAssembly to compile them some time, which here is done at once.
 */
function startNow<Decoder extends { init(): Promise<unknown> }>(decoder: Decoder): Decoder {
  const fetch = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: Wasm };
  const { instantiate } = wasm;
  if (fetch?.configurable) delete (globalThis as { fetch?: unknown }).fetch;
  wasm.instantiate = (bytes, imports) => ({
    then: (use) => Promise.resolve(use({ instance: new wasm.Instance(new wasm.Module(bytes), imports) })),
  });
  try {
    void decoder.init();
  } finally {
    wasm.instantiate = instantiate;
    if (fetch?.configurable) Object.defineProperty(globalThis, 'fetch', fetch);
  }
  return decoder;
}
