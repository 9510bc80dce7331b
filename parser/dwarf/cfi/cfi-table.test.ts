/** Hand-assembled sections: what real binaries of this machine do not contain. */

import { openBuiltElf, type BuiltSection } from '../test-support/elf-builder';
import { formatRow } from '../test-support/readelf-frames';
import { SectionBuilder } from '../test-support/section-builder';
import { CfiRow, ReturnAddressSigning } from './cfi-row';
import { CfiTable, RowStatus } from './cfi-table';
import * as dw from './constants';

const FUNCTION = 0x1000;
const EH_FRAME_SVMA = 0x8000;

interface FrameOptions {
  readonly littleEndian?: boolean;
  readonly is64BitDwarf?: boolean;
  readonly version?: number;
  readonly augmentation?: string;
  readonly returnAddressRegister?: number;
  readonly pointerEncoding?: number;
  readonly initial?: (out: SectionBuilder) => void;
}

/** A section with one CIE (code alignment 4, data alignment -8, CFA = r7+8) and one FDE of 0x100 bytes at {@link FUNCTION}. */
function buildFrames(
  isEhFrame: boolean,
  options: FrameOptions,
  instructions: (out: SectionBuilder) => void,
): SectionBuilder {
  const { littleEndian = true, is64BitDwarf = false, version = 1, augmentation = '' } = options;
  const out = new SectionBuilder(littleEndian);
  const offsetSize = is64BitDwarf ? 8 : 4;
  const idSize = isEhFrame ? 4 : offsetSize;
  const length = (name: string) => {
    if (is64BitDwarf) out.u32(0xffffffff);
    out.offsetOf(`${name} end`, `${name} start`, offsetSize).label(`${name} start`);
  };
  const pointer = options.pointerEncoding ?? dw.DW_EH_PE_absptr;

  out.label('cie');
  length('cie');
  if (isEhFrame) out.u32(0);
  else if (idSize === 8) out.u64(-1n);
  else out.u32(0xffffffff);
  out.u8(version).text(augmentation);
  if (augmentation === 'eh') out.u64(0x1234);
  if (version >= 4) out.u8(8, 0);
  out
    .uleb(4)
    .sleb(-8)
    .uleb(options.returnAddressRegister ?? 16);
  if (augmentation.startsWith('z')) {
    out.offsetOf('data end', 'data', 1).label('data');
    for (const letter of augmentation.slice(1)) {
      if (letter === 'R') out.u8(pointer);
      if (letter === 'L') out.u8(dw.DW_EH_PE_pcrel | dw.DW_EH_PE_sdata4);
      if (letter === 'P') out.u8(dw.DW_EH_PE_indirect | dw.DW_EH_PE_pcrel | dw.DW_EH_PE_sdata4).u32(0x77);
    }
    out.label('data end');
  }
  out.u8(dw.DW_CFA_def_cfa).uleb(7).uleb(8);
  options.initial?.(out);
  out.align(8).label('cie end');

  out.label('fde');
  length('fde');
  if (isEhFrame) out.backTo('cie');
  else out.offsetOf('cie', '', idSize);
  writePointer(out, pointer);
  writeSize(out, pointer);
  if (augmentation.startsWith('z')) out.uleb(0);
  instructions(out);
  out.align(8).label('fde end');
  if (isEhFrame) out.u32(0);
  return out;
}

function writePointer(out: SectionBuilder, encoding: number): void {
  const base = (encoding & 0x70) === dw.DW_EH_PE_pcrel ? EH_FRAME_SVMA + out.position : 0;
  const value = BigInt(FUNCTION - base);
  const format = encoding & 0x0f;
  if (format === dw.DW_EH_PE_uleb128) out.uleb(value);
  else if (format === dw.DW_EH_PE_sleb128) out.sleb(value);
  else if ((format & 7) === 2) out.u16(Number(BigInt.asUintN(16, value)));
  else if ((format & 7) === 3) out.u32(Number(BigInt.asUintN(32, value)));
  else out.u64(value);
}

function writeSize(out: SectionBuilder, encoding: number): void {
  const format = encoding & 0x07;
  if (format === 1) out.uleb(0x100);
  else if (format === 2) out.u16(0x100);
  else if (format === 3) out.u32(0x100);
  else out.u64(0x100);
}

function openFrames(isEhFrame: boolean, frames: SectionBuilder, others: BuiltSection[] = []): CfiTable {
  const name = isEhFrame ? '.eh_frame' : '.debug_frame';
  const section = { name, bytes: frames.build(), svma: isEhFrame ? EH_FRAME_SVMA : 0 };
  const image = openBuiltElf([section, ...others], frames.littleEndian);
  return isEhFrame ? CfiTable.fromEhFrame(image)! : CfiTable.fromDebugFrame(image)!;
}

function rowsOf(table: CfiTable): string[] {
  const rows: string[] = [];
  expect(table.visitRows(0, (row) => rows.push(formatRow(row)))).toBe(RowStatus.Found);
  return rows;
}

/** The rows of one .debug_frame FDE with these instructions. */
function rowsFor(instructions: (out: SectionBuilder) => void, options: FrameOptions = {}): string[] {
  return rowsOf(openFrames(false, buildFrames(false, options, instructions)));
}

const advanceAndSave = (out: SectionBuilder) => out.u8(dw.DW_CFA_advance_loc | 2, dw.DW_CFA_offset | 6, 3);
const ADVANCED = ['1000 r7+8', '1008 r7+8 6=c-24'];

describe('forms of entries', () => {
  test.each<[string, boolean, FrameOptions]>([
    ['.debug_frame, version 1 (DWARF 2)', false, {}],
    ['.debug_frame, version 3', false, { version: 3 }],
    ['.debug_frame, version 4 (DWARF 4 and 5)', false, { version: 4 }],
    ['.debug_frame, 64-bit DWARF', false, { version: 4, is64BitDwarf: true }],
    ['.debug_frame, big endian', false, { version: 3, littleEndian: false }],
    ['.debug_frame, 64-bit DWARF, big endian', false, { is64BitDwarf: true, littleEndian: false }],
    ['.eh_frame, no augmentation', true, {}],
    ['.eh_frame, "eh" of gcc 2', true, { augmentation: 'eh' }],
    ['.eh_frame, extended length', true, { augmentation: 'zR', is64BitDwarf: true }],
    ['.eh_frame, "zPLR", big endian', true, { augmentation: 'zPLR', littleEndian: false }],
  ])('%s', (_name, isEhFrame, options) => {
    expect(rowsOf(openFrames(isEhFrame, buildFrames(isEhFrame, options, advanceAndSave)))).toEqual(ADVANCED);
  });

  test.each([
    ['absptr', dw.DW_EH_PE_absptr],
    ['uleb128', dw.DW_EH_PE_uleb128],
    ['udata2', dw.DW_EH_PE_udata2],
    ['udata4', dw.DW_EH_PE_udata4],
    ['udata8', dw.DW_EH_PE_udata8],
    ['sleb128', dw.DW_EH_PE_sleb128],
    ['sdata2', dw.DW_EH_PE_sdata2],
    ['pcrel sdata2', dw.DW_EH_PE_pcrel | dw.DW_EH_PE_sdata2],
    ['pcrel sdata4', dw.DW_EH_PE_pcrel | dw.DW_EH_PE_sdata4],
    ['pcrel sdata8', dw.DW_EH_PE_pcrel | dw.DW_EH_PE_sdata8],
    ['pcrel absptr', dw.DW_EH_PE_pcrel | dw.DW_EH_PE_absptr],
    ['pcrel sleb128', dw.DW_EH_PE_pcrel | dw.DW_EH_PE_sleb128],
  ])('function addresses encoded as %s', (_name, pointerEncoding) => {
    const frames = buildFrames(true, { augmentation: 'zR', pointerEncoding }, advanceAndSave);
    const table = openFrames(true, frames);
    expect(rowsOf(table)).toEqual(ADVANCED);
    expect([table.fdeStartSvma[0], table.fdeSizeBytes[0]]).toEqual([FUNCTION, 0x100]);
  });

  test('function addresses relative to .text and to the global offset table', () => {
    for (const [encoding, name] of [
      [dw.DW_EH_PE_textrel, '.text'],
      [dw.DW_EH_PE_datarel, '.got'],
    ] as const) {
      const pointerEncoding = encoding | dw.DW_EH_PE_udata4;
      const frames = buildFrames(true, { augmentation: 'zR', pointerEncoding }, advanceAndSave);
      const table = openFrames(true, frames, [{ name, bytes: new Uint8Array(8), svma: 0x30_0000 }]);
      expect(table.fdeStartSvma[0]).toBe(0x30_0000 + FUNCTION);
    }
  });

  test('augmentation S marks signal frames, B the key of signed return addresses', () => {
    const row = new CfiRow();
    const frames = buildFrames(true, { augmentation: 'zRSB', returnAddressRegister: 30 }, advanceAndSave);
    expect(openFrames(true, frames).decodeRowInto(FUNCTION, row)).toBe(RowStatus.Found);
    expect([row.isSignalFrame, row.raSignedWithKeyB, row.returnAddressRegister]).toEqual([true, true, 30]);
  });

  test('a row holds from its first to before its last address, and nothing holds outside the function', () => {
    const table = openFrames(true, buildFrames(true, { augmentation: 'zR' }, advanceAndSave));
    const row = new CfiRow();
    expect(table.decodeRowInto(FUNCTION + 7, row)).toBe(RowStatus.Found);
    expect([row.startSvma, row.endSvma]).toEqual([FUNCTION, FUNCTION + 8]);
    expect(table.decodeRowInto(FUNCTION + 8, row)).toBe(RowStatus.Found);
    expect([row.startSvma, row.endSvma]).toEqual([FUNCTION + 8, FUNCTION + 0x100]);
    expect(table.decodeRowInto(FUNCTION - 1, row)).toBe(RowStatus.NoFde);
    expect(table.decodeRowInto(FUNCTION + 0x100, row)).toBe(RowStatus.NoFde);
  });
});

describe('instructions', () => {
  test('of every kind of location change', () => {
    const rows = rowsFor((out) => {
      out.u8(dw.DW_CFA_def_cfa_offset, 16, dw.DW_CFA_advance_loc | 1);
      out.u8(dw.DW_CFA_def_cfa_offset, 24, dw.DW_CFA_advance_loc1, 1);
      out.u8(dw.DW_CFA_def_cfa_offset, 32, dw.DW_CFA_advance_loc2).u16(1);
      out.u8(dw.DW_CFA_def_cfa_offset, 40, dw.DW_CFA_advance_loc4).u32(1);
      out.u8(dw.DW_CFA_def_cfa_offset, 48, dw.DW_CFA_MIPS_advance_loc8).u64(1);
      out.u8(dw.DW_CFA_def_cfa_offset, 56, dw.DW_CFA_set_loc).u64(FUNCTION + 0x80);
      out.u8(dw.DW_CFA_def_cfa_offset, 64, dw.DW_CFA_advance_loc1, 0, dw.DW_CFA_nop);
    });
    const expected = ['1000 r7+16', '1004 r7+24', '1008 r7+32', '100c r7+40', '1010 r7+48', '1014 r7+56'];
    expect(rows).toEqual([...expected, '1080 r7+64']);
  });

  test('of every kind of CFA', () => {
    const rows = rowsFor((out) => {
      out.u8(dw.DW_CFA_def_cfa_register, 6, dw.DW_CFA_advance_loc | 1);
      out
        .u8(dw.DW_CFA_def_cfa_sf)
        .uleb(5)
        .sleb(-2)
        .u8(dw.DW_CFA_advance_loc | 1);
      out
        .u8(dw.DW_CFA_def_cfa_offset_sf)
        .sleb(3)
        .u8(dw.DW_CFA_advance_loc | 1);
      out
        .u8(dw.DW_CFA_def_cfa_expression)
        .uleb(2)
        .u8(0x76, 0x70)
        .u8(dw.DW_CFA_advance_loc | 1);
      out.u8(dw.DW_CFA_def_cfa).uleb(200).uleb(1000);
    });
    expect(rows).toEqual(['1000 r6+8', '1004 r5+16', '1008 r5-24', '100c exp', '1010 r200+1000']);
  });

  test('of every kind of register rule', () => {
    const rows = rowsFor((out) => {
      out.u8(dw.DW_CFA_offset | 1, 2);
      out.u8(dw.DW_CFA_offset_extended).uleb(100).uleb(3);
      out.u8(dw.DW_CFA_offset_extended_sf).uleb(3).sleb(-4);
      out.u8(dw.DW_CFA_GNU_negative_offset_extended).uleb(4).uleb(5);
      out.u8(dw.DW_CFA_val_offset).uleb(5).uleb(6);
      out.u8(dw.DW_CFA_val_offset_sf).uleb(6).sleb(-7);
      out.u8(dw.DW_CFA_register).uleb(8).uleb(9);
      out.u8(dw.DW_CFA_same_value).uleb(9);
      out.u8(dw.DW_CFA_undefined).uleb(10);
      out.u8(dw.DW_CFA_expression).uleb(11).uleb(2).u8(0x76, 0x70);
      out.u8(dw.DW_CFA_val_expression).uleb(12).uleb(2).u8(0x76, 0x70);
      out.u8(dw.DW_CFA_GNU_args_size).uleb(64);
      out.u8(dw.DW_CFA_offset_extended).uleb(4000).uleb(3);
    });
    const rules = '1=c-16 3=c+32 4=c+40 5=v-48 6=v+56 8=r9 9=s 11=exp 12=vexp 100=c-24';
    expect(rows).toEqual([`1000 r7+8 ${rules}`]);
  });

  test('that go back: restore to the initial rules, remember and restore state', () => {
    const initial = (out: SectionBuilder) => out.u8(dw.DW_CFA_offset | 16, 1);
    const rows = rowsFor(
      (out) => {
        out.u8(dw.DW_CFA_offset | 16, 9, dw.DW_CFA_offset | 3, 2, dw.DW_CFA_advance_loc | 1);
        out.u8(dw.DW_CFA_remember_state, dw.DW_CFA_restore | 16, dw.DW_CFA_restore_extended, 3);
        out.u8(dw.DW_CFA_def_cfa_offset, 80, dw.DW_CFA_advance_loc | 1, dw.DW_CFA_restore_state);
      },
      { initial },
    );
    expect(rows).toEqual(['1000 r7+8 3=c-16 16=c-72', '1004 r7+80 16=c-8', '1008 r7+8 3=c-16 16=c-72']);
  });

  test('that say whether the return address is signed', () => {
    const frames = buildFrames(false, {}, (out) => {
      out.u8(dw.DW_CFA_advance_loc | 1, dw.DW_CFA_AARCH64_negate_ra_state, dw.DW_CFA_remember_state);
      out.u8(dw.DW_CFA_advance_loc | 1, dw.DW_CFA_AARCH64_negate_ra_state);
      out.u8(dw.DW_CFA_advance_loc | 1, dw.DW_CFA_AARCH64_negate_ra_state_with_pc);
      out.u8(dw.DW_CFA_advance_loc | 1, dw.DW_CFA_restore_state);
      out
        .u8(dw.DW_CFA_advance_loc | 1, dw.DW_CFA_AARCH64_set_ra_state)
        .uleb(2)
        .sleb(-1);
    });
    const states: ReturnAddressSigning[] = [];
    openFrames(false, frames).visitRows(0, (row) => states.push(row.raSignState));
    const { None, Sp, SpAndPc } = ReturnAddressSigning;
    expect(states).toEqual([None, Sp, None, SpAndPc, Sp, SpAndPc]);
  });

  test.each<[string, (out: SectionBuilder) => void]>([
    ['an unknown instruction', (out) => out.u8(dw.DW_CFA_advance_loc | 1, 0x3e)],
    [
      'a state restored that was not remembered',
      (out) => out.u8(dw.DW_CFA_advance_loc | 1, dw.DW_CFA_restore_state),
    ],
    ['states without end', (out) => out.u8(dw.DW_CFA_advance_loc | 1, ...new Array<number>(5000).fill(0x0a))],
    [
      'a location that goes back',
      (out) => out.u8(dw.DW_CFA_advance_loc | 1, dw.DW_CFA_set_loc).u64(FUNCTION),
    ],
    [
      'an expression that is cut off',
      (out) => out.u8(dw.DW_CFA_advance_loc | 1, dw.DW_CFA_def_cfa_expression, 99),
    ],
  ])('damaged: %s; the rows before it stay good', (_name, instructions) => {
    const table = openFrames(false, buildFrames(false, {}, instructions));
    const row = new CfiRow();
    expect(table.decodeRowInto(FUNCTION, row)).toBe(RowStatus.Found);
    expect(formatRow(row)).toBe('1000 r7+8');
    expect(table.decodeRowInto(FUNCTION + 4, row)).toBe(RowStatus.Corrupt);
    expect(table.decodeRowInto(FUNCTION + 5, row)).toBe(RowStatus.Corrupt);
    const [offset] = table.findings[0].sectionOffsets;
    expect(table.findings).toEqual([{ code: 'damaged-instructions', count: 1, sectionOffsets: [offset] }]);
  });
});

describe('the search table of .eh_frame_hdr', () => {
  const HEADER_SVMA = 0x7000;
  const frames = () => buildFrames(true, { augmentation: 'zR' }, advanceAndSave);

  function header(write: (out: SectionBuilder, fde: number) => void): BuiltSection[] {
    const out = new SectionBuilder();
    const built = frames();
    write(out, built.at('fde'));
    return [{ name: '.eh_frame_hdr', bytes: out.build(), svma: HEADER_SVMA }];
  }
  const start = (out: SectionBuilder, version: number, table: number) =>
    out.u8(version, 0x1b, 0x03, table).u32(EH_FRAME_SVMA - HEADER_SVMA - 4);
  const signed32 = (value: number) => Number(BigInt.asUintN(32, BigInt(value)));

  test.each<[string, (out: SectionBuilder, fde: number) => void]>([
    [
      'datarel sdata4, as linkers write it',
      (out, fde) =>
        start(out, 1, 0x3b)
          .u32(1)
          .u32(signed32(FUNCTION - HEADER_SVMA))
          .u32(EH_FRAME_SVMA + fde - HEADER_SVMA),
    ],
    [
      'datarel sdata8',
      (out, fde) =>
        start(out, 1, 0x3c)
          .u32(1)
          .u64(FUNCTION - HEADER_SVMA)
          .u64(EH_FRAME_SVMA + fde - HEADER_SVMA),
    ],
    [
      'absolute udata4',
      (out, fde) =>
        start(out, 1, 0x03)
          .u32(1)
          .u32(FUNCTION)
          .u32(EH_FRAME_SVMA + fde),
    ],
  ])('%s', (_name, write) => {
    const table = openFrames(true, frames(), header(write));
    expect(rowsOf(table)).toEqual(ADVANCED);
    expect(table.findings).toEqual([]);
  });

  test.each<[string, (out: SectionBuilder, fde: number) => void]>([
    ['an unknown version', (out) => start(out, 2, 0x3b).u32(1).u32(0).u32(0)],
    ['no table', (out) => start(out, 1, dw.DW_EH_PE_omit)],
    ['a count that the section cannot hold', (out) => start(out, 1, 0x3b).u32(0x1fffffff).u32(0).u32(0)],
    ['an entry outside .eh_frame', (out) => start(out, 1, 0x3b).u32(1).u32(0).u32(0x7fffffff)],
    [
      'entries that are not sorted',
      (out) =>
        start(out, 1, 0x03)
          .u32(2)
          .u32(FUNCTION)
          .u32(EH_FRAME_SVMA)
          .u32(FUNCTION - 1)
          .u32(EH_FRAME_SVMA),
    ],
    ['nothing at all', () => undefined],
  ])('with %s gives way to a pass over the entries', (_name, write) => {
    const table = openFrames(true, frames(), header(write));
    expect(rowsOf(table)).toEqual(ADVANCED);
    const used = header(write)[0].bytes.length > 0;
    expect(table.findings.map((finding) => finding.code)).toEqual(used ? ['unusable-search-table'] : []);
  });
});

describe('damage', () => {
  test('one FDE whose CIE is unusable is skipped and counted, the others are found', () => {
    const good = buildFrames(false, {}, advanceAndSave).build();
    const bad = buildFrames(false, { version: 2 }, advanceAndSave);
    bad.append(good);
    const section = { name: '.debug_frame', bytes: fixCiePointer(bad, good.length) };
    const table = CfiTable.fromDebugFrame(openBuiltElf([section]))!;
    expect(rowsOf(table)).toEqual(ADVANCED);
    expect(table.findings).toEqual([{ code: 'unusable-cie', count: 1, sectionOffsets: [bad.at('fde')] }]);
  });

  /** The appended copy's FDE names its CIE by section offset: make it the copy's own. */
  function fixCiePointer(frames: SectionBuilder, copySizeBytes: number): Uint8Array {
    const bytes = frames.build();
    const copy = bytes.length - copySizeBytes;
    new DataView(bytes.buffer).setUint32(copy + frames.at('fde') + 4, copy, true);
    return bytes;
  }

  test('an entry longer than the section ends the search', () => {
    const frames = buildFrames(false, {}, advanceAndSave).u32(0x1000).u32(0);
    const table = openFrames(false, frames);
    expect(table.fdeCount).toBe(1);
    expect(table.findings.map((finding) => finding.code)).toEqual(['entry-length']);
  });

  test('discarded functions, which linkers leave at address 0, are not found', () => {
    const pointerEncoding = dw.DW_EH_PE_absptr;
    const frames = buildFrames(false, { pointerEncoding }, advanceAndSave);
    const bytes = frames.build();
    bytes.fill(0, frames.at('fde') + 8, frames.at('fde') + 16);
    const table = CfiTable.fromDebugFrame(openBuiltElf([{ name: '.debug_frame', bytes }]))!;
    expect([table.fdeCount, table.findFde(0x10)]).toEqual([0, -1]);
  });
});
