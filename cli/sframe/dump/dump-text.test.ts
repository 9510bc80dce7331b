/**
 * The text of `sframe dump` against readelf of binutils 2.47: stored texts of the committed programs and of hand-made
 * sections; the shared recordings; and, where the toolchain is, programs built for the purpose in this run.
 *
 * PERF_SFRAME_WRITE_READELF=1 writes the stored texts anew, from the toolchain's readelf.
 */

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { ElfImage, MemoryByteSource, readSFrameSections } from '../../../parser';
import { wrapInElf } from '../../../parser/sframe/test-support/elf-wrapper';
import { machineOfAbi, sectionSamples } from '../../../parser/sframe/test-support/section-samples';
import { buildSFrame } from '../../../parser/sframe/test-support/sframe-builder';
import {
  hasToolchain,
  repositoryFolder,
  sharedRecordingsFolder,
  toolchainIsRequired,
  workFolder,
} from '../../../test-data/test-support/places';
import { formatSFrameDump } from '../test-support/sframe-dump';
import { sframeDumpJsonPieces, type SFrameDumpFileJson } from './dump-json';
import { describeWhere } from '../../../test-data/test-support/left-out';

const storedFolder = resolve(repositoryFolder, 'test-data/sframe');
const programsFolder = resolve(repositoryFolder, 'test-data/recordings/root/w/bin');
const storedSamples = join(storedFolder, 'samples.readelf-2.47.txt');

function imageOf(path: string): ElfImage {
  return ElfImage.parse(new MemoryByteSource(path, readFileSync(path)));
}

function sampleFile(spec: (typeof sectionSamples)[number]['spec']): Uint8Array {
  const { bytes, svma, littleEndian } = buildSFrame(spec);
  return wrapInElf([{ name: '.sframe', bytes, svma }], { machine: machineOfAbi[spec.abi], littleEndian });
}

/** The stored texts of the samples: each after a line "=== name". */
function readStoredSamples(): Map<string, string> {
  const parts = readFileSync(storedSamples, 'utf8').split(/^=== (.*)\n/m);
  return new Map(
    Array.from({ length: (parts.length - 1) / 2 }, (_, i) => [parts[2 * i + 1], parts[2 * i + 2]]),
  );
}

describe('stored texts of readelf', () => {
  const stored = readStoredSamples();

  test.each(sectionSamples.map(({ name, spec }) => ({ name, spec })))('$name', ({ name, spec }) => {
    const image = ElfImage.parse(new MemoryByteSource(name, sampleFile(spec)));
    expect(formatSFrameDump(image)).toBe(stored.get(name));
  });

  test.each(readdirSync(programsFolder))('committed program %s', (name) => {
    const text = readFileSync(join(storedFolder, `${name}.readelf-2.47.txt`), 'utf8');
    expect(formatSFrameDump(imageOf(join(programsFolder, name)))).toBe(text);
  });
});

const recordingSets = ['aarch64', 's390x'];
describeWhere(
  recordingSets.every((set) => existsSync(join(sharedRecordingsFolder, set))),
  'programs of the shared recordings',
  'they are not here',
  () => {
    const programs = recordingSets.flatMap((set) =>
      readdirSync(join(sharedRecordingsFolder, set, 'root/w')).map((name) => ({ set, name })),
    );
    test.each(programs)('program of the shared recordings: $set $name', ({ set, name }) => {
      const folder = join(sharedRecordingsFolder, set);
      const text = readFileSync(join(folder, 'sframe', `${name}.sframe.txt`), 'utf8');
      expect(formatSFrameDump(imageOf(join(folder, 'root/w', name)))).toBe(text);
    });
  },
);

/** Runs a command in the toolchain root, which sees the folder. */
function runInToolchain(folder: string, ...command: string[]): string {
  return execFileSync(resolve(repositoryFolder, 'test-data/toolchain/enter.sh'), command, {
    env: { ...process.env, ENTER_BIND: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
}

describeWhere(
  hasToolchain() || toolchainIsRequired,
  'comparison with the toolchain’s readelf',
  'there is no toolchain root',
  () => {
    describe('the readelf of the toolchain', () => {
      const folder = join(workFolder, 'sframe-dump');
      const built = join(folder, 'out');

      beforeAll(() => {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(built, { recursive: true });
        mkdirSync(join(folder, 'samples'));
        for (const name of ['build.sh', 'shapes.c', 'frames.s'])
          cpSync(join(storedFolder, name), join(folder, name));
        cpSync(programsFolder, join(folder, 'programs'), { recursive: true });
        for (const { name, spec } of sectionSamples) {
          writeFileSync(join(folder, 'samples', name), sampleFile(spec));
        }
        runInToolchain(folder, 'sh', './build.sh', 'out');
        const printEach = 'for f in samples/* programs/*; do readelf --sframe "$f" > "$f.readelf"; done';
        runInToolchain(folder, 'sh', '-c', printEach);
      }, 120_000);

      test('equals the text of every program built in this run', () => {
        const names = readdirSync(built).filter((name) => !name.endsWith('.readelf'));
        expect(names.length).toBeGreaterThan(25);
        for (const name of names) {
          const text = readFileSync(join(built, `${name}.readelf`), 'utf8');
          expect(text).toContain('func idx [2]');
          expect({ name, text: formatSFrameDump(imageOf(join(built, name))) }).toEqual({ name, text });
        }
      });

      test('equals the text of every workload', () => {
        const workloads = join(workFolder, 'bin');
        const names = readdirSync(workloads).filter((name) => statSync(join(workloads, name)).isFile());
        expect(names.length).toBeGreaterThan(25);
        const printAll = 'for f; do echo "=== $f"; readelf --sframe "$f" || :; done';
        const parts = runInToolchain(workloads, 'sh', '-c', printAll, 'sh', ...names).split(/^=== .*\n/m);
        names.forEach((name, i) => {
          // Files with debug information alone have the section's header, not its bytes: readelf says so and no more.
          if (name.endsWith('.debug')) expect(parts[i + 1]).toContain('NOBITS');
          else {
            const text = formatSFrameDump(imageOf(join(workloads, name)));
            expect({ name, text }).toEqual({ name, text: parts[i + 1] });
          }
        });
      }, 60_000);

      test('prints what is stored', () => {
        const samples = sectionSamples
          .map(
            ({ name }) => `=== ${name}\n${readFileSync(join(folder, 'samples', `${name}.readelf`), 'utf8')}`,
          )
          .join('');
        const isUpdate = process.env.PERF_SFRAME_WRITE_READELF === '1';
        if (isUpdate) writeFileSync(storedSamples, samples);
        expect(readFileSync(storedSamples, 'utf8')).toBe(samples);
        for (const name of readdirSync(programsFolder)) {
          const stored = join(storedFolder, `${name}.readelf-2.47.txt`);
          const text = readFileSync(join(folder, 'programs', `${name}.readelf`), 'utf8');
          if (isUpdate) writeFileSync(stored, text);
          expect(readFileSync(stored, 'utf8')).toBe(text);
        }
      });
    });
  },
);

test('where readelf prints only the first of concatenated sections, all are printed', () => {
  const part = (svma: number, start: number) =>
    buildSFrame({ abi: 3, svma, fdes: [{ start, sizeBytes: 16, fres: [{ start: 0, words: [8] }] }] }).bytes;
  const first = part(0x2000, 0x1000);
  const bytes = Uint8Array.from([...first, ...part(0x2000 + first.length, 0x1100)]);
  const file = wrapInElf([{ name: '.sframe', bytes, svma: 0x2000 }], { machine: 62, littleEndian: true });
  const text = formatSFrameDump(ElfImage.parse(new MemoryByteSource('x', file)));
  expect(text.match(/^Contents.*/gm)).toEqual([
    'Contents of the SFrame section .sframe:',
    `Contents of the SFrame section .sframe, offset 0x${first.length.toString(16)}:`,
  ]);
  expect(text.match(/pc = \w+/g)).toEqual(['pc = 0x1000', 'pc = 0x1100']);
});

test('where readelf ends in an assertion, damage is marked and the rest is printed', () => {
  const fde = { sizeBytes: 16, fres: [{ start: 0, words: [8] }] };
  const built = buildSFrame({
    abi: 3,
    fdes: [
      { start: 0x1000, ...fde },
      { start: 0x1010, ...fde },
    ],
  });
  built.patch('fde0.info', 0xf);
  const file = wrapInElf([{ name: '.sframe', bytes: built.bytes, svma: built.svma }], {
    machine: 62,
    littleEndian: true,
  });
  const text = formatSFrameDump(ElfImage.parse(new MemoryByteSource('x', file)));
  expect(text).toContain('    (damaged: not all rows can be read)\n\n    func idx [1]: pc = 0x1010');
  expect(text).toContain('    0000000000001010  sp+8      u         f');
});

test('JSON has the facts of the text', () => {
  const sample = sectionSamples.find(({ name }) => name === 's390x-v3-flex')!;
  const image = ElfImage.parse(new MemoryByteSource('x', sampleFile(sample.spec)));
  const text = [...sframeDumpJsonPieces(image, readSFrameSections(image))].join('');
  const json = JSON.parse(text) as SFrameDumpFileJson;
  expect(json).toMatchObject({
    file: 'x',
    findings: [],
    sections: [
      {
        name: '.sframe',
        svma: '0x2000',
        version: 3,
        abi: 's390x',
        flags: ['SFRAME_F_FDE_SORTED', 'SFRAME_F_FDE_FUNC_START_PCREL'],
        fdeCount: 1,
        freCount: 18,
        fdes: [
          { start: '0x1000', sizeBytes: 128, pcType: 'inc', type: 'flex', pauthKey: null, isDamaged: false },
        ],
      },
    ],
  });
  const { rows } = json.sections[0].fdes[0];
  expect(rows[0]).toEqual({
    start: '0x1000',
    // Behind the header (28 bytes), one index entry (16) and its attributes (5).
    sectionOffset: 49,
    wordCount: 0,
    wordSizeBytes: 1,
    cfa: null,
    ra: null,
    fp: null,
    isOutermost: true,
    isRaSigned: false,
  });
  expect(rows[9]).toMatchObject({
    start: '0x1024',
    cfa: { base: 'sp', offset: 160, deref: false },
    ra: { base: 'r14', offset: 0, deref: false },
    fp: { base: 'fp', offset: 0, deref: false },
    isOutermost: false,
    isRaSigned: false,
  });
  // A row is its start (1 byte), its kind (1) and its words.
  for (const [i, { sectionOffset, wordCount, wordSizeBytes }] of rows.entries()) {
    if (i + 1 < rows.length)
      expect(rows[i + 1].sectionOffset).toBe(sectionOffset + 2 + wordCount * wordSizeBytes);
  }
  expect(rows[5]).toMatchObject({ cfa: { base: 'r6', offset: 32, deref: true }, ra: 'unchanged' });
});
