/** zstd, gzip and xz: whole sections and files, and the stream of compressed records. */

import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { loadDecompressors, loadZstd, type ZstdFactory } from '../../../parser';
import { gunzip, zstdDecompress } from '../../../parser/bytes/inflate';
import { unpackXz } from '../../../symbolizer/xz/xz-stream';
import { decodeLzma2 } from '../../../symbolizer/xz/lzma2-decoder';
import { crc32 } from '../../../symbolizer/files/crc';
import { attempt, single, type Input, type Target } from '../target';

const MOST_BYTES = 1 << 24;

/** What is compressed: repeated and not. */
function samples(): Buffer[] {
  const text = Buffer.from(Array.from({ length: 400 }, (_, i) => `${i * i} function_${i % 17}\n`).join(''));
  const noise = Buffer.from(
    Array.from({ length: 3000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 0xff),
  );
  return [text, noise, Buffer.concat([text, noise, text]), Buffer.alloc(70_000, 'ab'), Buffer.alloc(1)];
}

function compressed(command: string, ...options: readonly string[]): Input[] {
  return samples().map((input) => {
    const { stdout, error } = spawnSync(command, [...options, '-c'], { input, maxBuffer: 1 << 26 });
    if (error) throw error;
    return single(Uint8Array.from(stdout));
  });
}

function isHere(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

let zstdFactory: ZstdFactory;

export const zstd: Target = {
  name: 'zstd',
  missing: isHere('zstd') ? undefined : 'the program zstd',
  seeds: () => [...compressed('zstd', '-3'), ...compressed('zstd', '-19', '--no-check', '--long=20')],
  async prepare() {
    await loadDecompressors();
    zstdFactory = await loadZstd();
  },
  run(input) {
    const [bytes] = input.values();
    // The size that a section would claim: known sizes, and one that does not agree.
    for (const sizeBytes of [...samples().map(({ length }) => length), 1 << 20])
      attempt(() => zstdDecompress(bytes, sizeBytes, 'input'));
    const stream = zstdFactory.createStream();
    let out = 0;
    for (let at = 0; at < bytes.length && !stream.isDamaged && out < MOST_BYTES; at += 1000)
      stream.push(bytes.subarray(at, at + 1000), (block) => (out += block.length));
    stream.finish(() => undefined);
  },
};

export const gzip: Target = {
  name: 'gzip',
  seeds: () => samples().map((bytes) => single(Uint8Array.from(gzipSync(bytes)))),
  run(input) {
    const [bytes] = input.values();
    try {
      gunzip(bytes, 'input');
    } catch (error) {
      // What the decompressor finds is said by the caller.
      if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw error;
    }
  },
};

export const xz: Target = {
  name: 'xz',
  missing: isHere('xz') ? undefined : 'the program xz',
  seeds: () => [...compressed('xz'), ...compressed('xz', '-9e', '--check=crc32')],
  /** Checksums of the stream's header and of the first block's. */
  repair(_part, bytes) {
    if (bytes.length < 16) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    view.setUint32(8, crc32(bytes.subarray(6, 8)), true);
    const end = 12 + bytes[12] * 4;
    if (end + 4 <= bytes.length) view.setUint32(end, crc32(bytes.subarray(12, end)), true);
  },
  run(input) {
    const [bytes] = input.values();
    attempt(() => unpackXz(bytes, 'input', MOST_BYTES));
    // The data alone: checksums stop most damage before it is decoded.
    if (bytes.length > 24) attempt(() => decodeLzma2(bytes, 24, bytes.length * 4, MOST_BYTES));
  },
};
