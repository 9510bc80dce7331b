/** Decompression by Node's own code and by what is loaded where there is none (a browser): bytes made by the real compressors. */

import { execFileSync } from 'node:child_process';
import { gzipSync, deflateSync } from 'node:zlib';
import type * as Module from './inflate';
import { testWhere } from '../../test-data/test-support/left-out';

const text = new TextEncoder().encode('what is compressed, over and over. '.repeat(4000));

type Inflate = typeof Module;

/** The module as it is loaded in a process with, or without, Node's modules. */
async function withPlatform(isNode: boolean, body: (module: Inflate) => Promise<void> | void): Promise<void> {
  const { process } = globalThis;
  jest.resetModules();
  try {
    if (!isNode)
      Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true, writable: true });
    await jest.isolateModulesAsync(async () => body(await import('./inflate')));
  } finally {
    Object.defineProperty(globalThis, 'process', { value: process, configurable: true, writable: true });
  }
}

function zstd(bytes: Uint8Array): Uint8Array {
  return execFileSync('zstd', ['-c'], { input: bytes });
}
function hasZstd(): boolean {
  try {
    return zstd(text).length > 0;
  } catch {
    return false;
  }
}

describe.each([
  ['Node', true],
  ['a browser', false],
])('in %s', (_, isNode) => {
  test('zlib and gzip', () =>
    withPlatform(isNode, async ({ loadDecompressors, zlibInflate, gunzip }) => {
      await loadDecompressors();
      expect(zlibInflate(deflateSync(text), text.length, 'x')).toEqual(
        expect.objectContaining({ length: text.length }),
      );
      expect(Buffer.from(zlibInflate(deflateSync(text), text.length, 'x')).equals(text)).toBe(true);
      expect(Buffer.from(gunzip(gzipSync(text), 'x')).equals(text)).toBe(true);
    }));

  testWhere(hasZstd(), 'zstd', 'the program zstd', () => {
    return withPlatform(isNode, async ({ loadDecompressors, zstdDecompress }) => {
      await loadDecompressors();
      expect(Buffer.from(zstdDecompress(zstd(text), text.length, 'x')).equals(text)).toBe(true);
    });
  });

  test('damaged data, and a size that is not theirs, say where', () =>
    withPlatform(isNode, async ({ loadDecompressors, zlibInflate }) => {
      await loadDecompressors();
      const packed = deflateSync(text);
      expect(() => zlibInflate(packed.subarray(0, 20), text.length, 'the section')).toThrow(/the section/);
      expect(() => zlibInflate(Uint8Array.of(1, 2, 3), text.length, 'the section')).toThrow(/the section/);
      expect(() => zlibInflate(packed, text.length + 1, 'the section')).toThrow(/140001 bytes|140000 bytes/);
      expect(() => zlibInflate(packed, 5 * 1024 ** 4, 'the section')).toThrow(/absurd size/);
    }));
});

test('where nothing was loaded and Node is not there, the error says what to call', () =>
  withPlatform(false, ({ zlibInflate }) => {
    expect(() => zlibInflate(deflateSync(text), text.length, 'x')).toThrow(/loadDecompressors\(\)/);
  }));
