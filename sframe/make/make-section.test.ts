/**
 * What the maker writes of call frame information, compared to the byte with sections that the tests' own assembler
 * builds from the specification, and what it leaves out and why. Real programs: make-programs.test.ts.
 */

import { elf, ParseError } from '../../parser';
import {
  AARCH64,
  AMD64,
  buildSFrame,
  controlWord,
  type FdeSpec,
  type FreSpec,
  S390X,
} from '../../parser/sframe/test-support/sframe-builder';
import {
  advance,
  defCfa,
  defCfaExpression,
  defCfaOffset,
  expression,
  inRegister,
  FUNCTION_START as START,
  FUNCTION_BYTES as SIZE,
  makeImage,
  negateRaState,
  savedAt,
  undefinedRegister,
  unknownInstruction,
  valExpression,
  type EhFunction,
} from '../test-support/made-image';
import { verdictOf } from '../verdict';
import { verifyImage } from '../verification';
import { makeSFrame, openMadeSFrame } from './make-section';

const DEREF = 0x06;
const breg = (register: number, ...offset: number[]) => [0x70 + register, ...offset];
/** SLEB128 of 160 = 0xa0 0x01, 168 = 0xa8 0x01, 120 = 0xf8 0x00. */
const trampoline: EhFunction['instructions'] = [
  defCfaExpression(...breg(7, 0xa0, 0x01), DEREF),
  expression(16, ...breg(7, 0xa8, 0x01)),
  expression(6, ...breg(7, 0xf8, 0x00)),
];

function functionOf(instructions: EhFunction['instructions'], more: Partial<EhFunction> = {}): EhFunction {
  return { start: START, sizeBytes: SIZE, instructions, ...more };
}

function make(abi: number, ehFrame: readonly EhFunction[], code?: { svma: number; sizeBytes: number }) {
  const image = makeImage({ abi, ehFrame, code: code && [{ name: '.text', ...code }] });
  return { image, made: makeSFrame(image) };
}

/** The made section must be these FDEs, and agree with the call frame information it was made from. */
function expectFdes(abi: number, ehFrame: readonly EhFunction[], fdes: readonly FdeSpec[]): void {
  const { image, made } = make(abi, ehFrame);
  expect(made.leftOut).toEqual([]);
  expect(Buffer.from(made.bytes).toString('hex')).toBe(
    Buffer.from(buildSFrame({ abi, svma: made.svma, fdes }).bytes).toString('hex'),
  );
  expect(verdictOf(verifyImage(image, { sections: openMadeSFrame(made, 'made') }))).toBe('agrees');
}

function expectRows(
  abi: number,
  instructions: EhFunction['instructions'],
  fres: FreSpec[],
  fde = {},
  cfi = {},
): void {
  expectFdes(abi, [functionOf(instructions, cfi)], [{ start: START, sizeBytes: SIZE, fres, ...fde }]);
}

function causesOf(abi: number, instructions: EhFunction['instructions']): string[] {
  return make(abi, [functionOf(instructions)]).made.leftOut.map(({ cause }) => cause);
}

describe('default rows', () => {
  test('x86-64: CFA by SP, then FP saved, then CFA by FP; equal rows are written once', () => {
    const push = [advance(1), defCfaOffset(16), savedAt(6, -16), advance(3), defCfa(6, 16)];
    expectRows(
      AMD64,
      // Other registers have no rows in SFrame.
      [...push, advance(2), savedAt(3, -24), advance(4), defCfa(7, 8)],
      [
        { start: 0, words: [8] },
        { start: 1, words: [16, -16] },
        { start: 4, words: [16, -16], base: 'fp' },
        { start: 10, words: [8, -16] },
      ],
    );
  });

  test('the least word size for each row', () => {
    expectRows(
      AMD64,
      [advance(1), defCfaOffset(127), advance(1), defCfaOffset(128), advance(1), defCfaOffset(40000)],
      [
        { start: 0, words: [8], wordSizeBytes: 1 },
        { start: 1, words: [127], wordSizeBytes: 1 },
        { start: 2, words: [128], wordSizeBytes: 2 },
        { start: 3, words: [40000], wordSizeBytes: 4 },
      ],
    );
  });

  test('AArch64: RA and FP saved, RA signed', () => {
    expectRows(
      AARCH64,
      [advance(4), negateRaState(), advance(4), defCfaOffset(32), savedAt(29, -32), savedAt(30, -24)],
      [
        { start: 0, words: [0] },
        { start: 4, words: [0], isMangled: true },
        { start: 8, words: [32, -24, -32], isMangled: true },
      ],
      { isPauthKeyB: true },
      { usesKeyB: true },
    );
  });

  test('s390x: CFA words are (offset - 160) / 8; an FP without RA keeps its place with a 0', () => {
    expectRows(
      S390X,
      [advance(6), savedAt(11, -72), advance(6), defCfaOffset(320), advance(4), savedAt(14, -48)],
      [
        { start: 0, words: [0] },
        { start: 6, words: [0, 0, -72] },
        { start: 12, words: [20, 0, -72] },
        { start: 16, words: [20, -48, -72] },
      ],
    );
  });

  test('no caller: a row without words', () => {
    expectRows(AMD64, [undefinedRegister(16)], [{ start: 0, words: [], base: 'fp' }]);
    expectRows(
      AMD64,
      [advance(4), undefinedRegister(16)],
      [
        { start: 0, words: [8] },
        { start: 4, words: [], base: 'fp' },
      ],
    );
  });

  test('starts as wide as the function is long', () => {
    const sizes = [255, 256, 0xffff, 0x10000];
    let start = 0x1000;
    const functions = sizes.map((sizeBytes) => {
      const each = { start, sizeBytes, instructions: [] };
      start += sizeBytes;
      return each;
    });
    const { made } = make(AMD64, functions, { svma: 0x1000, sizeBytes: start - 0x1000 });
    const startSizes = [1, 2, 2, 4] as const;
    const fdes = functions.map((each, i) => ({
      start: each.start,
      sizeBytes: each.sizeBytes,
      fres: [{ start: 0, words: [8] }],
      startSizeBytes: startSizes[i],
    }));
    expect([...made.bytes]).toEqual([...buildSFrame({ abi: AMD64, svma: made.svma, fdes }).bytes]);
  });
});

describe('flexible rows', () => {
  test('x86-64: a realigned stack', () => {
    expectRows(
      AMD64,
      [
        advance(5),
        defCfa(10, 0),
        advance(4),
        expression(6, ...breg(6, 0x00)),
        advance(4),
        defCfaExpression(...breg(6, 0x78), DEREF),
      ],
      [
        { start: 0, words: [controlWord(7, false), 8], base: 'fp' },
        { start: 5, words: [controlWord(10, false), 0], base: 'fp' },
        { start: 9, words: [controlWord(10, false), 0, 0, controlWord(6, true), 0], base: 'fp' },
        { start: 13, words: [controlWord(6, true), -8, 0, controlWord(6, true), 0], base: 'fp' },
      ],
      { isFlex: true },
    );
  });

  test('x86-64: a signal trampoline', () => {
    expectRows(
      AMD64,
      trampoline,
      [
        {
          start: 0,
          words: [controlWord(7, true), 160, controlWord(7, true), 168, controlWord(7, true), 120],
          base: 'fp',
        },
      ],
      { isFlex: true, isSignal: true },
      { isSignal: true },
    );
  });

  test('AArch64: the return address in a register, FP saved without RA', () => {
    expectRows(
      AARCH64,
      [advance(4), inRegister(30, 9), advance(4), defCfaOffset(16), savedAt(29, -16)],
      [
        { start: 0, words: [controlWord(31, false), 0], wordSizeBytes: 1, base: 'fp' },
        {
          start: 4,
          words: [controlWord(31, false), 0, controlWord(9, false), 0],
          wordSizeBytes: 1,
          base: 'fp',
        },
        {
          start: 8,
          words: [controlWord(31, false), 16, controlWord(9, false), 0, controlWord('cfa', true), -16],
          wordSizeBytes: 1,
          base: 'fp',
        },
      ],
      { isFlex: true },
    );
    expectRows(
      AARCH64,
      [advance(8), savedAt(29, -16)],
      [
        { start: 0, words: [controlWord(31, false), 0], wordSizeBytes: 1, base: 'fp' },
        {
          start: 8,
          words: [controlWord(31, false), 0, 0, controlWord('cfa', true), -16],
          wordSizeBytes: 1,
          base: 'fp',
        },
      ],
      { isFlex: true },
    );
  });

  test('s390x: RA and FP in floating-point registers', () => {
    expectRows(
      S390X,
      [advance(4), inRegister(14, 16), advance(4), inRegister(11, 17)],
      [
        { start: 0, words: [controlWord(15, false), 0], wordSizeBytes: 1, base: 'fp' },
        {
          start: 4,
          words: [controlWord(15, false), 0, controlWord(16, false), 0],
          wordSizeBytes: 1,
          base: 'fp',
        },
        {
          start: 8,
          words: [controlWord(15, false), 0, controlWord(16, false), 0, controlWord(17, false), 0],
          wordSizeBytes: 1,
          base: 'fp',
        },
      ],
      { isFlex: true },
    );
  });
});

/** The rule that ld gives the entries of a PLT: rsp + 8 + ((rip & 15) >= 11) * 8. */
const pltExpression = [...breg(7, 8), ...breg(16, 0), 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22];

test('the entries of a PLT are a block that repeats', () => {
  const plt = [
    defCfaOffset(16),
    advance(6),
    defCfaOffset(24),
    advance(10),
    defCfaExpression(...pltExpression),
  ];
  expectFdes(
    AMD64,
    [{ start: 0x1000, sizeBytes: 0x60, instructions: plt }],
    [
      {
        start: 0x1000,
        sizeBytes: 16,
        fres: [
          { start: 0, words: [16] },
          { start: 6, words: [24] },
        ],
      },
      {
        start: 0x1010,
        sizeBytes: 0x50,
        isMask: true,
        repSize: 16,
        fres: [
          { start: 0, words: [8] },
          { start: 11, words: [16] },
        ],
      },
    ],
  );
});

test('one entry alone does not repeat: plain rows', () => {
  expectFdes(
    AMD64,
    [{ start: 0x1000, sizeBytes: 16, instructions: [defCfaExpression(...pltExpression)] }],
    [
      {
        start: 0x1000,
        sizeBytes: 16,
        fres: [
          { start: 0, words: [8] },
          { start: 11, words: [16] },
        ],
      },
    ],
  );
});

test('more rows than an FDE can count: two FDEs', () => {
  const instructions = [];
  for (let i = 0; i < 0x10000; i++) instructions.push(advance(1), defCfaOffset(i % 2 === 0 ? 16 : 8));
  const { image, made } = make(AMD64, [{ start: 0x1000, sizeBytes: 0x10001, instructions }], {
    svma: 0x1000,
    sizeBytes: 0x10001,
  });
  const sections = openMadeSFrame(made, 'made');
  const [section] = sections.sections;
  expect([section.freCount(0), section.freCount(1)]).toEqual([0xffff, 2]);
  expect([section.fdeSize(0), section.fdeStart(1), section.fdeSize(1)]).toEqual([0xffff, 0x10fff, 2]);
  expect(made.madeFunctions).toBe(1);
  expect(verdictOf(verifyImage(image, { sections }))).toBe('agrees');
});

describe('what cannot be said', () => {
  const cases: [string, number, EhFunction['instructions']][] = [
    ['cfa-expression', AMD64, [defCfaExpression(...breg(7, 8), DEREF, DEREF)]],
    ['cfa-expression', AMD64, [defCfaExpression(...breg(7, 8), ...breg(6, 0), 0x22)]],
    ['ra-expression', AMD64, [expression(16, ...breg(7, 8), DEREF)]],
    ['fp-expression', AMD64, [expression(6, ...breg(6, 0), DEREF)]],
    ['fp-undefined', AMD64, [undefinedRegister(6)]],
    ['cfa-as-value', AMD64, [(out) => out.u8(0x14).uleb(6).uleb(2)]],
    ['cfa-as-value', AMD64, [valExpression(6, 0x23, 16)]],
    ['no-ra', AMD64, [(out) => out.u8(0x08).uleb(16)]],
    ['offset', S390X, [defCfaOffset(164)]],
    ['damaged', AMD64, [advance(1), unknownInstruction()]],
  ];
  test.each(cases)('%s on %i', (cause, abi, instructions) => {
    expect(causesOf(abi, instructions)).toEqual([cause]);
  });

  test('other functions are made, and the numbers add up', () => {
    const image = makeImage({
      abi: AMD64,
      ehFrame: [
        { start: 0x1000, sizeBytes: 16 },
        { start: 0x1008, sizeBytes: 16 },
        { start: 0x1100, sizeBytes: 0 },
        { start: 0x1ff0, sizeBytes: 0x20 },
        functionOf([undefinedRegister(6)], { start: 0x1200 }),
      ],
    });
    const made = makeSFrame(image);
    expect(made.leftOut.map(({ startSvma, cause }) => [startSvma, cause])).toEqual([
      [0x1008, 'overlap'],
      [0x1200, 'fp-undefined'],
      [0x1ff0, 'outside-code'],
    ]);
    expect([made.madeFunctions, made.fdeCount]).toEqual([1, 1]);
    // An entry for no code cannot be found by address, so the table does not count it.
    expect([made.emptyEntries, made.unlistedDamage]).toEqual([0, 0]);
  });
});

test('files that nothing can be made from', () => {
  expect(() => makeSFrame(makeImage({ abi: AMD64 }))).toThrow(ParseError);
  expect(() => makeSFrame(makeImage({ abi: AMD64, ehFrame: [functionOf([])], type: elf.ET_REL }))).toThrow(
    'relocatable',
  );
});
