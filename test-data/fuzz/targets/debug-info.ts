/** Debug information and call frame information: their sections, damaged each by itself, in files that are put together anew. */

import {
  CfaKind,
  CfiRow,
  CfiTable,
  DebugInfo,
  ElfImage,
  evaluateExpression,
  MemoryByteSource,
  RowStatus,
  RuleKind,
} from '../../../parser';
import { DwarfSections } from '../../../parser/dwarf/dwarf-sections';
import { LineTable } from '../../../parser/dwarf/line/line-table';
import { buildElf } from '../../../parser/dwarf/test-support/elf-builder';
import { SectionBuilder } from '../../../parser/dwarf/test-support/section-builder';
import { lengthPrefixedLayout } from '../damage/layouts';
import type { Input, Target } from '../target';
import { programs } from './binaries';
import { debugPrograms, dwzPrograms, hasToolchain, splitProgram } from './compiled';

const LOOKUPS = 48;
const MOST_FDES = 64;

function parse(bytes: Uint8Array): ElfImage {
  return ElfImage.parse(new MemoryByteSource('input', bytes));
}

/** Sections by name and, put before their names, byte order and address of the code. */
function sectionsOf(file: Uint8Array, wanted: RegExp, prefix = ''): [string, Uint8Array][] {
  const image = parse(file);
  const text = image.findSection('.text');
  const order = image.littleEndian ? 'le' : 'be';
  return image.sections
    .filter(({ name }) => wanted.test(name))
    .map((section) => [
      `${order} ${(text?.svma ?? 0).toString(16)} ${section.svma.toString(16)} ${prefix}${section.name}`,
      image.readSection(section).slice(),
    ]);
}

/** The file of the sections whose names begin with a prefix. */
function build(input: Input, prefix = ''): { image: ElfImage; text: number } {
  const littleEndian = ![...input.keys()][0].startsWith('be');
  let text = 0;
  const sections = [...input].flatMap(([key, bytes]) => {
    const [, textSvma, svma, name] = key.split(' ');
    if (!name.startsWith(`${prefix}.`)) return [];
    text = parseInt(textSvma, 16);
    return [{ name: name.slice(prefix.length), bytes, svma: parseInt(svma, 16) }];
  });
  return { image: parse(buildElf(sections, littleEndian)), text };
}

function layout(part: string, bytes: Uint8Array) {
  return lengthPrefixedLayout(bytes, !part.startsWith('be'));
}

function allPrograms(): Uint8Array[] {
  return [...programs(), ...debugPrograms()];
}

function askEverything(info: DebugInfo | undefined, text: number): void {
  for (let i = 0; i < LOOKUPS; i++) {
    const svma = text + i * 13;
    for (const frame of info?.inlineChain(svma) ?? []) void [frame.name, frame.callFile, frame.callLine];
    info?.findLine(svma);
    info?.findNearestLine(svma);
  }
}

export const debugInfo: Target = {
  name: 'debug-info',
  seeds: () => allPrograms().map((file) => new Map(sectionsOf(file, /^\.debug_/))),
  layout,
  run(input) {
    const { image, text } = build(input);
    askEverything(DebugInfo.open(image), text);
  },
};

/** The index of a package of one split unit (DWARF 5, 7.3.5.3): its id, and where its parts of the sections are. */
function unitIndex(sections: readonly [string, Uint8Array][]): Uint8Array {
  // DW_SECT_INFO, _ABBREV, _LINE, _STR_OFFSETS, _RNGLISTS.
  const columns = [
    [1, 'info'],
    [3, 'abbrev'],
    [4, 'line'],
    [6, 'str_offsets'],
    [8, 'rnglists'],
  ] as const;
  const bytesOf = (name: string) => sections.find(([key]) => key.endsWith(`dwo.debug_${name}.dwo`))?.[1];
  const there = columns.filter(([, name]) => bytesOf(name) !== undefined);
  const out = new SectionBuilder().u16(5).u16(0).u32(there.length).u32(1).u32(2);
  const info = bytesOf('info')!;
  // The id follows length, version, kind, address size and abbreviations.
  const id = new DataView(info.buffer, info.byteOffset + 12, 8);
  const slot = id.getUint32(0, true) & 1;
  for (let i = 0; i < 2; i++)
    out.u32(i === slot ? id.getUint32(0, true) : 0).u32(i === slot ? id.getUint32(4, true) : 0);
  for (let i = 0; i < 2; i++) out.u32(i === slot ? 1 : 0);
  for (const [number] of there) out.u32(number);
  for (let i = 0; i < there.length; i++) out.u32(0);
  for (const [, name] of there) out.u32(bytesOf(name)!.length);
  return out.build();
}

export const splitDebugInfo: Target = {
  name: 'debug-split',
  missing: hasToolchain ? undefined : 'the toolchain root',
  seeds() {
    const { program, dwo } = splitProgram();
    const [first] = dwo.values();
    const { one, shared } = dwzPrograms();
    const split = sectionsOf(first, /^\.debug_/, 'dwo');
    return [
      new Map([
        ...sectionsOf(program, /^\.debug_/),
        ...split,
        ['le 0 0 dwo.debug_cu_index', unitIndex(split)],
      ]),
      new Map([
        ...sectionsOf(one, /^\.(debug_|gnu_debugaltlink)/),
        ...sectionsOf(shared, /^\.debug_/, 'sup'),
      ]),
    ];
  },
  layout,
  run(input) {
    const { image, text } = build(input);
    const other = (prefix: string) => () => build(input, prefix).image;
    const info = DebugInfo.open(image, { openSplitUnit: other('dwo'), openSupplementary: other('sup') });
    askEverything(info, text);
    // The same unit in a package.
    askEverything(DebugInfo.open(image, { openPackage: other('dwo') }), text);
  },
};

export const lineTables: Target = {
  name: 'debug-line',
  seeds: () => allPrograms().map((file) => new Map(sectionsOf(file, /^\.debug_(line|line_str|str)$/))),
  layout,
  run(input) {
    const sections = DwarfSections.ofImage(build(input).image, '', undefined);
    const size = sections.bytes('line').length;
    for (const offset of [0, ...Array.from({ length: 8 }, (_, i) => Math.floor((size * (i + 1)) / 9))]) {
      const table = LineTable.parse(sections, offset, '/somewhere');
      table?.visitRows((_svma, row) => table.filePath(row.file));
      table?.findRow(0x401000);
    }
  },
};

const anything = {
  littleEndian: true,
  wordSizeBytes: 8 as const,
  loadBias: 0,
  cfa: 0x7000,
  register: (number: number) => number * 16,
  readMemory: (avma: number) => avma + 1,
};

export const callFrames: Target = {
  name: 'eh-frame',
  seeds: () =>
    allPrograms()
      .map((file) => {
        const own = sectionsOf(file, /^\.(eh_frame|eh_frame_hdr|debug_frame)$/);
        const frames = own.find(([name]) => name.endsWith(' .eh_frame'));
        if (!frames || own.some(([name]) => name.endsWith('.debug_frame'))) return new Map(own);
        return new Map([...own, [`${frames[0].slice(0, -'.eh_frame'.length)}.debug_frame`, frames[1]]]);
      })
      .filter(({ size }) => size > 0),
  layout,
  run(input) {
    const { image } = build(input);
    for (const table of [CfiTable.fromEhFrame(image), CfiTable.fromDebugFrame(image)]) {
      if (table) decodeRows(table);
    }
  },
};

function decodeRows(table: CfiTable): void {
  const row = new CfiRow();
  for (let index = 0; index < Math.min(table.fdeCount, MOST_FDES); index++) {
    table.visitRows(index, () => undefined);
    for (const offset of [0, 1, 5, 17, 63]) {
      const svma = table.fdeStartSvma[index] + offset;
      if (table.decodeRowInto(svma, row) !== RowStatus.Found) continue;
      if (!(row.startSvma <= svma && svma < row.endSvma))
        throw new Error(`broken promise: row for 0x${svma.toString(16)}`);
      evaluateExpressions(row);
    }
  }
}

function evaluateExpressions(row: CfiRow): void {
  if (row.cfaKind === CfaKind.Expression)
    evaluateExpression(row.section, row.cfaExpressionStart, row.cfaExpressionEnd, anything);
  for (let i = 0; i < row.ruledCount; i++) {
    const register = row.ruledRegisters[i];
    const kind: RuleKind = row.ruleKind[register];
    if (kind !== RuleKind.Expression && kind !== RuleKind.ValExpression) continue;
    evaluateExpression(
      row.section,
      row.ruleValue[register],
      row.ruleExpressionEnd[register],
      anything,
      anything.cfa,
    );
  }
}
