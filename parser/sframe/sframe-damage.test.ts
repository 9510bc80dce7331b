/**
 * Damaged sections: each kind of damage gives the finding that is named after it, every field at its extremes and
 * any mutation of a section gives a ParseError, findings or rows, and never anything else. A failing mutation
 * prints its seed; run it alone with FUZZ_SEED.
 */

import { ParseError } from '../bytes';
import { announceSeed, Random } from '../../test-data/fuzz/damage/random';
import { checkSFrameSection } from './check-section';
import * as sframe from './constants';
import type { SFrameFindingCode } from './sframe-findings';
import { SFrameRow, SFrameRowStatus } from './sframe-row';
import { SFrameSection } from './sframe-section';
import {
  buildSFrame,
  controlWord,
  type BuiltSFrame,
  type FdeSpec,
  type SFrameSpec,
} from './test-support/sframe-builder';

const ROUNDS = 4000;

const AARCH64 = sframe.SFRAME_ABI_AARCH64_ENDIAN_LITTLE;
const AMD64 = sframe.SFRAME_ABI_AMD64_ENDIAN_LITTLE;
const S390X = sframe.SFRAME_ABI_S390X_ENDIAN_BIG;

const plain: FdeSpec = {
  start: 0x1000,
  sizeBytes: 0x40,
  fres: [
    { start: 0, words: [8] },
    { start: 1, words: [16, -16] },
    { start: 0x20, words: [8] },
  ],
};
const plt: FdeSpec = {
  start: 0x1040,
  sizeBytes: 0x40,
  isMask: true,
  repSize: 16,
  fres: [
    { start: 0, words: [8] },
    { start: 11, words: [16] },
  ],
};
const drap: FdeSpec = {
  start: 0x1080,
  sizeBytes: 0x40,
  isFlex: true,
  startSizeBytes: 2,
  fres: [
    { start: 0, words: [controlWord(10, false), 0] },
    { start: 4, words: [controlWord(6, true), -16, 0, controlWord(6, true), 0] },
  ],
};
const outermost: FdeSpec = { start: 0x10c0, sizeBytes: 8, fres: [] };
const sound: SFrameSpec = { abi: AMD64, fdes: [plain, plt, drap, outermost] };

function open(built: BuiltSFrame, bytes = built.bytes): SFrameSection {
  return SFrameSection.parse(bytes, built.svma, built.littleEndian, 'test');
}

/** Codes of all findings, when opened and when checked. */
function codesOf(section: SFrameSection): SFrameFindingCode[] {
  return [...section.findings.counts.keys(), ...checkSFrameSection(section).counts.keys()];
}

/** Does everything that can be done with a section; returns how many rows were found. */
function useEverything(section: SFrameSection): number {
  const row = new SFrameRow();
  let rows = 0;
  for (let index = 0; index < section.fdeCount; index++) {
    section.forEachRow(index, () => rows++);
    section.fdeStartWord(index);
    const start = section.fdeStart(index);
    for (const offset of [-1, 0, 1, 4, 11, 0x20, 0x3f, section.fdeSize(index) - 1]) {
      const status = section.decodeRowInto(start + offset, row);
      if (status !== SFrameRowStatus.Found) continue;
      if (row.startSvma <= start + offset && start + offset < row.endSvma) continue;
      throw new Error(`row ${row.startSvma}..${row.endSvma} for ${start + offset}`);
    }
  }
  checkSFrameSection(section);
  return rows;
}

test.each([
  ['version 3', sound],
  ['version 2', { ...sound, version: 2, fdes: [plain, plt] }],
  ['AArch64', { ...sound, abi: AARCH64 }],
  ['s390x', { ...sound, abi: S390X }],
] as [string, SFrameSpec][])('a sound section has no findings: %s', (_name, spec) => {
  const section = open(buildSFrame(spec));
  expect(codesOf(section)).toEqual([]);
  expect(useEverything(section)).toBe(spec.fdes.reduce((sum, fde) => sum + fde.fres.length, 0));
});

describe('each kind of damage is found', () => {
  const plantings: [SFrameFindingCode, string, number | bigint][] = [
    ['unknown-flags', 'header.flags', 0x85],
    ['unknown-flags', 'header.flags', 0x07],
    ['fixed-offset-unexpected', 'header.fixedRa', -16],
    ['fixed-offset-unexpected', 'header.fixedFp', -16],
    ['abi-byte-order', 'header.abi', S390X],
    ['fde-table-truncated', 'header.fdeCount', 1000],
    ['fde-table-truncated', 'header.fdeCount', 0xffff_ffff],
    ['fde-table-truncated', 'header.fdeOffset', 0xffff_ffff],
    ['fre-data-truncated', 'header.freSize', 0xffff_ffff],
    ['sub-sections-overlap', 'header.freOffset', 0],
    ['fre-count-mismatch', 'header.freCount', 3],
    ['fre-size-mismatch', 'header.fdeCount', 3],
    ['fde-order', 'fde0.start', 0x4000],
    ['fde-overlap', 'fde0.size', 0x41],
    ['fde-empty', 'fde3.size', 0],
    ['fde-start-absurd', 'fde0.start', 0x7fff_ffff_ffff_ffffn],
    ['fde-start-absurd', 'fde0.start', -0x8000_0000_0000_0000n],
    ['fde-data-out-of-bounds', 'fde0.dataOffset', 0xffff_ffff],
    ['fde-fre-type', 'fde0.info', 3],
    ['fde-type', 'fde0.info2', 2],
    ['fde-unused-bits', 'fde0.info', 0x40],
    ['fde-unused-bits', 'fde0.info2', 0x80],
    ['fde-repetition-size', 'fde1.repSize', 0],
    ['fde-too-many-fres', 'fde0.size', 2],
    ['fde-without-fres', 'fde2.freCount', 0],
    ['fre-out-of-bounds', 'fde0.freCount', 0xffff],
    ['fre-word-size', 'fde0.fre1.info', 0x65],
    ['fre-order', 'fde0.fre2.start', 1],
    ['fre-order', 'fde0.fre2.start', 0],
    ['fre-beyond-function', 'fde0.fre2.start', 0x40],
    ['fre-beyond-block', 'fde1.fre1.start', 16],
    ['fre-first-start', 'fde0.fre0.start', 1],
    ['fre-rule-cut-off', 'fde2.fre0.info', 1 << 1],
    ['fre-cfa-without-register', 'fde2.fre0.word0', controlWord('cfa', true)],
    ['fre-reserved-bit', 'fde2.fre0.word0', controlWord(10, false) | 4],
    ['fre-overlap', 'fde0.freCount', 4],
    ['fre-overlap', 'fde1.dataOffset', 0],
  ];

  test.each(plantings)('%s: %s = %s', (code, label, value) => {
    const built = buildSFrame(sound);
    built.patch(label, value);
    const section = open(built);
    expect(codesOf(section)).toContain(code);
    useEverything(section);
  });

  test('fre-word-count: words beyond those that mean something', () => {
    const fres = [{ start: 0, words: [8, -16, 1] }];
    expect(codesOf(open(buildSFrame({ abi: AMD64, fdes: [{ ...plain, fres }] })))).toEqual([
      'fre-word-count',
    ]);
    const three = buildSFrame({ abi: AARCH64, fdes: [{ ...plain, fres }] });
    expect(codesOf(open(three))).toEqual([]);
  });

  test('fre-register: version 2 of s390x names a negative register', () => {
    const fres = [{ start: 0, words: [0, -1] }];
    const built = buildSFrame({ abi: S390X, version: 2, fdes: [{ ...plain, fres }] });
    expect(codesOf(open(built))).toEqual(['fre-register']);
  });

  test('overlaps mean nothing in relocatable files', () => {
    const section = open(buildSFrame({ abi: AMD64, fdes: [plain, plain] }));
    expect(checkSFrameSection(section).count('fde-overlap')).toBe(1);
    expect(checkSFrameSection(section, { isRelocatable: true }).isEmpty).toBe(true);
  });

  test('damage to one FDE leaves the others usable', () => {
    const built = buildSFrame(sound);
    built.patch('fde0.dataOffset', 0xffff_ffff);
    const section = open(built);
    const row = new SFrameRow();
    expect(section.decodeRowInto(0x1000, row)).toBe(SFrameRowStatus.Corrupt);
    expect(section.decodeRowInto(0x1040, row)).toBe(SFrameRowStatus.Found);
  });

  test('of many alike, three are kept and all are counted', () => {
    const fdes = Array.from({ length: 100 }, (_, i) => ({ ...plain, start: 0x1000 + i * 0x40 }));
    const built = buildSFrame({ abi: AMD64, fdes });
    for (let i = 0; i < 100; i++) built.patch(`fde${i}.info`, 0xf);
    const { findings } = open(built);
    expect(findings.count('fde-fre-type')).toBe(100);
    expect(findings.examples).toHaveLength(3);
    expect(findings.examples[0]).toEqual({
      code: 'fde-fre-type',
      text: 'FRE type 15; known are 0, 1 and 2',
      where: `test, FDE 0 at 0x${built.at('fde0.start').toString(16)}`,
    });
  });
});

/** Opens and uses what may be anything: only a ParseError may come out. */
function survive(bytes: Uint8Array, svma: number, littleEndian: boolean): void {
  let section: SFrameSection;
  try {
    section = SFrameSection.parse(bytes, svma, littleEndian, 'test');
  } catch (error) {
    if (error instanceof ParseError) return;
    throw error;
  }
  useEverything(section);
}

test('every field at its extremes, in every version and ABI', () => {
  const extremes = [0n, 1n, 2n, 3n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn];
  extremes.push(
    0x7fff_ffffn,
    0x8000_0000n,
    0xffff_ffffn,
    0x7fff_ffff_ffff_ffffn,
    0x8000_0000_0000_0000n,
    -1n,
  );
  let tried = 0;
  for (const version of [2, 3] as const) {
    for (const abi of [1, 2, 3, 4]) {
      const spec = { ...sound, version, abi };
      for (const [label, { sizeBytes }] of buildSFrame(spec).labels) {
        for (const value of extremes) {
          if (value > 0n && value >> BigInt(sizeBytes * 8) > 0n) continue;
          const built = buildSFrame(spec);
          built.patch(label, value);
          survive(built.bytes, built.svma, built.littleEndian);
          tried++;
        }
      }
    }
  }
  expect(tried).toBeGreaterThan(3000);
});

test('every length that a section can be cut to', () => {
  for (const version of [2, 3] as const) {
    const built = buildSFrame({ ...sound, version });
    for (let length = 0; length < built.bytes.length; length++) {
      survive(built.bytes.subarray(0, length), built.svma, built.littleEndian);
    }
  }
});

test('mutations of a section', () => {
  const first = announceSeed('an SFrame section', ROUNDS);
  for (let seed = first; seed < first + ROUNDS; seed++) {
    const random = new Random(Math.imul(seed, 0x9e37_79b9));
    const built = buildSFrame({ ...sound, version: random.below(2) === 0 ? 2 : 3, abi: 1 + random.below(4) });
    const bytes = built.bytes.slice();
    for (let count = 1 + random.below(8); count > 0; count--) {
      const at = 4 + random.below(bytes.length - 4);
      bytes[at] = random.below(3) === 0 ? [0, 1, 0x7f, 0x80, 0xff][random.below(5)] : random.below(256);
    }
    const length = random.below(10) === 0 ? random.below(bytes.length) : bytes.length;
    try {
      survive(bytes.subarray(0, length), built.svma, true);
    } catch (error) {
      throw new Error(`FUZZ_SEED=${seed}`, { cause: error });
    }
  }
});

test('FDEs that share their FREs do not multiply the work', () => {
  const fres = Array.from({ length: 0x4000 }, (_, i) => ({ start: i, words: [8] }));
  const shared = { ...plain, sizeBytes: 0x4000, startSizeBytes: 2 as const, fres };
  const alone = { ...shared, fres: [] };
  const built = buildSFrame({ abi: AMD64, fdes: [shared, ...Array<FdeSpec>(200).fill(alone)] });
  for (let i = 1; i <= 200; i++) built.patch(`fde${i}.dataOffset`, 0);
  const section = open(built);
  const decoding = jest.spyOn(section, 'decodeLocationsInto');
  expect(checkSFrameSection(section).count('fre-overlap')).toBeGreaterThan(0);
  expect(decoding.mock.calls.length).toBeLessThan(section.header.freSizeBytes);
});

test('a count of FREs that the bytes cannot hold ends at once', () => {
  const built = buildSFrame({ abi: AMD64, version: 2, fdes: [plain] });
  built.patch('fde0.freCount', 0xffff_ffff);
  const section = open(built);
  let rows = 0;
  expect(section.forEachRow(0, () => rows++)).toBe(SFrameRowStatus.Corrupt);
  expect(rows).toBe(plain.fres.length);
});
