/**
 * Sections of every version and ABI with every kind of row, small enough to look at. What readelf prints of them is
 * stored in test-data/sframe/samples.readelf-2.47.txt.
 *
 * Not among them is what binutils 2.47 cannot read although it is sound (big-endian sections with an auxiliary
 * header, on a little-endian machine), and what it prints in another way than the specification has it (a fixed FP
 * offset in flexible FDEs; CFA rules without a register, which are damage).
 */

import { controlWord, type FdeSpec, type FreSpec, type SFrameSpec } from './sframe-builder';

export interface SectionSample {
  readonly name: string;
  readonly spec: SFrameSpec;
}

function one(fres: readonly FreSpec[], more: Partial<FdeSpec> = {}): FdeSpec[] {
  return [{ start: 0x1000, sizeBytes: 0x80, fres, ...more }];
}

/** FREs four bytes apart, with these words. */
function rows(words: readonly (readonly number[])[], more: Partial<FreSpec> = {}): FreSpec[] {
  return words.map((row, i) => ({ start: i * 4, words: row, ...more }));
}

const counts = [[], [8], [8, -8], [8, -8, -16], [8, -8, -16, -24], [8, -8, -16, -24, 1]];
const zeros = [[0], [0, 0], [0, 0, 0], [8, 0, -16], [8, -8, 0], [-8, 8, 24]];
const odd = [
  [8, 33],
  [8, 3, 35],
  [16, -8, 33],
  [16, 0, 33],
];
const plain = rows([[8]]);
const inThisOrder = (...starts: number[]): FdeSpec[] =>
  starts.map((start) => ({ start, sizeBytes: 4, fres: plain }));
const wide: FreSpec[] = [
  { start: 0, words: [100000, -100000, -200000], wordSizeBytes: 4 },
  { start: 1, words: [0x7fff_ff, -0x8000_0000, -0x8000_0000], wordSizeBytes: 4 },
  { start: 70000, words: [300, -300, -400] },
];

/** For each ABI and version. */
const forAll: Record<string, Omit<SFrameSpec, 'abi'>> = {
  'word-counts': { fdes: one(rows(counts)) },
  zeros: { fdes: one(rows(zeros)) },
  'zeros-fp': { fdes: one(rows(zeros, { base: 'fp' })) },
  odd: { fdes: one(rows(odd)) },
  'fixed-offsets': { fdes: one(rows(counts)), fixedFp: -16, fixedRa: -8 },
  'no-fixed-offsets': { fdes: one(rows(counts)), fixedRa: 0 },
  mangled: { fdes: one(rows(counts, { isMangled: true }), { isPauthKeyB: true }) },
  mask: { fdes: one(rows([[8], [16]]), { isMask: true, repSize: 16 }) },
  'no-fres': { fdes: one([]) },
  'no-flags': { fdes: one(plain), flags: 0 },
  'sorted-only': { fdes: one(plain), flags: 1 },
  'no-fdes': { fdes: [] },
  wide: { fdes: one(wide, { startSizeBytes: 4, sizeBytes: 80000 }) },
  unsorted: { fdes: inThisOrder(0x3000, 0x1000, 0x1000), flags: 4 },
  'sorted-in-name-only': { fdes: inThisOrder(0x3000, 0x1000, 0x1000), flags: 5 },
  'below-zero': { fdes: one(plain, { start: -0x1000 }) },
  'start-of-2-bytes': { fdes: one(rows(counts), { startSizeBytes: 2 }) },
};

const flexRows = [
  [],
  [controlWord(7, false), 8],
  [controlWord(6, false), 16, controlWord('cfa', true), -8],
  [controlWord(10, false), 0, 0],
  [controlWord(10, false), 0, 0, 0],
  [controlWord(6, true), -16, 0, controlWord(6, true), 0],
  [controlWord(6, true), -16, 0, controlWord('cfa', true), -16],
  [controlWord(3, true), 8, controlWord('cfa', true), -8, controlWord('cfa', true), -16],
  [controlWord(3, true), 8, controlWord('cfa', true), -8, 0],
  [controlWord(15, false), 0, controlWord(14, false), 0, controlWord(11, false), 0],
  [controlWord(15, false), -1, controlWord(7, true), 0, controlWord(11, true), 8],
  [controlWord(31, false), 0, controlWord(30, false), 0, controlWord(29, false), 0],
  [controlWord(31, true), -1, controlWord(30, true), 0, controlWord(29, true), 8],
  [controlWord(16, false), 0, controlWord(16, false), 0, controlWord(16, false), 0],
  [controlWord(7, false), 8, 4, 9],
  [controlWord(7, false), 8, controlWord('cfa', true), 0],
  [controlWord(7, false) | 4, 8, controlWord('cfa', true) | 4, -8, controlWord(3, false) | 4, 16],
  [controlWord(0, false), 8, controlWord(0, true), 8, controlWord(0, false), 8],
];
const wideFlexRows: FreSpec[] = [
  {
    start: 0,
    words: [controlWord(300, true), -80000, controlWord(70000, true), 80000, controlWord(65000, false), 4],
  },
  { start: 4, words: [controlWord(1000, false), -8000, controlWord(1000, true), 8000, 0], wordSizeBytes: 2 },
];

/** For each ABI, in version 3. */
const forVersion3: Record<string, Omit<SFrameSpec, 'abi'>> = {
  flex: { fdes: one(rows(flexRows), { isFlex: true }) },
  'flex-mangled': { fdes: one(rows(flexRows, { isMangled: true }), { isFlex: true }) },
  'flex-wide': { fdes: one(wideFlexRows, { isFlex: true }) },
  'flex-fixed-ra': { fdes: one(rows(flexRows), { isFlex: true }), fixedRa: -8 },
  'flex-without-fres': { fdes: one([], { isFlex: true }) },
  'all-attributes': {
    fdes: one(rows([[controlWord(7, false), 8]]), {
      isFlex: true,
      isSignal: true,
      isPauthKeyB: true,
      isMask: true,
      repSize: 4,
    }),
  },
  signal: { fdes: one(plain, { isSignal: true }) },
};

const abiNames = new Map([
  [1, 'aarch64-be'],
  [2, 'aarch64'],
  [3, 'amd64'],
  [4, 's390x'],
]);

export const sectionSamples: readonly SectionSample[] = [...abiNames].flatMap(([abi, abiName]) => [
  ...([2, 3] as const).flatMap((version) =>
    Object.entries(forAll).map(([name, rest]) => ({
      name: `${abiName}-v${version}-${name}`,
      spec: { ...rest, abi, version },
    })),
  ),
  ...Object.entries(forVersion3).map(([name, rest]) => ({
    name: `${abiName}-v3-${name}`,
    spec: { ...rest, abi },
  })),
]);

/** EM_* by SFRAME_ABI_*. */
export const machineOfAbi: readonly number[] = [0, 183, 183, 62, 22];
