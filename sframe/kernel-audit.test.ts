/** The kernel's verdict on sections made by hand, one for each answer that it can give (docs/kernel-rules.md). */

import { ElfImage, MemoryByteSource } from '../parser';
import { buildSFrame, controlWord, type FdeSpec } from '../parser/sframe/test-support/sframe-builder';
import { buildTinyElf, type TinySegment } from '../unwinder/test-support/tiny-elf';
import { auditForKernel } from './kernel-audit';

const PT_GNU_SFRAME = 0x6474e554;
const [READ, READ_EXECUTE] = [4, 5];
const [RDI, RSP, R10, R18] = [5, 7, 10, 18];
const SECTION = 0x3000;

const fde = (start: number, ...words: number[]): FdeSpec => ({
  start,
  sizeBytes: 0x100,
  fres: [{ start: 0, words }],
});
const flex = (start: number, ...words: number[]): FdeSpec => ({ ...fde(start, ...words), isFlex: true });
const plain = fde(0x1000, 8);

interface FileSpec {
  readonly fdes?: readonly FdeSpec[];
  readonly texts?: readonly number[];
  readonly withoutSegment?: boolean;
  readonly patch?: readonly [label: string, value: number];
}

function audit({ fdes = [plain], texts = [0x1000], withoutSegment, patch }: FileSpec) {
  const built = buildSFrame({ abi: 3, svma: SECTION, fdes });
  if (patch) built.patch(...patch);
  const section = { svma: SECTION, bytes: built.bytes, flags: READ };
  const segments: TinySegment[] = texts.map((svma) => ({
    svma,
    bytes: new Uint8Array(0x1000),
    flags: READ_EXECUTE,
  }));
  segments.push({ ...section, sectionName: '.sframe' });
  if (!withoutSegment) segments.push({ ...section, type: PT_GNU_SFRAME });
  const file = buildTinyElf({ machine: 62, littleEndian: true, segments });
  return auditForKernel(ElfImage.parse(new MemoryByteSource('x', file)));
}

const text = { startSvma: 0x1000, endSvma: 0x2000, refusedBy: undefined };

test('accepts', () => {
  expect(audit({})).toMatchObject({ verdict: 'accepts', texts: [text], unseen: [], drops: [], steps: [] });
});

test('refuses, by the rule of the header', () => {
  const { verdict, texts } = audit({ patch: ['header.version', 2] });
  expect([verdict, texts[0].refusedBy?.id]).toEqual(['refuses', 'header']);
});

test('drops for all texts, by the addresses that do it', () => {
  const empty = { ...fde(0x1200), fres: [] };
  const { verdict, texts, drops } = audit({ fdes: [plain, empty, fde(0x5000, 8)], texts: [0x1000, 0x5000] });
  expect([verdict, texts.map(({ refusedBy }) => refusedBy)]).toEqual(['drops', [undefined, undefined]]);
  expect(drops).toMatchObject([
    {
      rule: { id: 'no-fre' },
      count: 1,
      bytes: 0x100,
      examples: [{ startSvma: 0x1200, endSvma: 0x1300 }],
    },
  ]);
});

test('code before the first function of a text finds the last one of the text before it', () => {
  const { drops } = audit({ fdes: [plain, fde(0x5010, 8)], texts: [0x1000, 0x5000] });
  expect(drops).toMatchObject([
    { rule: { id: 'fde-start' }, examples: [{ startSvma: 0x5000, endSvma: 0x5010 }] },
  ]);
});

test('never sees what no segment names', () => {
  expect(audit({ withoutSegment: true })).toMatchObject({
    verdict: 'never-sees',
    unseen: [{ place: '.sframe', reason: 'no-segment' }],
  });
});

test('steps that no frame can take, and those that the innermost alone can', () => {
  const ra = [controlWord('cfa', true), -8];
  const { verdict, steps } = audit({
    fdes: [
      flex(0x1000, controlWord(R18, false), 8, ...ra),
      flex(0x1100, controlWord(R10, false), 8, ...ra),
      flex(0x1200, controlWord(RSP, false), 0, controlWord(RDI, false), 0),
      flex(0x1300, controlWord(RSP, false), 16, controlWord(RDI, false), 0),
    ],
  });
  expect(verdict).toBe('accepts');
  expect(steps.map(({ rule, bytes }) => [rule.id, rule.consequence, bytes])).toEqual([
    ['step-cfa-register', 'stack-ends', 0x100],
    ['step-cfa-caller', 'caller-ends', 0x100],
    ['step-stays', 'caller-ends', 0x100],
    ['step-caller', 'caller-ends', 0x100],
  ]);
});

test('an FDE hides the code behind it of a longer function around it', () => {
  const long = { ...plain, sizeBytes: 0x400 };
  const { missed } = audit({ fdes: [long, { ...fde(0x1100, 8), sizeBytes: 0x10 }] });
  expect(missed).toEqual({ count: 1, bytes: 0x400 - 0x110 });
});
