/** Small sections that ask for work without end: the limits of SECURITY.md for debug information, each reached. */

import * as forms from '../forms';
import { openBuiltElf, type BuiltSection } from '../test-support/elf-builder';
import { SectionBuilder } from '../test-support/section-builder';
import * as dw from './constants';
import { DebugInfo } from './debug-info';

const DW_TAG_compile_unit = 0x11;
const LOW = 0x1000;
const UNITS = 2000;

/** A unit's only entry: its range of code and whatever else. */
function unitAbbreviation(...pairs: number[]): Uint8Array {
  const out = new SectionBuilder().uleb(1).uleb(DW_TAG_compile_unit).u8(0);
  for (const value of pairs) out.uleb(value);
  return out.u8(0, 0, 0).build();
}

/** Many units of version 5. @param entry the bytes of a unit's entries */
function manyUnits(
  entry: (out: SectionBuilder) => void,
  abbreviationsAt: (unit: number) => number = () => 0,
): Uint8Array {
  const out = new SectionBuilder();
  for (let i = 0; i < UNITS; i++) {
    const unit = new SectionBuilder().u16(5).u8(dw.DW_UT_compile, 8).u32(abbreviationsAt(i));
    entry(unit);
    out.u32(unit.position).append(unit.build());
  }
  return out.build();
}

function repeated(bytes: Uint8Array, count: number): Uint8Array {
  const all = new Uint8Array(bytes.length * count);
  for (let i = 0; i < count; i++) all.set(bytes, i * bytes.length);
  return all;
}

function open(...sections: BuiltSection[]): DebugInfo {
  return DebugInfo.open(openBuiltElf(sections))!;
}

/** Processor time that an action takes. */
function secondsOf(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const damagedUnit = expect.objectContaining({ code: 'damaged-unit' }) as unknown;

test('units whose lists of abbreviations overlap and never end', () => {
  // Code 2, a function without children, its name: seven bytes; the units look for code 1.
  const abbreviation = Uint8Array.of(2, dw.DW_TAG_subprogram, 0, dw.DW_AT_name, forms.DW_FORM_string, 0, 0);
  const info = open(
    {
      name: '.debug_info',
      bytes: manyUnits(
        (out) => out.uleb(1),
        (i) => i * abbreviation.length,
      ),
    },
    { name: '.debug_abbrev', bytes: repeated(abbreviation, 50_000) },
  );
  expect(secondsOf(() => expect(info.inlineChain(LOW)).toEqual([]))).toBeLessThan(5);
  expect(info.findings).toContainEqual(damagedUnit);
});

test('units of one address that all name one line program', () => {
  const { DW_FORM_addr, DW_FORM_udata, DW_FORM_sec_offset } = forms;
  const header = new SectionBuilder().u8(1, 1, 1, 1, 1, 1).u8(0, 0).uleb(0).u8(0).uleb(0);
  // Each byte is a special opcode, and so a row: of code that lies before the units.
  const program = new Uint8Array(100_000).fill(1);
  const line = new SectionBuilder();
  line
    .u32(2 + 2 + 4 + header.position + program.length)
    .u16(5)
    .u8(8, 0);
  line.u32(header.position).append(header.build()).append(program);
  const info = open(
    { name: '.debug_info', bytes: manyUnits((out) => out.uleb(1).u64(LOW).uleb(0x1000).u32(0)) },
    {
      name: '.debug_abbrev',
      bytes: unitAbbreviation(
        ...[dw.DW_AT_low_pc, DW_FORM_addr, dw.DW_AT_high_pc, DW_FORM_udata],
        ...[dw.DW_AT_stmt_list, DW_FORM_sec_offset],
      ),
    },
    { name: '.debug_line', bytes: line.build() },
  );
  expect(secondsOf(() => expect(info.findLine(LOW)).toBeUndefined())).toBeLessThan(5);
  expect(info.findings).toContainEqual(damagedUnit);
});

test('units that all name one long list of ranges', () => {
  const { DW_FORM_sec_offset } = forms;
  const range = new SectionBuilder().u8(dw.DW_RLE_start_length).u64(LOW).uleb(0x10).build();
  const info = open(
    { name: '.debug_info', bytes: manyUnits((out) => out.uleb(1).u32(0)) },
    { name: '.debug_abbrev', bytes: unitAbbreviation(dw.DW_AT_ranges, DW_FORM_sec_offset) },
    { name: '.debug_rnglists', bytes: repeated(range, 20_000) },
  );
  expect(secondsOf(() => expect(info.inlineChain(LOW)).toEqual([]))).toBeLessThan(5);
  expect(info.findings).toContainEqual(damagedUnit);
});

test('the same list in the form of DWARF 4', () => {
  const pair = new SectionBuilder()
    .u64(LOW)
    .u64(LOW + 0x10)
    .build();
  const units = new SectionBuilder();
  for (let i = 0; i < UNITS; i++) units.u32(12).u16(4).u32(0).u8(8).uleb(1).u32(0);
  const info = open(
    { name: '.debug_info', bytes: units.build() },
    { name: '.debug_abbrev', bytes: unitAbbreviation(dw.DW_AT_ranges, forms.DW_FORM_sec_offset) },
    { name: '.debug_ranges', bytes: repeated(pair, 20_000) },
  );
  expect(secondsOf(() => expect(info.inlineChain(LOW)).toEqual([]))).toBeLessThan(5);
  expect(info.findings).toContainEqual(damagedUnit);
});

test('units of length 0', () => {
  const info = open({ name: '.debug_info', bytes: new Uint8Array(1 << 20) });
  expect(info.inlineChain(LOW)).toEqual([]);
  expect(info.findings).toEqual([{ code: 'damaged-unit', count: 1, sectionOffsets: [0] }]);
});

test.each([
  [200, ['named']],
  [300, []],
])('an abbreviation of %i attributes', (count, names) => {
  const { DW_FORM_addr, DW_FORM_udata, DW_FORM_string, DW_FORM_flag_present } = forms;
  const place = [dw.DW_AT_low_pc, DW_FORM_addr, dw.DW_AT_high_pc, DW_FORM_udata];
  const abbreviations = new SectionBuilder().uleb(1).uleb(DW_TAG_compile_unit).u8(1);
  for (const value of place) abbreviations.uleb(value);
  abbreviations.u8(0, 0).uleb(2).uleb(dw.DW_TAG_subprogram).u8(0);
  for (const value of [...place, dw.DW_AT_name, DW_FORM_string]) abbreviations.uleb(value);
  for (let i = 3; i < count; i++) abbreviations.uleb(0x2000 + i).uleb(DW_FORM_flag_present);
  abbreviations.u8(0, 0, 0);
  const unit = new SectionBuilder().u16(5).u8(dw.DW_UT_compile, 8).u32(0).uleb(1).u64(LOW).uleb(0x1000);
  unit.uleb(2).u64(LOW).uleb(0x10).text('named').u8(0);
  const info = open(
    { name: '.debug_info', bytes: new SectionBuilder().u32(unit.position).append(unit.build()).build() },
    { name: '.debug_abbrev', bytes: abbreviations.build() },
  );
  expect(info.inlineChain(LOW).map(({ name }) => name)).toEqual(names);
  expect(info.findings).toEqual(names.length > 0 ? [] : [damagedUnit]);
});

test.each([
  [1 << 20, 1 << 20],
  [(1 << 20) + 1, undefined],
])('a name of %i bytes', (sizeBytes, length) => {
  const { DW_FORM_addr, DW_FORM_udata, DW_FORM_strp } = forms;
  const place = [dw.DW_AT_low_pc, DW_FORM_addr, dw.DW_AT_high_pc, DW_FORM_udata];
  const abbreviations = new SectionBuilder()
    .uleb(1)
    .uleb(DW_TAG_compile_unit)
    .u8(1)
    .u8(...place, 0, 0);
  abbreviations
    .uleb(2)
    .uleb(dw.DW_TAG_subprogram)
    .u8(0)
    .u8(...place, dw.DW_AT_name, DW_FORM_strp, 0, 0, 0);
  const unit = new SectionBuilder().u16(5).u8(dw.DW_UT_compile, 8).u32(0).uleb(1).u64(LOW).uleb(0x1000);
  unit.uleb(2).u64(LOW).uleb(0x10).u32(0).u8(0);
  const strings = new Uint8Array(sizeBytes + 1).fill(0x6e, 0, sizeBytes);
  const info = open(
    { name: '.debug_info', bytes: new SectionBuilder().u32(unit.position).append(unit.build()).build() },
    { name: '.debug_abbrev', bytes: abbreviations.build() },
    { name: '.debug_str', bytes: strings },
  );
  expect(info.inlineChain(LOW)[0].name?.length).toBe(length);
});
