/** Each kind of difference in made images, one machine after the other; and what must not be taken for one. */

import { elf } from '../parser';
import {
  AARCH64,
  AMD64,
  controlWord,
  type FreSpec,
  S390X,
} from '../parser/sframe/test-support/sframe-builder';
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
  type MadeImage,
} from './test-support/made-image';
import { verdictOf } from './verdict';
import { verifyImage } from './verification';

/** One function with these rows on both sides. */
function oneFunction(
  abi: number,
  fres: readonly FreSpec[],
  instructions: EhFunction['instructions'],
  more: { fde?: object; function?: Partial<EhFunction> } = {},
): MadeImage {
  return {
    abi,
    sframe: { fdes: [{ start: START, sizeBytes: SIZE, fres, ...more.fde }] },
    ehFrame: [{ start: START, sizeBytes: SIZE, instructions, ...more.function }],
  };
}

/** Kinds of differences with their ranges: "wrong-cfa 1004-1008". */
function differencesIn(description: MadeImage): string[] {
  const { differences } = verifyImage(makeImage(description));
  return differences.functions.flatMap(({ kinds }) =>
    kinds.flatMap(({ kind, ranges }) =>
      ranges.map(({ startSvma, endSvma }) => `${kind} ${startSvma.toString(16)}-${endSvma.toString(16)}`),
    ),
  );
}

function structureOf(description: MadeImage): string[] {
  return verifyImage(makeImage(description)).structure.map(({ code }) => code);
}

/** A function that pushes rbp, and its rows. */
const pushInstructions = [advance(1), defCfaOffset(16), savedAt(6, -16)];
const pushRows: FreSpec[] = [
  { start: 0, words: [8] },
  { start: 1, words: [16, -16] },
];

describe('x86-64', () => {
  const verify = (fres: readonly FreSpec[], more?: Parameters<typeof oneFunction>[3]) =>
    differencesIn(oneFunction(AMD64, fres, pushInstructions, more));

  test('equal rows agree at every byte', () => {
    const verification = verifyImage(makeImage(oneFunction(AMD64, pushRows, pushInstructions)));
    expect(verification).toMatchObject({ comparedFdes: 1, comparedBytes: SIZE, uncoveredFdes: 0 });
    expect(verdictOf(verification)).toBe('agrees');
  });

  test('CFA offset wrong', () => {
    expect(verify([pushRows[0], { start: 1, words: [24, -16] }])).toEqual(['wrong-cfa 1001-1020']);
  });

  test('CFA based on the other register', () => {
    expect(verify([pushRows[0], { start: 1, words: [16, -16], base: 'fp' }])).toEqual([
      'wrong-cfa 1001-1020',
    ]);
  });

  test('a row that starts a byte late', () => {
    expect(verify([pushRows[0], { start: 2, words: [16, -16] }])).toEqual([
      'wrong-cfa 1001-1002',
      'fp-rule-lost 1001-1002',
    ]);
  });

  test('FP rule lost', () => {
    expect(verify([pushRows[0], { start: 1, words: [16] }])).toEqual(['fp-rule-lost 1001-1020']);
  });

  test('FP at the wrong place', () => {
    expect(verify([pushRows[0], { start: 1, words: [16, -24] }])).toEqual(['wrong-fp 1001-1020']);
  });

  test('RA at the wrong place', () => {
    const sp = controlWord(7, false);
    const saved = controlWord('cfa', true);
    const rows = [
      { start: 0, words: [sp, 8] },
      { start: 1, words: [sp, 16, saved, -24, saved, -16] },
    ];
    expect(verify(rows, { fde: { isFlex: true } })).toEqual(['wrong-ra 1001-1020']);
  });

  test('fixed RA offset of the header wrong: every function differs', () => {
    const description = oneFunction(AMD64, pushRows, pushInstructions);
    const damaged = { ...description, sframe: { ...description.sframe!, fixedRa: -16 } };
    expect(differencesIn(damaged)).toEqual(['wrong-ra 1000-1001', 'wrong-ra 1001-1020']);
    expect(structureOf(damaged)).toEqual(['fixed-offset-unexpected']);
  });

  test('no row at the start', () => {
    expect(verify([{ start: 1, words: [16, -16] }])).toEqual(['missing-rows 1000-1001']);
  });

  test('function cut short', () => {
    expect(verify(pushRows, { fde: { sizeBytes: 0x10 } })).toEqual(['missing-rows 1010-1020']);
  });

  test('function starts late', () => {
    const late = { start: START + 1, fres: [{ start: 0, words: [16, -16] }], sizeBytes: SIZE - 1 };
    expect(verify([], { fde: late })).toEqual(['missing-rows 1000-1001']);
  });

  test('function too long', () => {
    expect(verify(pushRows, { fde: { sizeBytes: 0x30 } })).toEqual(['extra-rows 1020-1030']);
  });

  test('FREs run backwards: what follows cannot be found', () => {
    const description = oneFunction(
      AMD64,
      [pushRows[0], { start: 8, words: [16, -16] }, { start: 1, words: [16, -16] }],
      pushInstructions,
    );
    expect(differencesIn(description)).toEqual([
      'wrong-cfa 1001-1008',
      'fp-rule-lost 1001-1008',
      'unreadable-rows 1008-1020',
    ]);
    expect(structureOf(description)).toEqual(['fre-order']);
  });

  test('an FRE without words ends the stack', () => {
    expect(verify([pushRows[0], { start: 1, words: [] }])).toEqual(['false-outermost 1001-1020']);
  });

  test('an FDE without FREs ends the stack', () => {
    expect(verify([])).toEqual(['false-outermost 1000-1001', 'false-outermost 1001-1020']);
  });

  test('an outermost function that goes on', () => {
    const outermost = [undefinedRegister(16)];
    expect(differencesIn(oneFunction(AMD64, [pushRows[0]], outermost))).toEqual([
      'missed-outermost 1000-1020',
    ]);
    expect(differencesIn(oneFunction(AMD64, [{ start: 0, words: [] }], outermost))).toEqual([]);
    expect(differencesIn(oneFunction(AMD64, [], outermost))).toEqual([]);
  });

  test('signal flag on one side alone', () => {
    const everywhere = ['wrong-signal-flag 1000-1001', 'wrong-signal-flag 1001-1020'];
    expect(verify(pushRows, { fde: { isSignal: true } })).toEqual(everywhere);
    expect(verify(pushRows, { function: { isSignal: true } })).toEqual(everywhere);
    expect(verify(pushRows, { fde: { isSignal: true }, function: { isSignal: true } })).toEqual([]);
  });

  test('the FDE of a signal trampoline that gas leaves empty', () => {
    const trampoline = oneFunction(AMD64, [], [defCfaExpression(0x77, 0xa0, 0x01, 0x06)], {
      fde: { isSignal: true },
      function: { isSignal: true },
    });
    expect(differencesIn(trampoline)).toEqual(['empty-signal-fde 1000-1020']);
  });

  test('instructions of .eh_frame that are unknown are not compared, and no difference', () => {
    const description = oneFunction(AMD64, pushRows, [...pushInstructions, advance(4), unknownInstruction()]);
    const verification = verifyImage(makeImage(description));
    expect([...verification.differences.totals]).toEqual([
      ['not-comparable', { functions: 1, bytes: SIZE - 5 }],
    ]);
    expect(verification.referenceDamage).toBe(1);
    expect(verdictOf(verification)).toBe('agrees');
  });

  test('an expression that needs memory of its own kind is not comparable', () => {
    const unusable = [defCfaExpression(0x9c)];
    expect(differencesIn(oneFunction(AMD64, [pushRows[0]], unusable))).toEqual(['not-comparable 1000-1020']);
  });
});

describe('rules that are written differently', () => {
  const flex = { fde: { isFlex: true } };
  /** DRAP: CFA = *(rbp-16), FP = *(rbp+0). */
  const words = [controlWord(6, true), -16, 0, controlWord(6, true), 0];
  const drap = [defCfaExpression(0x76, 0x70, 0x06), expression(6, 0x76, 0x00)];

  test('a CFA that is read from memory', () => {
    expect(differencesIn(oneFunction(AMD64, [{ start: 0, words }], drap, flex))).toEqual([]);
  });

  test('… from the wrong place', () => {
    const wrong = [{ start: 0, words: [controlWord(6, true), -24, 0, controlWord(6, true), 0] }];
    expect(differencesIn(oneFunction(AMD64, wrong, drap, flex))).toEqual(['wrong-cfa 1000-1020']);
  });

  test('… not from memory', () => {
    const wrong = [{ start: 0, words: [controlWord(6, false), -16, 0, controlWord(6, true), 0] }];
    expect(differencesIn(oneFunction(AMD64, wrong, drap, flex))).toEqual(['wrong-cfa 1000-1020']);
  });

  test('an FP rule that is an expression of the CFA', () => {
    // DW_OP_plus with the CFA alone on the stack.
    const pushed = [advance(1), defCfaOffset(16), expression(6, 0x22)];
    const cfaMinus16 = [advance(1), defCfaOffset(16), expression(6, 0x40, 0x1c)];
    expect(differencesIn(oneFunction(AMD64, pushRows, cfaMinus16))).toEqual([]);
    expect(differencesIn(oneFunction(AMD64, pushRows, pushed))).toEqual(['not-comparable 1001-1020']);
  });

  test('a value instead of a place', () => {
    const value = [advance(1), defCfaOffset(16), valExpression(6, 0x40, 0x1c)];
    expect(differencesIn(oneFunction(AMD64, pushRows, value))).toEqual(['wrong-fp 1001-1020']);
  });
});

describe('procedure linkage tables', () => {
  /** rsp + 8 + ((rip & 15) >= limit) * 8 */
  const pltExpression = (limit: number) =>
    defCfaExpression(0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x30 + limit, 0x2a, 0x33, 0x24, 0x22);
  const rows = [
    { start: 0, words: [8] },
    { start: 11, words: [16] },
  ];
  const plt = { fde: { isMask: true, repSize: 16, sizeBytes: 0x40 }, function: { sizeBytes: 0x40 } };

  test('every repetition agrees with the expression', () => {
    const verification = verifyImage(makeImage(oneFunction(AMD64, rows, [pltExpression(11)], plt)));
    expect(verification.comparedBytes).toBe(0x40);
    expect(verification.differences.functions).toEqual([]);
  });

  test('a limit that is off by two differs in each repetition', () => {
    expect(differencesIn(oneFunction(AMD64, rows, [pltExpression(9)], plt))).toEqual([
      'wrong-cfa 1009-100b',
      'wrong-cfa 1019-101b',
      'wrong-cfa 1029-102b',
      'wrong-cfa 1039-103b',
    ]);
  });

  test('a repetition size of 0', () => {
    const description = oneFunction(AMD64, rows, [pltExpression(11)], {
      ...plt,
      fde: { ...plt.fde, repSize: 0 },
    });
    expect(differencesIn(description)).toEqual(['unreadable-rows 1000-1040']);
    expect(structureOf(description)).toContain('fde-repetition-size');
  });

  test('a function of 4 GB ends', () => {
    const description = oneFunction(AMD64, rows, [pltExpression(11)], {
      fde: { isMask: true, repSize: 1, sizeBytes: 0xffff_ffff },
      function: { sizeBytes: 0x7fff_ffff_0000 },
    });
    expect(differencesIn(description)[0]).toBe('wrong-cfa 100b-1010');
    expect(structureOf(description)).toEqual(['fre-beyond-block', 'fde-outside-code']);
  });
});

describe('AArch64', () => {
  /** stp x29, x30, [sp, -32]! with the return address signed. */
  const signed = [negateRaState(), advance(4), defCfaOffset(32), savedAt(29, -32), savedAt(30, -24)];
  const rows: FreSpec[] = [
    { start: 0, words: [0], isMangled: true },
    { start: 4, words: [32, -24, -32], isMangled: true },
  ];

  test('a signed return address in the link register, then saved', () => {
    expect(differencesIn(oneFunction(AARCH64, rows, signed))).toEqual([]);
  });

  test('the return address is not said to be signed', () => {
    const plain = rows.map((row) => ({ ...row, isMangled: false }));
    expect(differencesIn(oneFunction(AARCH64, plain, signed))).toEqual([
      'wrong-ra-signing 1000-1004',
      'wrong-ra-signing 1004-1020',
    ]);
  });

  test('signed with the other key', () => {
    const keyB = { fde: { isPauthKeyB: true } };
    expect(differencesIn(oneFunction(AARCH64, rows, signed, keyB))).toEqual([
      'wrong-pauth-key 1000-1004',
      'wrong-pauth-key 1004-1020',
    ]);
    const both = { ...keyB, function: { usesKeyB: true } };
    expect(differencesIn(oneFunction(AARCH64, rows, signed, both))).toEqual([]);
  });

  test('the return address is said to be in the link register, but was saved', () => {
    const lost = [rows[0], { start: 4, words: [32, 0, -32], isMangled: true }];
    expect(differencesIn(oneFunction(AARCH64, lost, signed))).toEqual(['wrong-ra 1004-1020']);
  });

  test('code that SFrame leaves out is counted, and no difference', () => {
    const description = oneFunction(AARCH64, rows, signed);
    const hole = { start: 0x1100, sizeBytes: 16, instructions: [inRegister(30, 9)] };
    const image = makeImage({ ...description, ehFrame: [...description.ehFrame!, hole] });
    expect(verifyImage(image)).toMatchObject({ uncoveredFdes: 1, comparedFdes: 1 });
    expect(verdictOf(verifyImage(image))).toBe('agrees');
  });
});

describe('s390x', () => {
  const F0 = 16;
  const F2 = 17;
  /** CFA = r15+160, the return address kept in f0 and r11 in f2. */
  const inFloats = [inRegister(14, F0), inRegister(11, F2)];
  const [cfa, ra, fp] = [controlWord(15, false), controlWord(F0, false), controlWord(F2, false)];
  const flex = { fde: { isFlex: true } };

  test('registers kept in floating-point registers', () => {
    const rows = [{ start: 0, words: [cfa, 0, ra, 0, fp, 0] }];
    expect(differencesIn(oneFunction(S390X, rows, inFloats, flex))).toEqual([]);
  });

  test('… in the wrong ones', () => {
    const rows = [{ start: 0, words: [cfa, 0, fp, 0, ra, 0] }];
    expect(differencesIn(oneFunction(S390X, rows, inFloats, flex))).toEqual([
      'wrong-ra 1000-1020',
      'wrong-fp 1000-1020',
    ]);
  });

  test('registers saved above a scaled CFA', () => {
    const saved = [savedAt(14, -48), savedAt(11, -72), advance(6), defCfa(15, 320)];
    const rows = [
      { start: 0, words: [0, -48, -72] },
      { start: 6, words: [20, -48, -72] },
    ];
    expect(differencesIn(oneFunction(S390X, rows, saved))).toEqual([]);
    const wrong = [rows[0], { start: 6, words: [21, -48, -72] }];
    expect(differencesIn(oneFunction(S390X, wrong, saved))).toEqual(['wrong-cfa 1006-1020']);
  });
});

describe('whole files', () => {
  test('version 2 is compared and labelled', () => {
    const description = oneFunction(AMD64, pushRows, pushInstructions);
    const verification = verifyImage(
      makeImage({ ...description, sframe: { ...description.sframe!, version: 2 } }),
    );
    expect(verification.sections.map(({ version }) => version)).toEqual([2]);
    expect(verdictOf(verification)).toBe('agrees');
  });

  test('version 1 is refused', () => {
    const verification = verifyImage(
      makeImage({
        ...oneFunction(AMD64, pushRows, pushInstructions),
        damage: (built) => built.patch('header.version', 1),
      }),
    );
    expect(verdictOf(verification)).toBe('damaged');
    expect(verification.structure[0].examples[0].text).toContain('Version 1 is obsolete');
  });

  test('no .eh_frame: nothing to compare with', () => {
    const { sframe } = oneFunction(AMD64, pushRows, pushInstructions);
    const verification = verifyImage(makeImage({ abi: AMD64, sframe }));
    expect(verification).toMatchObject({ unreferencedFdes: 1, unreferencedBytes: SIZE, comparedFdes: 0 });
    expect(verdictOf(verification)).toBe('no-reference');
  });

  test('a relocatable file: its structure alone', () => {
    const image = makeImage({ ...oneFunction(AMD64, pushRows, pushInstructions), type: elf.ET_REL });
    expect(verdictOf(verifyImage(image))).toBe('structure-only');
  });

  test('no SFrame section', () => {
    const { ehFrame } = oneFunction(AMD64, pushRows, pushInstructions);
    expect(verdictOf(verifyImage(makeImage({ abi: AMD64, ehFrame })))).toBe('no-sframe');
  });

  test('an empty SFrame section is as none', () => {
    const description = oneFunction(AMD64, pushRows, pushInstructions);
    const image = makeImage({
      ...description,
      damage: (built) => ((built as { bytes: Uint8Array }).bytes = new Uint8Array(0)),
    });
    expect(verdictOf(verifyImage(image))).toBe('no-sframe');
  });

  test('a section that is left out', () => {
    const description: MadeImage = {
      ...oneFunction(AMD64, [{ start: 0, words: [32] }], pushInstructions),
      code: [
        { name: '.plt.got', svma: START, sizeBytes: SIZE },
        { name: '.text', svma: 0x2000, sizeBytes: 16 },
      ],
    };
    const image = makeImage(description);
    expect(verdictOf(verifyImage(image))).toBe('differs');
    const skipping = verifyImage(image, { skippedSections: ['.plt.got'] });
    expect(skipping).toMatchObject({ comparedFdes: 0, uncoveredFdes: 0 });
    expect(verdictOf(skipping)).toBe('agrees');
  });

  test('FDEs in code that is not executable', () => {
    const description = oneFunction(AMD64, pushRows, pushInstructions);
    expect(structureOf({ ...description, code: [{ name: '.text', svma: 0x3000, sizeBytes: 16 }] })).toEqual([
      'fde-outside-code',
    ]);
  });
});
