/** The rules of symbol tables one by one, on small files; symbol-table.test.ts compares whole tables with perf. */

import { ElfImage, MemoryByteSource, ParseError } from '../../parser';
import { SymbolSearchTree } from './symbol-search-tree';
import { SymbolTable } from './symbol-table';
import {
  buildElf,
  symbolSections,
  textSection,
  type BuiltSection,
  type BuiltSymbol,
} from '../test-support/elf-builder';

const STB_LOCAL = 0;
const STB_WEAK = 2;
const STT_NOTYPE = 0;
const STT_OBJECT = 1;
const STT_SECTION = 3;
const EM_AARCH64 = 183;

function parse(bytes: Uint8Array): ElfImage {
  return ElfImage.parse(new MemoryByteSource('built', bytes));
}

function tableOf(symbols: readonly BuiltSymbol[], options: { machine?: number } = {}): SymbolTable {
  const sections: BuiltSection[] = [
    textSection(0x1000, 0x1000),
    { name: '.data', type: 1, flags: 3, svma: 0x3000, bytes: new Uint8Array(0x100) },
    { name: '.eh_frame', type: 1, flags: 2, svma: 0x3200, bytes: new Uint8Array(0x100) },
    { name: '.comment', type: 1, bytes: new Uint8Array(16) },
  ];
  const bytes = buildElf([...sections, ...symbolSections(symbols, sections)], options);
  return SymbolTable.fromImages(parse(bytes), undefined);
}

function nameAt(table: SymbolTable, svma: number): string | undefined {
  const index = table.find(svma);
  return index < 0 ? undefined : table.name(index);
}

describe('of several symbols at one address', () => {
  const at = { value: 0x1100, sizeBytes: 16 };
  test.each<[string, BuiltSymbol, BuiltSymbol]>([
    ['a function over a label', { name: 'f', ...at }, { name: 'a_label', ...at, type: STT_NOTYPE }],
    ['a strong one', { name: 'f', ...at, binding: STB_LOCAL }, { name: 'weak', ...at, binding: STB_WEAK }],
    ['a global one', { name: 'f', ...at }, { name: 'local', ...at, binding: STB_LOCAL }],
    ['fewer underscores', { name: 'f', ...at }, { name: '_long_name', ...at }],
    ['the longer name', { name: 'f_longer', ...at }, { name: 'f_short', ...at }],
  ])('%s is chosen, in either order', (_rule, winner, loser) => {
    const other = { name: 'other', value: 0x1200, sizeBytes: 4 };
    expect(nameAt(tableOf([winner, loser, other]), 0x1104)).toBe(winner.name);
    expect(nameAt(tableOf([loser, winner, other]), 0x1104)).toBe(winner.name);
  });

  test('one without a size loses, unless it is the last of them: that is stretched first', () => {
    const sized = { name: 'sized', ...at };
    const sizeless = { name: 'sizeless', value: 0x1100 };
    expect(nameAt(tableOf([sizeless, sized]), 0x1100)).toBe('sized');
    expect(nameAt(tableOf([sized, sizeless]), 0x1100)).toBe('sizeless');
  });

  test('the first is chosen where nothing else decides', () => {
    expect(
      nameAt(
        tableOf([
          { name: 'ab', ...at },
          { name: 'cd', ...at },
        ]),
        0x1100,
      ),
    ).toBe('ab');
    expect(
      nameAt(
        tableOf([
          { name: 'SyS_a', ...at },
          { name: 'sys_a', ...at },
        ]),
        0x1100,
      ),
    ).toBe('sys_a');
  });
});

test('symbols without a size end where the next begins, the last after its page', () => {
  const table = tableOf([
    { name: 'a', value: 0x1010 },
    { name: 'b', value: 0x1030, sizeBytes: 8 },
    { name: 'c', value: 0x1040 },
  ]);
  expect(nameAt(table, 0x100f)).toBeUndefined();
  expect(nameAt(table, 0x102f)).toBe('a');
  expect(nameAt(table, 0x1038)).toBeUndefined();
  expect(nameAt(table, 0x1fff)).toBe('c');
  expect(table.end(table.find(0x1010))).toBe(0x1030);
});

test('only what perf takes for a symbol is one', () => {
  const at = (name: string, value: number, rest: Partial<BuiltSymbol>) => ({
    name,
    value,
    sizeBytes: 8,
    ...rest,
  });
  const table = tableOf([
    at('function', 0x1000, {}),
    at('label', 0x1010, { type: STT_NOTYPE }),
    at('hidden_label', 0x1020, { type: STT_NOTYPE, visibility: 2 }),
    at('section', 0x1030, { type: STT_SECTION }),
    at('absolute', 0x1040, { section: 0xfff1 }),
    at('undefined', 0x1050, { section: 0 }),
    at('not_loaded', 0x1060, { section: '.comment' }),
    at('variable', 0x3000, { type: STT_OBJECT, section: '.data' }),
    at('data_label', 0x3010, { type: STT_NOTYPE, section: '.data' }),
    at('other_label', 0x3200, { type: STT_NOTYPE, section: '.eh_frame' }),
    at('no_such_section', 0x1070, { section: 99 }),
  ]);
  const names = Array.from({ length: table.count }, (_, i) => table.name(i));
  expect(names.sort()).toEqual(['data_label', 'function', 'label', 'variable']);
});

test('marks of code and data on AArch64 are not symbols, elsewhere they are', () => {
  const marks = ['$x', '$d.12', '$t', '$axis'].map((name, i) => ({
    name,
    value: 0x1000 + 16 * i,
    type: STT_NOTYPE,
  }));
  expect(tableOf(marks, { machine: EM_AARCH64 }).count).toBe(1);
  expect(tableOf(marks).count).toBe(4);
});

test('big-endian files are read as well', () => {
  const sections = [textSection(0x1000, 64)];
  const options = { littleEndian: false };
  const symbols = symbolSections([{ name: 'main', value: 0x1008, sizeBytes: 8 }], sections, options);
  const table = SymbolTable.fromImages(parse(buildElf([...sections, ...symbols], options)), undefined);
  expect(nameAt(table, 0x100f)).toBe('main');
});

test('a debug file has the names, the image the places', () => {
  const image = parse(buildElf([textSection(0x1000, 64)]));
  const sections: BuiltSection[] = [{ name: '.text', type: 8, flags: 6, svma: 0x1000, sizeBytes: 64 }];
  const debug = parse(
    buildElf([...sections, ...symbolSections([{ name: 'main', value: 0x1010, sizeBytes: 8 }], sections)]),
  );
  const both = SymbolTable.fromImages(image, debug);
  expect(nameAt(both, 0x1010)).toBe('main');
  const fileOffset = image.fileOffsetOf(0x1014);
  expect(both.findByFileOffset(fileOffset)).toBe(both.find(0x1014));
  expect(fileOffset - both.startFileOffset(0)).toBe(4);
  expect(nameAt(SymbolTable.fromImages(undefined, debug), 0x1017)).toBe('main');
  expect(SymbolTable.fromImages(image, undefined).count).toBe(0);
  expect(SymbolTable.fromImages(undefined, undefined).find(0x1010)).toBe(-1);
});

test('a table that the file does not hold whole is refused', () => {
  const sections = [textSection(0x1000, 64)];
  const symbols = symbolSections([{ name: 'main', value: 0x1000 }], sections);
  const bytes = buildElf([...sections, ...symbols]);
  const view = new DataView(bytes.buffer);
  const sectionsAt = Number(view.getBigUint64(40, true));
  view.setBigUint64(sectionsAt + 64 * 2 + 32, 1n << 40n, true);
  expect(() => SymbolTable.fromImages(parse(bytes), undefined)).toThrow(ParseError);
});

test('the search tree finds what a search through all finds, whatever is inserted and erased', () => {
  let state = 99;
  const next = (bound: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % bound;
  };
  const count = 500;
  const places = Array.from({ length: count }, (_, i) => i * 10);
  for (let i = count - 1; i > 0; i--) {
    const other = next(i + 1);
    [places[i], places[other]] = [places[other], places[i]];
  }
  const starts = Float64Array.from(places);
  const ends = starts.map((start) => start + 1 + next(10));
  const tree = new SymbolSearchTree(starts, ends, count);
  const alive = new Set<number>();
  const check = () => {
    for (let i = 0; i < 60; i++) {
      const place = next(count * 10);
      const expected = [...alive].find((symbol) => place >= starts[symbol] && place < ends[symbol]) ?? -1;
      expect(tree.find(place)).toBe(expected);
    }
  };
  for (let symbol = 0; symbol < count; symbol++) {
    tree.insert(symbol);
    alive.add(symbol);
    if (next(3) === 0) {
      const erased = [...alive][next(alive.size)];
      tree.erase(erased);
      alive.delete(erased);
    }
    if (symbol % 25 === 0) check();
  }
  for (const symbol of alive) {
    tree.erase(symbol);
    alive.delete(symbol);
    if (alive.size % 40 === 0) check();
  }
  expect(tree.find(starts[0])).toBe(-1);
});
