/** Compressed sections that claim what they do not hold: refused before memory is taken for it. */

import { deflateSync, gzipSync } from 'node:zlib';
import { gunzip, loadDecompressors, zlibInflate, zstdDecompress } from './inflate';
import { readZstdFrames } from './zstd-frames';

/** A frame of one raw block, as RFC 8878 has it. @param claimed content size in the header; undefined for none */
function rawFrame(content: Uint8Array, claimed: number | undefined = content.length): Uint8Array {
  const header = Buffer.alloc(claimed === undefined ? 6 : 14);
  header.writeUInt32LE(0xfd2fb528);
  header[4] = claimed === undefined ? 0 : 0xc0;
  // A window of 1 MiB.
  header[5] = (20 - 10) << 3;
  if (claimed !== undefined) header.writeBigUInt64LE(BigInt(claimed), 6);
  const block = Buffer.alloc(3);
  const word = (content.length << 3) | 1;
  block.writeUInt16LE(word & 0xffff);
  block[2] = word >> 16;
  return Buffer.concat([header, block, content]);
}

beforeAll(loadDecompressors);

const content = Buffer.from('some bytes of a debug section');

test('frames with and without their size, and several', () => {
  const frames = [
    rawFrame(content),
    rawFrame(content, undefined),
    Buffer.concat([rawFrame(content), rawFrame(content)]),
  ];
  const texts = frames.map((packed, i) => {
    const size = i === 2 ? content.length * 2 : content.length;
    return Buffer.from(zstdDecompress(packed, size, 'section')).toString();
  });
  const text = content.toString();
  expect(texts).toEqual([text, text, text.repeat(2)]);
});

test.each([
  ['less than the section claims', rawFrame(content), 1 << 27],
  ['less than the section claims, without a size', rawFrame(content, undefined), 1 << 27],
  ['less than its frame claims', rawFrame(content, 1 << 27), 1 << 27],
  ['no frame', Buffer.from('no frame at all'), 100],
  ['a frame that is cut off', rawFrame(content).subarray(0, 20), content.length],
])('zstd data of %s are refused', (_name, packed, claimed) => {
  expect(() => zstdDecompress(packed, claimed, 'section')).toThrow(/section: |section, offset/);
});

test('what frames can hold at most is known before they are unpacked', () => {
  expect(readZstdFrames(rawFrame(content), '')).toMatchObject({ contentBytes: content.length });
  expect(readZstdFrames(rawFrame(content, undefined), '').mostBytes).toBe(content.length);
});

test('zlib data beyond the usual ratio are unpacked within a budget, and not beyond it', () => {
  const zeros = deflateSync(Buffer.alloc(1 << 24));
  expect(zlibInflate(zeros, 1 << 24, 'section')).toHaveLength(1 << 24);
  const bomb = deflateSync(Buffer.alloc(1 << 29));
  expect(() => zlibInflate(bomb, 1 << 29, 'section')).toThrow(/would take too much memory/);
});

test('a gzipped list is unpacked up to 256 MiB', () => {
  const member = gzipSync(Buffer.alloc(1 << 20, 'a'));
  const members = (count: number): Buffer => Buffer.concat(Array<Buffer>(count).fill(member));
  expect(gunzip(members(2), 'list')).toHaveLength(1 << 21);
  expect(() => gunzip(members(257), 'list')).toThrow(/larger than|Cannot create a Buffer/);
});

test('sections that are held together have one budget', () => {
  const zeros = deflateSync(Buffer.alloc(1 << 25));
  const held: Uint8Array[] = [];
  const hold = (): void => void held.push(zlibInflate(zeros, 1 << 25, 'section'));
  expect(() => {
    for (let i = 0; i < 5; i++) hold();
  }).toThrow(/beyond that 134217728 bytes together/);
  // Their own 32 times is free: four of 32 MiB go into 128 MiB.
  expect(held.length).toBeGreaterThanOrEqual(3);
});
