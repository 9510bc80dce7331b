import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileByteSource } from '../io/file-byte-source';
import { MemoryByteSource, ParseError } from '../bytes';
import { describeWith, run, TOOLCHAIN } from '../dwarf/test-support/places';
import { PF_R, PF_W, PF_X, SHT_DYNSYM, STB_GLOBAL, STT_FUNC } from './constants';
import { ElfImage } from './elf-image';
import type { ElfSymbolTable } from './elf-symbols';

const libc32 = join(TOOLCHAIN, 'usr/lib32/libc.so.6');

/** "R E" as PF_*. */
function flagsOf(letters: string): number {
  return (letters[0] === 'R' ? PF_R : 0) | (letters[1] === 'W' ? PF_W : 0) | (letters[2] === 'E' ? PF_X : 0);
}

/** Segments, sections, build id and dynamic symbols of a file, as readelf prints them. */
function expectAsReadelf(path: string): void {
  const image = ElfImage.parse(FileByteSource.open(path));
  const rows = [
    ...run('readelf', ['-SW', path]).matchAll(
      /^ +\[ *(\d+)\] (\S*) +\S+ +([0-9a-f]{8,16}) ([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) /gm,
    ),
  ];
  expect(rows.length).toBeGreaterThan(20);
  for (const [, index, name, ...numbers] of rows) {
    const section = image.sections[Number(index)];
    expect(section.name.slice(0, 16)).toBe(name.slice(0, 16));
    const { svma, fileOffset, sizeBytes, entrySizeBytes } = section;
    expect([svma, fileOffset, sizeBytes, entrySizeBytes]).toEqual(numbers.map((hex) => parseInt(hex, 16)));
  }
  const segments = [
    ...run('readelf', ['-lW', path]).matchAll(
      /^ +(?!\[)\S+ +0x(\w+) 0x(\w+) 0x\w+ 0x(\w+) 0x(\w+) (...) 0x(\w+)$/gm,
    ),
  ];
  expect(segments.length).toBe(image.segments.length);
  segments.forEach(([, offset, svma, fileSize, memorySize, flags, alignment], i) => {
    const segment = image.segments[i];
    const sizes = [segment.fileOffset, segment.svma, segment.fileSizeBytes, segment.memorySizeBytes];
    expect(sizes).toEqual([offset, svma, fileSize, memorySize].map((hex) => parseInt(hex, 16)));
    expect(segment.alignmentBytes).toBe(parseInt(alignment, 16));
    expect(segment.flags).toBe(flagsOf(flags));
  });
  const dynamic = image.symbols(SHT_DYNSYM)!;
  const printed = run('readelf', ['--dyn-syms', '-W', path]);
  expect(printed).toContain(`contains ${dynamic.count} entries`);
  const functions = [
    ...printed.matchAll(/^ +(\d+): ([0-9a-f]+) +(\d+) FUNC +GLOBAL +\S+ +(\d+) ([^\s@]+)/gm),
  ];
  expect(functions.length).toBeGreaterThan(10);
  for (const [, index, svma, size, section, name] of functions) {
    const i = Number(index);
    expect([dynamic.svma[i], dynamic.sizeBytes[i], dynamic.sectionIndex[i], dynamic.name(i)]).toEqual([
      parseInt(svma, 16),
      Number(size),
      Number(section),
      name,
    ]);
    expect([dynamic.type(i), dynamic.binding(i)]).toEqual([STT_FUNC, STB_GLOBAL]);
  }
  const buildId = /Build ID: ([0-9a-f]+)/.exec(run('readelf', ['-n', path]))?.[1];
  expect(image.buildId && Buffer.from(image.buildId).toString('hex')).toBe(buildId);
}

/** The dynamic symbols of a file once its section headers are gone are those that they lead to. */
function expectSameDynamicSymbols(path: string): void {
  const bytes = new Uint8Array(readFileSync(path));
  const listed = ElfImage.parse(new MemoryByteSource(path, bytes)).symbols(SHT_DYNSYM)!;
  // e_shoff, a word; then the three numbers at the end of the header.
  const is64 = bytes[4] === 2;
  bytes.fill(0, is64 ? 40 : 32, is64 ? 48 : 36);
  bytes.fill(0, is64 ? 58 : 46, is64 ? 64 : 52);
  const image = ElfImage.parse(new MemoryByteSource(path, bytes));
  expect(image.sections).toEqual([]);
  const found = image.symbols(SHT_DYNSYM)!;
  expect(found.count).toBe(listed.count);
  expect(found.svma.join(' ')).toBe(listed.svma.join(' '));
  const names = (table: ElfSymbolTable) =>
    Array.from({ length: table.count }, (_, i) => table.name(i)).join(' ');
  expect(names(found)).toBe(names(listed));
}

describe('ElfImage', () => {
  test('finds the dynamic symbols of a file without section headers', () =>
    expectSameDynamicSymbols(process.execPath));

  test('reads a program whose section headers lie outside the file, and says so', () => {
    const bytes = new Uint8Array(readFileSync(process.execPath));
    new DataView(bytes.buffer).setBigUint64(40, BigInt(bytes.length), true);
    const image = ElfImage.parse(new MemoryByteSource('x', bytes));
    expect(image.symbols(SHT_DYNSYM)!.count).toBeGreaterThan(100);
    expect([...image.problems].join()).toMatch(/^no section headers: .*: the file ends too early/);
  });

  test('a size above 2^63 is large, not negative: its section cannot be read, the others can', () => {
    const bytes = new Uint8Array(readFileSync(process.execPath));
    const view = new DataView(bytes.buffer);
    const { index } = ElfImage.parse(new MemoryByteSource('x', bytes)).findSection('.comment')!;
    const header = Number(view.getBigUint64(40, true)) + index * view.getUint16(58, true);
    view.setBigUint64(header + 32, 0xa000_0000_0000_0000n, true);
    const image = ElfImage.parse(new MemoryByteSource('x', bytes));
    expect(image.sections[index].sizeBytes).toBe(0xa000_0000_0000_0000);
    expect(() => image.readSection(image.sections[index])).toThrow(ParseError);
    expect(image.readSection(image.findSection('.dynstr')!).length).toBeGreaterThan(100);
  });

  test('agrees with readelf about a program of this system', () => expectAsReadelf(process.execPath));

  test.each([
    ['an empty file', new Uint8Array(0)],
    ['a text file', new TextEncoder().encode('#!/bin/sh\n'.repeat(10))],
    [
      'a header and nothing else',
      Uint8Array.from({ length: 64 }, (_, i) => [0x7f, 0x45, 0x4c, 0x46, 2, 1][i] ?? 0xff),
    ],
  ])('refuses %s with a typed error', (_name, bytes) => {
    expect(() => ElfImage.parse(new MemoryByteSource('x', bytes))).toThrow(ParseError);
  });
});

const libraries = [
  'usr/lib32',
  'usr/aarch64-linux-gnu/lib',
  'usr/arm-linux-gnueabihf/lib',
  'usr/s390x-linux-gnu/lib',
].map((folder) => join(TOOLCHAIN, folder, 'libc.so.6'));
describeWith({ toolchain: libraries.every(existsSync) }, 'dynamic symbols without section headers', () => {
  // Of both classes, both byte orders, and both kinds of hash tables.
  test.each(libraries)('%s', expectSameDynamicSymbols);
});

describeWith({ toolchain: existsSync(libc32) }, 'ElfImage of a 32-bit library', () => {
  test('agrees with readelf', () => expectAsReadelf(libc32));
});
