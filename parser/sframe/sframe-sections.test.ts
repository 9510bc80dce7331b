import { MemoryByteSource } from '../bytes';
import * as elf from '../elf/constants';
import { ElfImage } from '../elf/elf-image';
import { aarch64, x86_64 } from '../machines';
import { readSFrameSections, type SFrameSections } from './sframe-sections';
import { wrapInElf, type WrapOptions, type WrappedSection } from './test-support/elf-wrapper';
import { buildSFrame } from './test-support/sframe-builder';

const x86: WrapOptions = { machine: x86_64.elfMachine, littleEndian: true };

function bytesAt(svma: number, start: number): Uint8Array {
  return buildSFrame({
    abi: 3,
    svma,
    fdes: [{ start, sizeBytes: 16, fres: [{ start: 0, words: [8] }] }],
  }).bytes;
}

function read(sections: readonly WrappedSection[], options: WrapOptions = x86): SFrameSections {
  return readSFrameSections(ElfImage.parse(new MemoryByteSource('x', wrapInElf(sections, options))));
}

/** The start of each section's only function. */
function starts({ sections }: SFrameSections): number[] {
  return sections.map((section) => section.fdeStart(0));
}

function codes({ findings }: SFrameSections): string[] {
  return [...findings.counts.keys()];
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const first = bytesAt(0x2000, 0x1000);

test('a section of type GNU_SFRAME, whatever its name', () => {
  const found = read([{ name: '.frames', bytes: first, svma: 0x2000 }]);
  expect(starts(found)).toEqual([0x1000]);
  expect(found.placeNames).toEqual(['.frames']);
  expect(codes(found)).toEqual([]);
});

test('a section named .sframe of type PROGBITS', () => {
  const found = read([{ name: '.sframe', bytes: first, svma: 0x2000, type: elf.SHT_PROGBITS }]);
  expect(starts(found)).toEqual([0x1000]);
  expect(codes(found)).toEqual(['section-type']);
});

test('several sections of a file', () => {
  const found = read([
    { name: '.sframe', bytes: first, svma: 0x2000 },
    { name: '.sframe', bytes: bytesAt(0x3000, 0x1100), svma: 0x3000 },
  ]);
  expect(starts(found)).toEqual([0x1000, 0x1100]);
});

test.each([
  ['end to end', 0],
  ['with padding to 8 bytes', (8 - (first.length % 8)) % 8],
])('sections that a linker concatenated, %s', (_name, padding) => {
  const at = first.length + padding;
  const second = bytesAt(0x2000 + at, 0x1100);
  const found = read([
    { name: '.sframe', bytes: join(first, new Uint8Array(padding), second), svma: 0x2000 },
  ]);
  expect(starts(found)).toEqual([0x1000, 0x1100]);
  expect(found.placeNames).toEqual(['.sframe', `.sframe, offset 0x${at.toString(16)}`]);
  expect(codes(found)).toEqual(['several-tables']);
});

test('bytes after the section that are none', () => {
  const found = read([{ name: '.sframe', bytes: join(first, Uint8Array.of(1, 2, 3)), svma: 0x2000 }]);
  expect(starts(found)).toEqual([0x1000]);
  expect(codes(found)).toEqual(['section-trailing-bytes']);
});

test('an unusable header is a finding; other sections are read', () => {
  const version1 = first.slice();
  version1[2] = 1;
  const found = read([
    { name: '.sframe', bytes: version1, svma: 0x2000 },
    { name: '.sframe', bytes: bytesAt(0x3000, 0x1100), svma: 0x3000 },
  ]);
  expect(starts(found)).toEqual([0x1100]);
  expect(found.findings.examples).toMatchObject([{ code: 'section-unreadable' }]);
  expect(found.findings.examples[0].text).toMatch(/version: found 1, expected 3 or 2/);
});

test('without section headers, the segment', () => {
  const options = { ...x86, segmentFor: '.sframe', withoutSectionHeaders: true };
  const found = read([{ name: '.sframe', bytes: first, svma: 0x2000 }], options);
  expect(starts(found)).toEqual([0x1000]);
  expect(found.placeNames).toEqual(['segment GNU_SFRAME']);
});

test('a section is not read a second time through its segment', () => {
  expect(
    starts(read([{ name: '.sframe', bytes: first, svma: 0x2000 }], { ...x86, segmentFor: '.sframe' })),
  ).toEqual([0x1000]);
});

test('an empty section', () => {
  const found = read([{ name: '.sframe', bytes: new Uint8Array(0), svma: 0x2000 }]);
  expect(found.sections).toEqual([]);
  expect(codes(found)).toEqual(['section-empty']);
});

test('the NOBITS section of a separate debug file is nothing', () => {
  const found = read([{ name: '.sframe', bytes: first, svma: 0x2000, type: elf.SHT_NOBITS }]);
  expect(found.sections).toEqual([]);
  expect(codes(found)).toEqual(['section-without-contents']);
});

test('a section for another machine', () => {
  const found = read([{ name: '.sframe', bytes: first, svma: 0x2000 }], {
    ...x86,
    machine: aarch64.elfMachine,
  });
  expect(codes(found)).toEqual(['abi-machine-mismatch']);
});

describe('relocatable files', () => {
  /** Elf64_Sym and Elf64_Rela, little endian. */
  function words(...values: (readonly [sizeBytes: number, value: number])[]): Uint8Array {
    return Uint8Array.from(
      values.flatMap(([sizeBytes, value]) =>
        Array.from({ length: sizeBytes }, (_, i) =>
          Number((BigInt.asUintN(64, BigInt(value)) >> BigInt(8 * i)) & 0xffn),
        ),
      ),
    );
  }
  const nullSymbol = new Uint8Array(24);
  const symbol = words([4, 0], [1, 3], [1, 0], [2, 1], [8, 0x100], [8, 0]);

  function readWithRelocation(type: number, offset: number, addend: number): SFrameSections {
    const rela = words([8, offset], [4, type], [4, 1], [8, addend]);
    return read(
      [
        { name: '.sframe', bytes: bytesAt(0, 28) },
        { name: '.rela.sframe', bytes: rela, type: elf.SHT_RELA, link: 3, info: 1, entrySizeBytes: 24 },
        {
          name: '.symtab',
          bytes: join(nullSymbol, symbol),
          type: elf.SHT_SYMTAB,
          link: 4,
          entrySizeBytes: 24,
        },
        { name: '.strtab', bytes: new Uint8Array(1), type: elf.SHT_STRTAB },
      ],
      { ...x86, type: elf.ET_REL },
    );
  }

  test('R_X86_64_PC64 on the start field: symbol + addend', () => {
    const found = readWithRelocation(24, 28, 0x23);
    expect(starts(found)).toEqual([0x123]);
    expect(codes(found)).toEqual([]);
  });

  test.each([
    ['of an unknown type', 99, 28],
    ['past the end of the section', 24, 1 << 20],
    ['across the end of the section', 24, bytesAt(0, 28).length - 4],
  ])('one %s is reported', (_name, type, offset) => {
    const found = readWithRelocation(type, offset, 0);
    expect(starts(found)).toEqual([28]);
    expect(codes(found)).toEqual(['relocation-unsupported']);
  });
});
