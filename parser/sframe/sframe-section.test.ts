import { ParseError } from '../bytes';
import * as sframe from './constants';
import { SFrameLocationKind, SFrameRow, SFrameRowStatus, type SFrameLocation } from './sframe-row';
import { SFrameSection } from './sframe-section';
import { buildSFrame, controlWord, type FdeSpec, type SFrameSpec } from './test-support/sframe-builder';

const AARCH64_BE = sframe.SFRAME_ABI_AARCH64_ENDIAN_BIG;
const AARCH64 = sframe.SFRAME_ABI_AARCH64_ENDIAN_LITTLE;
const AMD64 = sframe.SFRAME_ABI_AMD64_ENDIAN_LITTLE;
const S390X = sframe.SFRAME_ABI_S390X_ENDIAN_BIG;

function open(spec: SFrameSpec, damage?: (built: ReturnType<typeof buildSFrame>) => void): SFrameSection {
  const built = buildSFrame(spec);
  damage?.(built);
  return SFrameSection.parse(built.bytes, built.svma, built.littleEndian, 'test');
}

function openFde(abi: number, fde: Partial<FdeSpec>, more: Partial<SFrameSpec> = {}): SFrameSection {
  return open({ abi, fdes: [{ start: 0x1000, sizeBytes: 0x40, fres: [], ...fde }], ...more });
}

/** A location in short: "*(cfa-8)", "r7+16", "unchanged", "undefined". */
function describeLocation({ kind, register, deref, offset }: SFrameLocation): string {
  if (kind === SFrameLocationKind.Undefined) return 'undefined';
  if (kind === SFrameLocationKind.Unchanged) return 'unchanged';
  const base = kind === SFrameLocationKind.FromCfa ? 'cfa' : `r${register}`;
  const place = `${base}${offset < 0 ? '' : '+'}${offset}`;
  return deref ? `*(${place})` : place;
}

function lookUp(section: SFrameSection, svma: number): string {
  const row = new SFrameRow();
  const status = section.decodeRowInto(svma, row);
  if (status !== SFrameRowStatus.Found) return SFrameRowStatus[status];
  const range = `${row.startSvma.toString(16)}..${row.endSvma.toString(16)}`;
  return `${range} ${[row.cfa, row.ra, row.fp].map(describeLocation).join(' ')}`;
}

describe('rows of default FDEs', () => {
  test('AMD64: the return address lies at the fixed offset, the second word is FP', () => {
    const section = openFde(AMD64, {
      fres: [
        { start: 0, words: [8] },
        { start: 1, words: [16, -16] },
        { start: 4, words: [16, -16], base: 'fp' },
      ],
    });
    expect(lookUp(section, 0x1000)).toBe('1000..1001 r7+8 *(cfa-8) unchanged');
    expect(lookUp(section, 0x1003)).toBe('1001..1004 r7+16 *(cfa-8) *(cfa-16)');
    expect(lookUp(section, 0x103f)).toBe('1004..1040 r6+16 *(cfa-8) *(cfa-16)');
    expect(lookUp(section, 0x1040)).toBe('NoFde');
    expect(lookUp(section, 0xfff)).toBe('NoFde');
  });

  test.each([
    ['little endian', AARCH64],
    ['big endian', AARCH64_BE],
  ])('AArch64 %s: one, two and three words; RA before FP', (_name, abi) => {
    const section = openFde(abi, {
      fres: [
        { start: 0, words: [0] },
        { start: 4, words: [80, -80] },
        { start: 8, words: [80, -72, -80], base: 'fp', isMangled: true },
        { start: 12, words: [80, 0, -80] },
      ],
    });
    expect(section.littleEndian).toBe(abi === AARCH64);
    expect(lookUp(section, 0x1000)).toBe('1000..1004 r31+0 unchanged unchanged');
    expect(lookUp(section, 0x1004)).toBe('1004..1008 r31+80 *(cfa-80) unchanged');
    expect(lookUp(section, 0x1008)).toBe('1008..100c r29+80 *(cfa-72) *(cfa-80)');
    expect(lookUp(section, 0x100c)).toBe('100c..1040 r31+80 unchanged *(cfa-80)');
  });

  test('AArch64: signed return addresses and their key', () => {
    const section = openFde(AARCH64, {
      isPauthKeyB: true,
      fres: [
        { start: 0, words: [0] },
        { start: 4, words: [0], isMangled: true },
      ],
    });
    const row = new SFrameRow();
    section.decodeRowInto(0x1000, row);
    expect([row.isRaSigned, row.usesPauthKeyB]).toEqual([false, true]);
    section.decodeRowInto(0x1004, row);
    expect([row.isRaSigned, row.usesPauthKeyB]).toEqual([true, true]);
  });

  test('s390x: the CFA offset is word * 8 + 160; RA word 0 means not saved', () => {
    const section = openFde(S390X, {
      fres: [
        { start: 0, words: [0] },
        { start: 6, words: [22, -48, -72] },
        { start: 12, words: [-2, 0, -72], base: 'fp' },
      ],
    });
    expect(lookUp(section, 0x1000)).toBe('1000..1006 r15+160 unchanged unchanged');
    expect(lookUp(section, 0x1006)).toBe('1006..100c r15+336 *(cfa-48) *(cfa-72)');
    expect(lookUp(section, 0x100c)).toBe('100c..1040 r11+144 unchanged *(cfa-72)');
  });

  test('words of 1, 2 and 4 bytes, and start offsets of 1, 2 and 4 bytes', () => {
    for (const startSizeBytes of [1, 2, 4] as const) {
      const section = openFde(AMD64, {
        startSizeBytes,
        fres: [
          { start: 0, words: [-128, 127], wordSizeBytes: 1 },
          { start: 1, words: [-32768, 32767], wordSizeBytes: 2 },
          { start: 2, words: [-2147483648, 2147483647], wordSizeBytes: 4 },
        ],
      });
      expect(lookUp(section, 0x1000)).toBe('1000..1001 r7-128 *(cfa-8) *(cfa+127)');
      expect(lookUp(section, 0x1001)).toBe('1001..1002 r7-32768 *(cfa-8) *(cfa+32767)');
      expect(lookUp(section, 0x1002)).toBe('1002..1040 r7-2147483648 *(cfa-8) *(cfa+2147483647)');
    }
  });

  test('start offsets are unsigned', () => {
    const fres = [
      { start: 0, words: [8] },
      { start: 0xfff0, words: [16] },
    ];
    const section = openFde(AMD64, { sizeBytes: 0x10000, startSizeBytes: 2, fres });
    expect(lookUp(section, 0x1000 + 0xffef)).toBe('1000..10ff0 r7+8 *(cfa-8) unchanged');
    expect(lookUp(section, 0x1000 + 0xfff0)).toBe('10ff0..11000 r7+16 *(cfa-8) unchanged');
  });

  test('fixed offsets of the header win over words', () => {
    const section = openFde(
      AARCH64,
      { fres: [{ start: 0, words: [16, -16, -24] }] },
      { fixedRa: -8, fixedFp: -32 },
    );
    expect(lookUp(section, 0x1000)).toBe('1000..1040 r31+16 *(cfa-8) *(cfa-32)');
    expect(section.findings.count('fixed-offset-unexpected')).toBe(1);
  });

  test('code before the first FRE has no row', () => {
    const section = openFde(AMD64, { fres: [{ start: 4, words: [8] }] });
    expect(lookUp(section, 0x1003)).toBe('NoFre');
    expect(lookUp(section, 0x1004)).toBe('1004..1040 r7+8 *(cfa-8) unchanged');
  });
});

describe('rows of flexible FDEs', () => {
  function flex(abi: number, words: number[]): string {
    return lookUp(openFde(abi, { isFlex: true, fres: [{ start: 0, words }] }), 0x1000);
  }

  test('a CFA based on any register, and read from memory', () => {
    expect(flex(AMD64, [controlWord(10, false), 0])).toBe('1000..1040 r10+0 *(cfa-8) unchanged');
    expect(flex(AMD64, [controlWord(6, true), -8])).toBe('1000..1040 *(r6-8) *(cfa-8) unchanged');
  });

  test('a padding word stands for RA; FP follows it', () => {
    const words = [controlWord(6, true), -16, 0, controlWord(6, true), 0];
    expect(flex(AMD64, words)).toBe('1000..1040 *(r6-16) *(cfa-8) *(r6+0)');
    expect(flex(AARCH64, words)).toBe('1000..1040 *(r6-16) unchanged *(r6+0)');
  });

  test('RA and FP relative to the CFA, and in registers', () => {
    const atCfa = [controlWord(7, false), 16, controlWord('cfa', true), -8, controlWord('cfa', true), -16];
    expect(flex(AMD64, atCfa)).toBe('1000..1040 r7+16 *(cfa-8) *(cfa-16)');
    const inRegisters = [controlWord(15, false), 0, controlWord(16, false), 0, controlWord(17, false), 0];
    expect(flex(S390X, inRegisters)).toBe('1000..1040 r15+160 r16+0 r17+0');
    expect(flex(AMD64, [controlWord(7, false), 8, 0, 0])).toBe('1000..1040 r7+8 *(cfa-8) unchanged');
  });

  test('control words are unsigned: register numbers up to the word size', () => {
    expect(flex(AMD64, [controlWord(31, false), 0])).toBe('1000..1040 r31+0 *(cfa-8) unchanged');
    const section = openFde(AMD64, {
      isFlex: true,
      fres: [{ start: 0, words: [controlWord(31, true), -4, controlWord(0, true), -8], wordSizeBytes: 1 }],
    });
    expect(lookUp(section, 0x1000)).toBe('1000..1040 *(r31-4) *(r0-8) unchanged');
  });

  test.each([
    ['the CFA has no base register', [controlWord('cfa', true), 8]],
    ['the CFA offset is missing', [controlWord(7, false)]],
    ['the RA offset is missing', [controlWord(7, false), 8, controlWord('cfa', true)]],
    ['the FP offset is missing', [controlWord(7, false), 8, 0, controlWord('cfa', true)]],
  ])('corrupt where %s', (_name, words) => {
    expect(flex(AMD64, words)).toBe('Corrupt');
  });

  test('a reserved bit is reported, not refused', () => {
    const row = new SFrameRow();
    const fres = [
      { start: 0, words: [controlWord(7, false) | 4, 8] },
      { start: 1, words: [controlWord(7, false), 8] },
    ];
    const section = openFde(AMD64, { isFlex: true, fres });
    expect(section.decodeRowInto(0x1000, row)).toBe(SFrameRowStatus.Found);
    expect(row.hasReservedBit).toBe(true);
    section.decodeRowInto(0x1001, row);
    expect(row.hasReservedBit).toBe(false);
  });
});

describe('outermost frames and signal frames', () => {
  const undefinedRow = 'undefined undefined undefined';

  test('an FRE without words is outermost, in both versions and FDE types', () => {
    const fres = [
      { start: 0, words: [8] },
      { start: 4, words: [] },
    ];
    expect(lookUp(openFde(AMD64, { fres }), 0x1004)).toBe(`1004..1040 ${undefinedRow}`);
    expect(lookUp(openFde(AMD64, { fres }, { version: 2 }), 0x1004)).toBe(`1004..1040 ${undefinedRow}`);
    const flex = openFde(S390X, { isFlex: true, fres: [{ start: 0, words: [] }] });
    expect(lookUp(flex, 0x1004)).toBe(`1000..1040 ${undefinedRow}`);
  });

  test('a default FDE without FREs is outermost in version 3 only; a flexible one says nothing', () => {
    expect(lookUp(openFde(AMD64, {}), 0x1020)).toBe(`1000..1040 ${undefinedRow}`);
    expect(lookUp(openFde(AMD64, {}, { version: 2 }), 0x1020)).toBe('NoFre');
    expect(lookUp(openFde(AMD64, { isFlex: true }), 0x1020)).toBe('NoFre');
  });

  test('isOutermost is reset by the next row', () => {
    const section = openFde(AMD64, {
      fres: [
        { start: 0, words: [] },
        { start: 4, words: [8] },
      ],
    });
    const row = new SFrameRow();
    section.decodeRowInto(0x1000, row);
    expect(row.isOutermost).toBe(true);
    section.decodeRowInto(0x1004, row);
    expect(row.isOutermost).toBe(false);
  });

  test('the signal bit', () => {
    const fres = [{ start: 0, words: [8] }];
    const section = open({
      abi: AMD64,
      fdes: [
        { start: 0x1000, sizeBytes: 16, fres, isSignal: true },
        { start: 0x1010, sizeBytes: 16, fres },
      ],
    });
    const row = new SFrameRow();
    section.decodeRowInto(0x1000, row);
    expect(row.isSignal).toBe(true);
    section.decodeRowInto(0x1010, row);
    expect(row.isSignal).toBe(false);
  });
});

describe('PC type MASK', () => {
  const plt: Partial<FdeSpec> = {
    isMask: true,
    repSize: 16,
    sizeBytes: 40,
    fres: [
      { start: 0, words: [8] },
      { start: 11, words: [16] },
    ],
  };

  test.each([2, 3] as const)(
    'version %i: every repetition has the same rows, each with its own range',
    (version) => {
      const section = openFde(AMD64, plt, { version });
      expect(lookUp(section, 0x1000)).toBe('1000..100b r7+8 *(cfa-8) unchanged');
      expect(lookUp(section, 0x100f)).toBe('100b..1010 r7+16 *(cfa-8) unchanged');
      expect(lookUp(section, 0x101a)).toBe('1010..101b r7+8 *(cfa-8) unchanged');
      expect(lookUp(section, 0x101b)).toBe('101b..1020 r7+16 *(cfa-8) unchanged');
    },
  );

  test('a last block that is cut off ends with the function', () => {
    expect(lookUp(openFde(AMD64, plt), 0x1027)).toBe('1020..1028 r7+8 *(cfa-8) unchanged');
  });

  test('repetition size 0 divides nothing', () => {
    const section = openFde(AMD64, { ...plt, repSize: 0 });
    expect(lookUp(section, 0x1000)).toBe('Corrupt');
    expect(section.findings.count('fde-repetition-size')).toBe(1);
  });
});

describe('the FDE index', () => {
  const fres = [{ start: 0, words: [8] }];
  const starts = [0x5000, 0x1000, 0x3000, 0x2000];
  const fdes = starts.map((start) => ({ start, sizeBytes: 0x10, fres }));

  test.each([
    ['PC-relative', 4],
    ['from the start of the section', 0],
  ])('start offsets %s, in both versions and byte orders, after an auxiliary header', (_name, flags) => {
    for (const version of [2, 3] as const) {
      for (const abi of [AMD64, S390X]) {
        const section = open({ abi, version, flags, fdes, auxHeader: [1, 2, 3, 4], svma: 0x7000 });
        expect(Array.from(starts, (_start, i) => section.fdeStart(i))).toEqual([
          0x1000, 0x2000, 0x3000, 0x5000,
        ]);
        expect(section.findings.isEmpty).toBe(true);
      }
    }
  });

  test('an unsorted index is searched through a permutation', () => {
    const section = open({ abi: AMD64, flags: 4, fdes });
    for (const start of starts) {
      const index = section.findFde(start + 0xf);
      expect(section.fdeStart(index)).toBe(start);
      expect(starts[section.fdeFilePosition(index)]).toBe(start);
      expect(section.findFde(start + 0x10)).toBe(-1);
    }
  });

  test('an index that claims to be sorted and is not is a finding, and is searched all the same', () => {
    const section = open({ abi: AMD64, flags: 5, fdes });
    expect(section.findings.count('fde-order')).toBe(1);
    expect(section.fdeStart(section.findFde(0x3001))).toBe(0x3000);
  });

  test('empty FDEs hide nobody who starts at the same address', () => {
    const sizes = [0x10, 0];
    for (const order of [sizes, [...sizes].reverse()]) {
      const section = open({
        abi: AMD64,
        fdes: order.map((sizeBytes) => ({ start: 0x1000, sizeBytes, fres })),
      });
      expect(lookUp(section, 0x1004)).toBe('1000..1010 r7+8 *(cfa-8) unchanged');
    }
  });

  test('functions far away: version 3 reaches beyond 2 GiB, and kernel addresses', () => {
    const far = 0x7fff_0000_1000;
    const section = open({ abi: AMD64, fdes: [{ start: far, sizeBytes: 16, fres }] });
    expect(lookUp(section, far)).toBe('7fff00001000..7fff00001010 r7+8 *(cfa-8) unchanged');
    const kernel = -0x7f00_0000; // ffffffff81000000
    const vmlinux = open({
      abi: AMD64,
      svma: kernel,
      fdes: [{ start: kernel + 0x100, sizeBytes: 16, fres }],
    });
    expect(vmlinux.fdeStartWord(0)).toBe(0xffff_ffff_8100_0100n);
    expect(vmlinux.findFde(kernel + 0x10f)).toBe(0);
    expect(vmlinux.findFde(kernel + 0x110)).toBe(-1);
  });

  test('an empty index finds nothing', () => {
    const section = open({ abi: AMD64, fdes: [] });
    expect(section.fdeCount).toBe(0);
    expect(lookUp(section, 0x1000)).toBe('NoFde');
  });
});

describe('version 2', () => {
  test('is read and labelled', () => {
    const section = openFde(AMD64, { fres: [{ start: 0, words: [8] }] }, { version: 2 });
    expect(section.version).toBe(2);
    expect(section.isFlex(0)).toBe(false);
    expect(lookUp(section, 0x1000)).toBe('1000..1040 r7+8 *(cfa-8) unchanged');
  });

  test('s390x: odd RA and FP words are registers', () => {
    const fres = [{ start: 0, words: [0, (16 << 1) | 1, (17 << 1) | 1] }];
    expect(lookUp(openFde(S390X, { fres }, { version: 2 }), 0x1000)).toBe('1000..1040 r15+160 r16+0 r17+0');
    // Version 3 has flexible FDEs for that.
    expect(lookUp(openFde(S390X, { fres }), 0x1000)).toBe('1000..1040 r15+160 *(cfa+33) *(cfa+35)');
    const negative = [{ start: 0, words: [0, -1] }];
    expect(lookUp(openFde(S390X, { fres: negative }, { version: 2 }), 0x1000)).toBe('Corrupt');
  });

  test('has no signal bit', () => {
    const section = open(
      { abi: AMD64, version: 2, fdes: [{ start: 0x1000, sizeBytes: 16, fres: [{ start: 0, words: [8] }] }] },
      (built) => built.patch('fde0.info', 0x80),
    );
    expect(section.isSignal(0)).toBe(false);
  });
});

describe('headers that cannot be used', () => {
  const spec: SFrameSpec = { abi: AMD64, fdes: [] };

  test.each([
    ['version 1', 'header.version', 1, /version: found 1, expected 3 or 2\. .*obsolete/],
    ['version 0', 'header.version', 0, /version: found 0/],
    ['version 4', 'header.version', 4, /version: found 4/],
    ['ABI 0', 'header.abi', 0, /ABI: found 0/],
    ['ABI 5', 'header.abi', 5, /ABI: found 5/],
    ['no magic number', 'header.magic', 0x1234, /magic number: found bytes 34 12/],
  ])('%s', (_name, label, value, message) => {
    const attempt = () => open(spec, (built) => built.patch(label, value));
    expect(attempt).toThrow(ParseError);
    expect(attempt).toThrow(message);
  });

  test('every length short of a header', () => {
    const { bytes } = buildSFrame(spec);
    for (let length = 0; length < 28; length++) {
      expect(() => SFrameSection.parse(bytes.subarray(0, length), 0, true, 'test')).toThrow(ParseError);
    }
    expect(() => SFrameSection.parse(bytes, 0, true, 'test')).not.toThrow();
  });
});

test('a section in the other byte order is read, with a finding', () => {
  const spec: SFrameSpec = {
    abi: AMD64,
    littleEndian: false,
    fdes: [{ start: 0x1000, sizeBytes: 0x40, fres: [{ start: 0, words: [300] }] }],
  };
  const { bytes, svma } = buildSFrame(spec);
  const section = SFrameSection.parse(bytes, svma, true, 'test');
  expect(lookUp(section, 0x1000)).toBe('1000..1040 r7+300 *(cfa-8) unchanged');
  expect(section.findings.count('foreign-byte-order')).toBe(1);
  expect(section.findings.count('abi-byte-order')).toBe(1);
});

test('forEachRow gives the rows in order, and decodeRowInto the same at every byte', () => {
  const fres = [
    { start: 0, words: [8] },
    { start: 1, words: [16, -16] },
    { start: 0x20, words: [] },
  ];
  const section = openFde(AMD64, { fres });
  const byRow: string[] = [];
  const status = section.forEachRow(0, (row) => {
    for (let svma = row.startSvma; svma < row.endSvma; svma++) {
      byRow.push(`${svma} ${[row.cfa, row.ra, row.fp].map(describeLocation).join(' ')}`);
    }
  });
  expect(status).toBe(SFrameRowStatus.Found);
  const byLookup = Array.from({ length: 0x40 }, (_, i) => {
    const row = new SFrameRow();
    section.decodeRowInto(0x1000 + i, row);
    return `${0x1000 + i} ${[row.cfa, row.ra, row.fp].map(describeLocation).join(' ')}`;
  });
  expect(byRow).toEqual(byLookup);
});
