/** The rules by which the kernel reads a section, one test each, with the class of error that it has to give. */

import { SFrameLocationKind, SFrameRow } from '../../parser';
import {
  AMD64,
  buildSFrame,
  controlWord,
  type FdeSpec,
  type SFrameSpec,
} from '../../parser/sframe/test-support/sframe-builder';
import { s390x } from '../arch/s390x/architecture';
import { x86_64 } from '../arch/x86-64/architecture';
import { KernelError, type KernelAnswer } from './kernel-error';
import { KernelSection } from './kernel-section';

const TEXT_START = 0x1000;
const TEXT_END = 0x2000;
const SECTION = 0x3000;
const RSP = 7;
const RBP = 6;

const rows = (...starts: number[]): FdeSpec['fres'] => starts.map((start) => ({ start, words: [8] }));
const plain: FdeSpec = { start: TEXT_START, sizeBytes: 0x100, fres: rows(0, 4) };
const second: FdeSpec = { start: TEXT_START + 0x200, sizeBytes: 0x100, fres: rows(0) };

type Patches = Readonly<Record<string, number>>;

function open(
  spec: Partial<SFrameSpec>,
  patches: Patches = {},
  cutTo?: number,
): KernelSection | KernelAnswer {
  const built = buildSFrame({ abi: AMD64, svma: SECTION, fdes: [plain, second], ...spec });
  for (const [label, value] of Object.entries(patches)) built.patch(label, value);
  const place = { svma: SECTION, textStartSvma: TEXT_START, textEndSvma: TEXT_END };
  return KernelSection.open(built.bytes.subarray(0, cutTo), place, x86_64);
}

/** What the header gets. */
function openVerdict(...args: Parameters<typeof open>): KernelAnswer {
  const opened = open(...args);
  if (opened instanceof KernelSection) throw new Error('the section was accepted');
  return opened;
}

/** What a look-up gets in a section whose header is good. */
function findVerdict(
  svma: number,
  fdes: readonly FdeSpec[],
  patches: Patches = {},
  row = new SFrameRow(),
): KernelAnswer {
  const opened = open({ fdes }, patches);
  if (!(opened instanceof KernelSection)) throw new Error(`the header was refused: ${opened.message}`);
  return opened.find(svma, row);
}

const found = { error: KernelError.None };
const invalid = { error: KernelError.EINVAL };
const noEntry = { error: KernelError.ENOENT };

test('what binutils writes is accepted', () => {
  const row = new SFrameRow();
  expect(findVerdict(TEXT_START + 5, [plain, second], {}, row)).toMatchObject(found);
  expect(row.cfa).toMatchObject({ kind: SFrameLocationKind.FromRegister, register: RSP, offset: 8 });
  expect(row.ra).toMatchObject({ kind: SFrameLocationKind.FromCfa, offset: -8, deref: true });
});

describe('header: EINVAL', () => {
  const unsupported = { ...invalid, message: 'bad/unsupported sframe header' };
  test.each([
    ['version 2', { version: 2 as const }, {}],
    ['version 1', {}, { 'header.version': 1 }],
    ['version 4', {}, { 'header.version': 4 }],
    ['another magic number', {}, { 'header.magic': 0xdee3 }],
    ['the other byte order', { littleEndian: false }, {}],
    ['another ABI', { abi: 2 }, {}],
    ['an ABI that does not exist', {}, { 'header.abi': 9 }],
    ['functions that are not said to be sorted', { flags: 4 }, {}],
    ['function starts that are not PC-relative', { flags: 1 }, {}],
    ['an auxiliary header', { auxHeader: [0, 0, 0, 0] }, {}],
  ])('V3 only, sorted and PC-relative, no auxiliary header: %s', (_what, spec, patches) => {
    expect(openVerdict(spec, patches)).toMatchObject(unsupported);
  });

  test('cut off within the header', () => {
    expect(openVerdict({}, {}, 27)).toMatchObject(unsupported);
  });

  test('no functions, or no rows', () => {
    expect(openVerdict({ fdes: [] })).toMatchObject(invalid);
    expect(openVerdict({}, { 'header.freCount': 0 })).toMatchObject(invalid);
  });

  test('section bounds: nothing after the header', () => {
    expect(openVerdict({}, {}, 28)).toMatchObject({ ...invalid, message: 'the header fills the section' });
  });

  test('section bounds: the parts overlap or reach beyond the end', () => {
    const message = 'the parts of the section overlap or reach beyond its end';
    expect(openVerdict({}, { 'header.fdeCount': 3 })).toMatchObject({ ...invalid, message });
    expect(openVerdict({}, { 'header.freOffset': 31 })).toMatchObject({ ...invalid, message });
    expect(openVerdict({}, { 'header.freOffset': 33 })).toMatchObject({ ...invalid, message });
    expect(openVerdict({}, { 'header.freSize': 0x7fffffff })).toMatchObject({ ...invalid, message });
    expect(openVerdict({}, { 'header.fdeCount': 0xffffffff })).toMatchObject({ ...invalid, message });
  });

  test('another architecture reads its own sections alone', () => {
    const built = buildSFrame({ abi: 4, svma: SECTION, fdes: [plain] });
    const place = { svma: SECTION, textStartSvma: TEXT_START, textEndSvma: TEXT_END };
    expect(KernelSection.open(built.bytes, place, s390x)).toBeInstanceOf(KernelSection);
    expect(KernelSection.open(built.bytes, place, x86_64)).toMatchObject(unsupported);
  });
});

describe('no FDE for the address: ENOENT', () => {
  test('below the first function, in a gap, after the last', () => {
    expect(findVerdict(TEXT_START + 0x100, [second])).toMatchObject(noEntry);
    expect(findVerdict(TEXT_START + 0x100, [plain, second])).toMatchObject(noEntry);
    expect(findVerdict(TEXT_START + 0x300, [plain, second])).toMatchObject(noEntry);
  });
});

describe('functions: EINVAL', () => {
  const four = [0, 1, 2, 3].map((i) => ({ ...second, start: TEXT_START + i * 0x100 }));

  test('FDEs sorted: unsorted ones are noticed by the searches that pass them', () => {
    const unsorted = { ...invalid, message: 'functions are not sorted' };
    expect(findVerdict(TEXT_START + 0x210, [four[0], four[2], four[1], four[3]])).toMatchObject(unsorted);
    expect(findVerdict(TEXT_START + 0x110, [four[2], four[1], four[3]].concat(four[3]))).toMatchObject(found);
    // A search that meets no contradiction misses the function instead.
    expect(findVerdict(TEXT_START + 0x210, [four[0], four[3], four[1], four[2]])).toMatchObject(noEntry);
  });

  test('FDEs sorted: a start that is too high is noticed on the way down', () => {
    const fdes = [four[0], four[3], four[2], four[2]];
    expect(findVerdict(TEXT_START + 0x010, [four[0], four[3], ...fdes])).toMatchObject({
      ...invalid,
      message: 'functions are not sorted',
    });
  });

  test('FDEs inside the text: one starts before it, or at its end', () => {
    const before = { ...plain, start: TEXT_START - 0x10 };
    const behind = { ...plain, start: TEXT_END };
    const message = 'a function starts outside the text';
    expect(findVerdict(TEXT_START, [before])).toMatchObject({ ...invalid, message });
    expect(findVerdict(TEXT_END, [behind])).toMatchObject({ ...invalid, message });
  });

  test('FDE function end within the text', () => {
    const last = { ...plain, start: TEXT_END - 0x80 };
    expect(findVerdict(TEXT_END - 0x70, [{ ...last, sizeBytes: 0x80 }])).toMatchObject(found);
    expect(findVerdict(TEXT_END - 0x70, [{ ...last, sizeBytes: 0x81 }])).toMatchObject({
      ...invalid,
      message: 'a function ends outside the text',
    });
  });

  test('data of a function outside the section', () => {
    expect(findVerdict(TEXT_START, [plain], { 'fde0.dataOffset': 0x7fff })).toMatchObject(invalid);
    expect(findVerdict(TEXT_START, [plain], { 'fde0.dataOffset': 0xffffffff })).toMatchObject(invalid);
  });

  test('FDE PC types INC and MASK are accepted; the format has no bit for others', () => {
    const block = { ...plain, isMask: true, repSize: 16 };
    expect(findVerdict(TEXT_START + 0x45, [plain])).toMatchObject(found);
    expect(findVerdict(TEXT_START + 0x45, [block])).toMatchObject(found);
  });

  test('FDE types other than default and flexible', () => {
    expect(findVerdict(TEXT_START, [plain], { 'fde0.info2': 2 })).toMatchObject(invalid);
    expect(findVerdict(TEXT_START, [plain], { 'fde0.info2': 0x1f })).toMatchObject(invalid);
  });

  test('FRE types of a size that does not exist', () => {
    expect(findVerdict(TEXT_START, [plain], { 'fde0.info': 3 })).toMatchObject(invalid);
    expect(findVerdict(TEXT_START, [plain], { 'fde0.info': 15 })).toMatchObject(invalid);
  });

  test('repetition size not zero: no division by zero', () => {
    const block = { ...plain, isMask: true, repSize: 0 };
    expect(findVerdict(TEXT_START, [block])).toMatchObject({
      ...invalid,
      message: 'a function that repeats itself every 0 bytes',
    });
  });

  test('number of FREs at most the size of the function', () => {
    const tiny = { ...plain, sizeBytes: 2, fres: rows(0, 1) };
    expect(findVerdict(TEXT_START + 1, [tiny])).toMatchObject(found);
    expect(findVerdict(TEXT_START, [{ ...tiny, fres: rows(0, 1, 2) }])).toMatchObject({
      ...invalid,
      message: 'a function with more rows than bytes',
    });
  });
});

describe('rows: EINVAL', () => {
  test('FDE found but no FRE: none at all, or the first one starts after the address', () => {
    expect(findVerdict(TEXT_START, [{ ...plain, fres: [] }, second])).toMatchObject(invalid);
    expect(findVerdict(TEXT_START + 3, [{ ...plain, fres: rows(4) }])).toMatchObject({
      ...invalid,
      message: 'no row for the address of a function',
    });
  });

  test('FRE start offsets within the repeated block', () => {
    const block = { ...plain, isMask: true, repSize: 16 };
    expect(findVerdict(TEXT_START + 0x1f, [{ ...block, fres: rows(0, 15) }])).toMatchObject(found);
    expect(findVerdict(TEXT_START + 0x1f, [{ ...block, fres: rows(0, 16) }])).toMatchObject({
      ...invalid,
      message: 'a row starts after the end of the repeated block',
    });
  });

  test('FRE start offsets within the function', () => {
    const small = { ...plain, sizeBytes: 8, fres: rows(0, 9) };
    expect(findVerdict(TEXT_START + 4, [small])).toMatchObject(invalid);
  });

  test('FREs sorted, no two at one address', () => {
    expect(findVerdict(TEXT_START + 9, [{ ...plain, fres: rows(0, 4, 4) }])).toMatchObject(invalid);
    expect(findVerdict(TEXT_START + 9, [{ ...plain, fres: rows(0, 4, 2) }])).toMatchObject(invalid);
    // What follows the row that is looked for is not read.
    expect(findVerdict(TEXT_START + 1, [{ ...plain, fres: rows(0, 4, 2) }])).toMatchObject(found);
  });

  test('FREs inside the section', () => {
    expect(findVerdict(TEXT_START + 9, [plain], { 'fde0.freCount': 3 })).toMatchObject(invalid);
  });

  test('data words of a size that does not exist', () => {
    expect(findVerdict(TEXT_START, [plain], { 'fde0.fre0.info': 0x63 })).toMatchObject(invalid);
  });

  test('data words left over, or missing', () => {
    const words = (...list: number[]) => [{ ...plain, fres: [{ start: 0, words: list }] }];
    const flex = (...list: number[]) => words(...list).map((fde) => ({ ...fde, isFlex: true }));
    const cfa = [controlWord(RSP, false), 8];
    expect(findVerdict(TEXT_START, words(8, -16))).toMatchObject(found);
    expect(findVerdict(TEXT_START, words(8, -16, 1))).toMatchObject(invalid);
    expect(findVerdict(TEXT_START, flex(...cfa))).toMatchObject(found);
    expect(findVerdict(TEXT_START, flex(...cfa, 0, controlWord('cfa', true), -16))).toMatchObject(found);
    expect(findVerdict(TEXT_START, flex(controlWord(RSP, false)))).toMatchObject(invalid);
    expect(findVerdict(TEXT_START, flex(...cfa, controlWord('cfa', true)))).toMatchObject(invalid);
    expect(findVerdict(TEXT_START, flex(...cfa, 0, 0, 0))).toMatchObject(invalid);
  });

  const flexible = (...words: number[]): FdeSpec[] => [
    { ...plain, isFlex: true, fres: [{ start: 0, words }] },
  ];
  const cfa = [controlWord(RSP, false), 8];
  const ra = [controlWord('cfa', true), -8];
  const fp = [controlWord('cfa', true), -16];

  test('FRE control words with reserved_p = 1, of the CFA, the return address and the frame pointer', () => {
    const reserved = { ...invalid, message: 'a control word with its reserved bit set' };
    expect(findVerdict(TEXT_START, flexible(...cfa, ...ra, ...fp))).toMatchObject(found);
    expect(findVerdict(TEXT_START, flexible(cfa[0] | 4, 8, ...ra, ...fp))).toMatchObject(reserved);
    expect(findVerdict(TEXT_START, flexible(...cfa, ra[0] | 4, -8, ...fp))).toMatchObject(reserved);
    expect(findVerdict(TEXT_START, flexible(...cfa, ...ra, fp[0] | 4, -16))).toMatchObject(reserved);
  });

  test('register numbers are not looked at: where one cannot be read, the step fails', () => {
    const r18 = controlWord(18, true);
    expect(findVerdict(TEXT_START, flexible(r18, 8, r18, -8, r18, -16))).toMatchObject(found);
  });

  test('a CFA rule without a register', () => {
    expect(findVerdict(TEXT_START, flexible(controlWord('cfa', true), 8, ...ra))).toMatchObject(invalid);
  });
});

describe('rows that are accepted', () => {
  test('an FRE without data words is the outermost frame', () => {
    const row = new SFrameRow();
    const outermost = [{ ...plain, fres: [{ start: 0, words: [] }] }];
    expect(findVerdict(TEXT_START, outermost, {}, row)).toMatchObject(found);
    expect(row.isOutermost).toBe(true);
  });

  test.each([
    ['SP', RSP],
    ['FP', RBP],
  ])('a CFA rule by %s with dereference', (_name, register) => {
    const row = new SFrameRow();
    const fdes = [
      { ...plain, isFlex: true, fres: [{ start: 0, words: [controlWord(register, true), -16] }] },
    ];
    expect(findVerdict(TEXT_START, fdes, {}, row)).toMatchObject(found);
    expect(row.cfa).toMatchObject({ register, deref: true, offset: -16 });
  });
});
