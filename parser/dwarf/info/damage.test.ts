/** Hand-assembled debug information: forms that gcc does not write, and damage. */

import { openBuiltElf, type BuiltSection } from '../test-support/elf-builder';
import { SectionBuilder } from '../test-support/section-builder';
import * as forms from '../forms';
import * as dw from './constants';
import { DebugInfo } from './debug-info';

const DW_TAG_compile_unit = 0x11;
const LOW = 0x1000;

/** Abbreviations that the tests use, by code. */
const CODES = { unit: 1, function: 2, inlined: 3, abstract: 4, rangesFunction: 5 } as const;

function buildAbbreviations(): Uint8Array {
  const out = new SectionBuilder();
  const add = (code: number, tag: number, hasChildren: boolean, ...pairs: number[]) => {
    out
      .uleb(code)
      .uleb(tag)
      .u8(hasChildren ? 1 : 0);
    for (const value of pairs) out.uleb(value);
    out.u8(0, 0);
  };
  const { DW_FORM_addr, DW_FORM_udata, DW_FORM_strp, DW_FORM_ref4, DW_FORM_data1, DW_FORM_rnglistx } = forms;
  add(CODES.unit, DW_TAG_compile_unit, true, dw.DW_AT_low_pc, DW_FORM_addr, dw.DW_AT_high_pc, DW_FORM_udata);
  add(
    CODES.function,
    dw.DW_TAG_subprogram,
    true,
    ...[dw.DW_AT_abstract_origin, DW_FORM_ref4],
    ...[dw.DW_AT_low_pc, DW_FORM_addr],
    ...[dw.DW_AT_high_pc, DW_FORM_udata],
  );
  add(
    CODES.inlined,
    dw.DW_TAG_inlined_subroutine,
    true,
    ...[dw.DW_AT_abstract_origin, DW_FORM_ref4],
    ...[dw.DW_AT_low_pc, DW_FORM_addr],
    ...[dw.DW_AT_high_pc, DW_FORM_udata],
    ...[dw.DW_AT_call_line, DW_FORM_data1],
  );
  add(
    CODES.abstract,
    dw.DW_TAG_subprogram,
    false,
    ...[dw.DW_AT_name, DW_FORM_strp],
    ...[dw.DW_AT_specification, DW_FORM_ref4],
  );
  add(
    CODES.rangesFunction,
    dw.DW_TAG_subprogram,
    false,
    ...[dw.DW_AT_ranges, DW_FORM_rnglistx],
    ...[dw.DW_AT_name, DW_FORM_strp],
  );
  out.u8(0);
  return out.build();
}

/** One unit of version 5 at LOW, 0x1000 bytes of code, with these entries. */
function buildUnit(entries: (out: SectionBuilder) => void): SectionBuilder {
  const out = new SectionBuilder();
  out.offsetOf('end', 'start').label('start');
  out.u16(5).u8(dw.DW_UT_compile, 8).u32(0);
  out.uleb(CODES.unit).u64(LOW).uleb(0x1000);
  entries(out);
  return out.u8(0).label('end');
}

const function_ = (out: SectionBuilder, origin: string, low: number, size: number) =>
  out.uleb(CODES.function).offsetOf(origin).u64(low).uleb(size);
const inlined = (out: SectionBuilder, origin: string, low: number, size: number) =>
  out.uleb(CODES.inlined).offsetOf(origin).u64(low).uleb(size).u8(7);
const abstract = (out: SectionBuilder, label: string, nameOffset: number, specification: string) =>
  out.label(label).uleb(CODES.abstract).u32(nameOffset).offsetOf(specification);

function openUnit(unit: SectionBuilder, others: BuiltSection[] = []): DebugInfo {
  const sections = [
    { name: '.debug_info', bytes: unit.build() },
    { name: '.debug_abbrev', bytes: buildAbbreviations() },
    { name: '.debug_str', bytes: new SectionBuilder().text('outer').text('inner').build() },
    ...others,
  ];
  return DebugInfo.open(openBuiltElf(sections))!;
}

const namesAt = (info: DebugInfo, svma: number) => info.inlineChain(svma).map((frame) => frame.name);

describe('hand-written debug information', () => {
  test('functions, what is inlined into them, and names by reference', () => {
    const info = openUnit(
      buildUnit((out) => {
        function_(out, 'outer', LOW, 0x100);
        inlined(out, 'inner', LOW + 0x10, 0x20).u8(0);
        out.u8(0);
        abstract(out, 'outer', 0, 'outer');
        abstract(out, 'inner', 6, 'inner');
      }),
    );
    expect(namesAt(info, LOW + 0x10)).toEqual(['inner', 'outer']);
    expect(namesAt(info, LOW + 0x30)).toEqual(['outer']);
    expect(info.inlineChain(LOW + 0x10)[0]).toMatchObject({ isInlined: true, callLine: 7 });
    expect(namesAt(info, LOW + 0x100)).toEqual([]);
    expect(info.findings).toEqual([]);
  });

  test('the range lists of DWARF 5 that gcc does not write', () => {
    const addresses = new SectionBuilder()
      .u64(0x10)
      .u64(LOW + 0x300)
      .u64(LOW + 0x310);
    const lists = new SectionBuilder();
    lists.offsetOf('end', 'start').label('start').u16(5).u8(8, 0).u32(1).label('offsets');
    lists.offsetOf('list', 'offsets').label('list');
    lists.u8(dw.DW_RLE_startx_endx, 1, 2);
    lists.u8(dw.DW_RLE_startx_length, 2).uleb(0x10);
    lists
      .u8(dw.DW_RLE_start_length)
      .u64(LOW + 0x400)
      .uleb(0x10);
    lists
      .u8(dw.DW_RLE_start_end)
      .u64(LOW + 0x500)
      .u64(LOW + 0x510);
    lists.u8(dw.DW_RLE_base_address).u64(LOW + 0x600);
    lists.u8(dw.DW_RLE_offset_pair).uleb(0).uleb(0x10);
    lists.u8(dw.DW_RLE_base_addressx, 1);
    lists.u8(dw.DW_RLE_offset_pair).uleb(0x400).uleb(0x410);
    lists.u8(dw.DW_RLE_end_of_list).label('end');

    const abbreviations = new SectionBuilder().uleb(1).uleb(DW_TAG_compile_unit).u8(1);
    for (const pair of [
      [dw.DW_AT_low_pc, forms.DW_FORM_addr],
      [dw.DW_AT_high_pc, forms.DW_FORM_udata],
      [dw.DW_AT_rnglists_base, forms.DW_FORM_sec_offset],
      [dw.DW_AT_addr_base, forms.DW_FORM_sec_offset],
      [0, 0],
    ]) {
      abbreviations.uleb(pair[0]).uleb(pair[1]);
    }
    abbreviations.uleb(2).uleb(dw.DW_TAG_subprogram).u8(0).uleb(dw.DW_AT_ranges).uleb(forms.DW_FORM_rnglistx);
    abbreviations.uleb(dw.DW_AT_name).uleb(forms.DW_FORM_string).u8(0, 0, 0);

    const unit = new SectionBuilder()
      .offsetOf('end', 'start')
      .label('start')
      .u16(5)
      .u8(dw.DW_UT_compile, 8)
      .u32(0);
    unit.uleb(1).u64(LOW).uleb(0x1000).u32(12).u32(0);
    unit.uleb(2).uleb(0).text('scattered').u8(0).label('end');
    const info = DebugInfo.open(
      openBuiltElf([
        { name: '.debug_info', bytes: unit.build() },
        { name: '.debug_abbrev', bytes: abbreviations.build() },
        { name: '.debug_rnglists', bytes: lists.build() },
        { name: '.debug_addr', bytes: addresses.build() },
      ]),
    )!;
    for (const start of [0x300, 0x310, 0x400, 0x500, 0x600, 0x700]) {
      expect([start, namesAt(info, LOW + start), namesAt(info, LOW + start + 0xf)]).toEqual([
        start,
        ['scattered'],
        ['scattered'],
      ]);
    }
    for (const outside of [0x2ff, 0x320, 0x410, 0x5ff, 0x610, 0x710])
      expect(namesAt(info, LOW + outside)).toEqual([]);
  });
});

describe('damaged debug information', () => {
  test('origins that lead in a circle have no name, and end', () => {
    const info = openUnit(
      buildUnit((out) => {
        function_(out, 'one', LOW, 0x100).u8(0);
        out.label('one').uleb(CODES.function).offsetOf('two').u64(0).uleb(0).u8(0);
        out.label('two').uleb(CODES.function).offsetOf('one').u64(0).uleb(0).u8(0);
      }),
    );
    const [frame, ...others] = info.inlineChain(LOW);
    expect([frame.name, frame.linkageName, frame.hasDeclaredFile]).toEqual([undefined, undefined, false]);
    expect([frame.isInlined, frame.callFile, frame.callLine, frame.callColumn]).toEqual([
      false,
      undefined,
      0,
      0,
    ]);
    expect(others).toEqual([]);
  });

  test('an origin outside the section and a name at 4 GiB have no name', () => {
    const outside = openUnit(
      buildUnit((out) => {
        out.uleb(CODES.function).u32(0xffff_fff0).u64(LOW).uleb(0x100).u8(0);
      }),
    );
    expect(namesAt(outside, LOW)).toEqual([undefined]);
    const huge = openUnit(
      buildUnit((out) => {
        function_(out, 'huge', LOW, 0x100).u8(0);
        abstract(out, 'huge', 0xffff_ffff, 'huge');
      }),
    );
    expect(namesAt(huge, LOW)).toEqual([undefined]);
  });

  test('a missing abbreviation ends its unit; the functions before it are known, and it is counted once', () => {
    const info = openUnit(
      buildUnit((out) => {
        function_(out, 'outer', LOW, 0x100).u8(0);
        abstract(out, 'outer', 0, 'outer');
        out.uleb(99);
        function_(out, 'outer', LOW + 0x200, 0x100).u8(0);
      }),
    );
    expect(namesAt(info, LOW)).toEqual(['outer']);
    expect(namesAt(info, LOW + 0x200)).toEqual([]);
    expect(info.findings).toEqual([{ code: 'damaged-unit', count: 1, sectionOffsets: [0] }]);
  });

  test('scopes that are nested without end are cut off', () => {
    const info = openUnit(
      buildUnit((out) => {
        for (let i = 0; i < 10_000; i++) inlined(out, 'start', LOW, 0x100);
      }),
    );
    expect(namesAt(info, LOW)).toEqual([]);
    expect(info.findings.map((finding) => finding.code)).toEqual(['damaged-unit']);
  });

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(1)],
    ['a length of all ones', new Uint8Array(40).fill(0xff)],
    ['a unit of an unknown version', new SectionBuilder().u32(7).u16(77).u8(0, 0, 0, 0, 8).build()],
    [
      'a unit that is longer than the section',
      new SectionBuilder().u32(0x1000).u16(5).u8(1, 8).u32(0).build(),
    ],
  ])('%s in .debug_info', (_name, bytes) => {
    const info = DebugInfo.open(openBuiltElf([{ name: '.debug_info', bytes }]))!;
    expect([info.inlineChain(LOW), info.findLine(LOW)]).toEqual([[], undefined]);
  });
});
