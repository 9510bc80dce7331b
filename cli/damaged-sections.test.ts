/**
 * A section of a binary that is damaged, lies outside the file or does not unpack: every command that opens it says so with the
 * binary's name, and fails: on a recording with --strict, of the sframe commands always.
 */

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

/** One command, and the sections that it opens. `FILE` is the damaged binary, `WHOLE` the binary as it was. */
interface Row {
  readonly command: readonly string[];
  readonly opens: readonly string[];
}

const unwound = ['.sframe'];
const named = ['.symtab', '.strtab'];
const inlined = ['.debug_info', '.debug_abbrev', '.debug_str'];

const ofRecordings: readonly Row[] = [
  { command: ['script', '-F', '+srcline'], opens: [...unwound, ...named, ...inlined, '.debug_line'] },
  { command: ['script', '--unwind', 'dwarf', '--no-inline'], opens: ['.eh_frame', ...named] },
  { command: ['report', '--stdio'], opens: [...unwound, ...named, ...inlined] },
  { command: ['fold'], opens: [...unwound, ...named, ...inlined] },
  { command: ['view', '-o', 'OUT'], opens: [...unwound, ...named, ...inlined, '.debug_line'] },
  { command: ['flamegraph', '-o', 'OUT'], opens: [...unwound, ...named, ...inlined, '.debug_line'] },
  { command: ['export', '--format', 'folded', '-o', 'OUT'], opens: [...unwound, ...named, ...inlined] },
  { command: ['inject', '-o', 'OUT'], opens: unwound },
  { command: ['info'], opens: unwound },
  { command: ['compare'], opens: [...unwound, '.eh_frame', ...named] },
  { command: ['compare', '--synthesize'], opens: ['.eh_frame', ...named] },
];

const ofFiles: readonly Row[] = [
  { command: ['dump', 'FILE'], opens: ['.sframe'] },
  { command: ['coverage', 'FILE'], opens: ['.sframe', '.eh_frame', ...named] },
  { command: ['coverage', '--predict', 'FILE'], opens: ['.sframe', '.eh_frame'] },
  { command: ['verify', 'FILE'], opens: ['.sframe', '.eh_frame'] },
  { command: ['verify', '--kernel', 'FILE'], opens: ['.sframe'] },
  { command: ['make', '-o', 'OUT', 'FILE'], opens: ['.eh_frame'] },
  { command: ['diff', 'FILE', 'WHOLE'], opens: ['.sframe', ...named] },
  { command: ['diff', 'WHOLE', 'FILE'], opens: ['.sframe', ...named] },
];

type Change = Parameters<typeof binaryWith>[1];

const damages: readonly { readonly how: string; readonly change: Change }[] = [
  {
    how: 'of 0xff',
    change: ({ buffer }, { start, sizeBytes }) => new Uint8Array(buffer).fill(0xff, start, start + sizeBytes),
  },
  {
    how: 'outside the file',
    change: (bytes, _contents, header) => bytes.setBigUint64(header + 24, 1n << 28n, true),
  },
  {
    how: 'that claims to be zstd',
    change: (bytes, { start, sizeBytes }, header) => {
      bytes.setBigUint64(header + 8, bytes.getBigUint64(header + 8, true) | SHF_COMPRESSED, true);
      bytes.setUint32(start, ELFCOMPRESS_ZSTD, true);
      bytes.setBigUint64(start + 8, BigInt(sizeBytes), true);
    },
  },
];

function run(args: readonly string[], symfs: string) {
  const out = join(mkdtempSync(join(folder, 'out-')), 'out');
  const places: Readonly<Record<string, string>> = {
    OUT: out,
    FILE: join(symfs, path),
    WHOLE: join(recordings, 'root', path),
  };
  return runProgram(args.map((word) => places[word] ?? word));
}

const onRecording = (symfs: string) => ['--symfs', symfs, '-i', join(recordings, 'blur-image-nofp.data')];

test.each([...ofRecordings, ...ofFiles])('$command says nothing of the whole binary', (row) => {
  const symfs = join(recordings, 'root');
  const args = ofFiles.includes(row)
    ? ['sframe', ...row.command]
    : [...row.command, ...onRecording(symfs), '--strict'];
  const { status, stderr } = run(args, symfs);
  // `view`, `inject` say what they wrote.
  expect(stderr.replace(/.* is the page; open it in a browser\n|.*have new callchains\n/, '')).toBe('');
  expect(status).toBe(0);
});

const allSections = [...new Set([...ofRecordings, ...ofFiles].flatMap(({ opens }) => opens))];
const cases = allSections.flatMap((section) => damages.map((damage) => ({ section, ...damage })));

describe.each(cases)('$section $how', ({ section, change }) => {
  let symfs: string;
  beforeAll(() => {
    symfs = binaryWith(section, change);
  });
  const opens = ({ opens }: Row) => opens.includes(section);

  if (ofRecordings.some(opens))
    test.each(ofRecordings.filter(opens))('$command says it, and --strict fails', (row) => {
      const args = [...row.command, ...onRecording(symfs)];
      const { status, stderr } = run([...args, '--strict'], symfs);
      expect(stderr).toContain(path);
      expect(stderr).toMatch(/damaged|ends too early|zstd/);
      expect(stderr).not.toMatch(/internal error|\n\s+at /);
      expect(status).toBe(1);
      if (row === ofRecordings[0]) expect(run(args, symfs).status).toBe(0);
    });

  if (ofFiles.some(opens))
    test.each(ofFiles.filter(opens))('sframe $command says it and fails', ({ command }) => {
      const { status, stdout, stderr } = run(['sframe', ...command], symfs);
      // `verify` prints what it judges.
      expect(command[0] === 'verify' ? stdout + stderr : stderr).toContain(path);
      expect(stderr).not.toMatch(/internal error|\n\s+at /);
      expect([1, 3]).toContain(status);
    });
});

test.each(ofRecordings)('$command says that a binary is of another build', ({ command }) => {
  const symfs = mkdtempSync(join(folder, 'build-'));
  mkdirSync(join(symfs, dirname(path)), { recursive: true });
  writeFileSync(join(symfs, path), readFileSync(join(recordings, 'root/w/bin/blur-image-fp')));
  const { stderr } = run([...command, ...onRecording(symfs)], symfs);
  expect(stderr).toMatch(new RegExp(`${path} has build id [0-9a-f]+, [0-9a-f]+ was recorded`));
});
