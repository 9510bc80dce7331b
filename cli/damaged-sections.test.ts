/** A section of a binary that is damaged, lies outside the file or does not unpack is said with the binary, and --strict fails. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ElfImage, MemoryByteSource } from '../parser';
import { repositoryFolder } from '../test-data/test-support/places';
import { runProgram } from '../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');
const path = 'w/bin/blur-image-nofp';

const SHF_COMPRESSED = 0x800n;
const ELFCOMPRESS_ZSTD = 2;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The binary with one section changed. @param change gets all bytes, the section's place and its header's */
function binaryWith(
  name: string,
  change: (bytes: DataView, contents: { start: number; sizeBytes: number }, header: number) => void,
): string {
  const bytes = Uint8Array.from(readFileSync(join(recordings, 'root', path)));
  const { index, fileOffset, sizeBytes } = ElfImage.parse(new MemoryByteSource('x', bytes)).findSection(
    name,
  )!;
  const view = new DataView(bytes.buffer);
  const headers = Number(view.getBigUint64(40, true));
  change(view, { start: fileOffset, sizeBytes }, headers + index * 64);
  const symfs = mkdtempSync(join(folder, 'symfs-'));
  mkdirSync(join(symfs, dirname(path)), { recursive: true });
  writeFileSync(join(symfs, path), bytes);
  return symfs;
}

function run(symfs: string, ...options: readonly string[]) {
  const args = ['script', ...options, '--symfs', symfs, join(recordings, 'blur-image-nofp.data')];
  return runProgram(args);
}

const sections = [
  ['.debug_info', /debug information is damaged/, []],
  ['.symtab', /section \.symtab/, []],
  ['.debug_line', /line tables are damaged/, ['-F', '+srcline']],
  ['.eh_frame', /call frame information: an entry that leaves the section/, ['--unwind', 'dwarf']],
  ['.sframe', /\.sframe cannot be read/, []],
] as const;

function expectSaid(symfs: string, message: RegExp, options: readonly string[]): void {
  const { status, stderr } = run(symfs, ...options);
  expect(stderr).toMatch(message);
  expect(stderr).toContain(path);
  expect(stderr).not.toMatch(/internal error|\n\s+at /);
  expect(status).toBe(0);
  expect(run(symfs, ...options, '--strict').status).toBe(1);
}

test('nothing is said of the whole binary', () => {
  for (const [, , options] of sections) {
    const { status, stderr } = run(join(recordings, 'root'), ...options, '--strict');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
});

test.each(sections)('%s of 0xff', (name, message, options) => {
  const symfs = binaryWith(name, ({ buffer }, { start, sizeBytes }) => {
    new Uint8Array(buffer).fill(0xff, start, start + sizeBytes);
  });
  expectSaid(symfs, message, options);
});

test.each(sections)('%s outside the file', (name, _message, options) => {
  const symfs = binaryWith(name, (bytes, _contents, header) =>
    bytes.setBigUint64(header + 24, 1n << 28n, true),
  );
  expectSaid(symfs, /the file ends too early/, options);
});

test.each(sections)('%s that claims to be zstd', (name, _message, options) => {
  const symfs = binaryWith(name, (bytes, { start, sizeBytes }, header) => {
    bytes.setBigUint64(header + 8, bytes.getBigUint64(header + 8, true) | SHF_COMPRESSED, true);
    bytes.setUint32(start, ELFCOMPRESS_ZSTD, true);
    bytes.setBigUint64(start + 8, BigInt(sizeBytes), true);
  });
  expectSaid(symfs, /zstd/, options);
});
