import { execFileSync } from 'node:child_process';
import { FileByteSource } from '../io/file-byte-source';
import { MemoryByteSource, ParseError } from '../bytes';
import { SHT_DYNSYM } from './constants';
import { ElfImage } from './elf-image';

const NODE = process.execPath;

describe('ElfImage', () => {
  test('agrees with readelf about the sections, build id and dynamic symbols of a real program', () => {
    const image = ElfImage.parse(FileByteSource.open(NODE));
    const table = execFileSync('readelf', ['-SW', NODE], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const rows = [...table.matchAll(/^ +\[ *(\d+)\] (\S*) +\S+ +([0-9a-f]{16}) ([0-9a-f]+) ([0-9a-f]+)/gm)];
    expect(rows.length).toBeGreaterThan(20);
    for (const [, index, name, svma, offset, size] of rows) {
      const section = image.sections[Number(index)];
      expect(section.name.slice(0, 16)).toBe(name.slice(0, 16));
      expect([section.svma, section.fileOffset, section.sizeBytes]).toEqual(
        [svma, offset, size].map((hex) => parseInt(hex, 16)),
      );
    }
    const dynamic = image.symbols(SHT_DYNSYM)!;
    const printed = execFileSync('readelf', ['--dyn-syms', '-W', NODE], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect(printed).toContain(`contains ${dynamic.count} entries`);
  });

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
