/**
 * The headers of an ELF file, of both classes and byte orders (System V gABI, "ELF Header", "Section Header", "Program
 * Header"). A word is 4 bytes in ELF32 and 8 in ELF64:
 *
 *   ELF header       0 ident | 16 type u16 | 18 machine u16 | 20 version u32 | 24 entry, phoff, shoff: words | flags u32
 *                    then u16 each: ehsize, phentsize, phnum, shentsize, shnum, shstrndx
 *   section header   name u32 | type u32 | flags, addr, offset, size: words | link u32 | info u32 | addralign, entsize: words
 *   program header   ELF64: type u32 | flags u32 | offset, vaddr, paddr, filesz, memsz, align: words
 *                    ELF32: type u32 | offset, vaddr, paddr, filesz, memsz: words | flags u32 | align word
 */

import { ByteReader, ParseError, decodeCString, type ByteSource } from '../bytes';
import * as elf from './constants';

export type WordSize = 4 | 8;

export interface ElfSection {
  readonly index: number;
  readonly name: string;
  /** SHT_*. */
  readonly type: number;
  /** SHF_*, the low 32 bits. */
  readonly flags: number;
  /** Address as stated in the file; 0 where the section is not loaded. */
  readonly svma: number;
  readonly fileOffset: number;
  /** Size in the file (compressed size where the section is compressed). */
  readonly sizeBytes: number;
  readonly link: number;
  readonly info: number;
  readonly alignmentBytes: number;
  readonly entrySizeBytes: number;
}

export interface ElfSegment {
  /** PT_*. */
  readonly type: number;
  /** PF_*. */
  readonly flags: number;
  readonly fileOffset: number;
  readonly svma: number;
  readonly fileSizeBytes: number;
  readonly memorySizeBytes: number;
  readonly alignmentBytes: number;
}

/** Where a table of headers is. */
interface HeaderTable {
  readonly fileOffset: number;
  readonly entrySizeBytes: number;
  readonly count: number;
}

export interface ElfHeader {
  /** Size of an address: 4 in ELF32, 8 in ELF64. */
  readonly wordSizeBytes: WordSize;
  readonly littleEndian: boolean;
  /** ET_*. */
  readonly type: number;
  /** EM_*. */
  readonly machine: number;
  /** Where the program begins, as stated in the file; 0 where it says nothing. */
  readonly entrySvma: number;
  readonly segments: HeaderTable;
  readonly sections: HeaderTable;
  /** Index of the section that holds the names of sections. */
  readonly namesIndex: number;
}

const SHORTEST_FILE_BYTES = 52;

/** @throws ParseError when it is none, or is cut off */
export function readElfHeader(source: ByteSource): ElfHeader {
  const bytes = source.read(0, Math.min(64, source.sizeBytes));
  const isElf = bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
  if (bytes.length < SHORTEST_FILE_BYTES || !isElf) {
    throw new ParseError({
      what: 'not an ELF file',
      where: source.name,
      expected: 'the bytes 7f 45 4c 46',
    });
  }
  if (bytes[4] !== elf.ELFCLASS32 && bytes[4] !== elf.ELFCLASS64) {
    throw new ParseError({
      what: 'ELF class',
      where: source.name,
      found: String(bytes[4]),
      expected: '1 (32-bit) or 2 (64-bit)',
    });
  }
  const wordSizeBytes = bytes[4] === elf.ELFCLASS32 ? 4 : 8;
  const littleEndian = bytes[5] !== 2;
  const reader = new ByteReader(bytes, littleEndian, `${source.name}, ELF header`);
  reader.seek(16);
  const type = reader.readU16();
  const machine = reader.readU16();
  reader.skip(4);
  const entrySvma = readWord(reader, wordSizeBytes);
  const segmentsOffset = readOffset(reader, wordSizeBytes);
  const sectionsOffset = readOffset(reader, wordSizeBytes);
  reader.skip(6);
  const segments = readTable(reader, segmentsOffset);
  const sections = readTable(reader, sectionsOffset);
  const namesIndex = reader.readU16();
  return { wordSizeBytes, littleEndian, type, machine, entrySvma, segments, sections, namesIndex };
}

/** @throws ParseError when the file does not hold them all */
export function readSegments(source: ByteSource, header: ElfHeader): ElfSegment[] {
  const { wordSizeBytes, segments: table } = header;
  if (table.count === 0 || table.entrySizeBytes < (wordSizeBytes === 8 ? 56 : 32)) return [];
  const reader = readerOfTable(source, header, table, 'program headers');
  const segments: ElfSegment[] = [];
  for (let i = 0; i < table.count; i++) {
    reader.seek(i * table.entrySizeBytes);
    const type = reader.readU32();
    let flags = wordSizeBytes === 8 ? reader.readU32() : 0;
    const fileOffset = readExtent(reader, wordSizeBytes);
    const svma = readWord(reader, wordSizeBytes);
    reader.skip(wordSizeBytes);
    const fileSizeBytes = readExtent(reader, wordSizeBytes);
    const memorySizeBytes = readExtent(reader, wordSizeBytes);
    if (wordSizeBytes === 4) flags = reader.readU32();
    const alignmentBytes = readExtent(reader, wordSizeBytes);
    segments.push({ type, flags, fileOffset, svma, fileSizeBytes, memorySizeBytes, alignmentBytes });
  }
  return segments;
}

/** Sections of functions have their mangled names, which reach some kilobytes; what is longer is cut. */
const LONGEST_NAME_BYTES = 1 << 16;
/** Many sections may share one long name, so that a small file would take all memory. */
const MOST_NAME_BYTES = 1 << 25;

/**
 * The sections; empty in files without section headers.
 * @param problems gets a sentence where not all names are read
 * @throws ParseError when the file does not hold them all
 */
export function readSections(source: ByteSource, header: ElfHeader, problems: Set<string>): ElfSection[] {
  const { wordSizeBytes, sections: table } = header;
  if (table.fileOffset === 0 || table.entrySizeBytes < (wordSizeBytes === 8 ? 64 : 40)) return [];
  let { count } = table;
  let { namesIndex } = header;
  if (count === 0 || namesIndex === elf.SHN_XINDEX) {
    // More than 65,279 sections: the true numbers are in the header of section 0 (gABI, "Section Header").
    const first = readerOfTable(source, header, { ...table, count: 1 }, 'section headers');
    first.seek(8 + 3 * wordSizeBytes);
    if (count === 0) count = readOffset(first, wordSizeBytes);
    first.seek(8 + 4 * wordSizeBytes);
    if (namesIndex === elf.SHN_XINDEX) namesIndex = first.readU32();
  }
  const reader = readerOfTable(source, header, { ...table, count }, 'section headers');
  const nameOffsets: number[] = [];
  const sections: ElfSection[] = [];
  for (let index = 0; index < count; index++) {
    reader.seek(index * table.entrySizeBytes);
    nameOffsets.push(reader.readU32());
    sections.push({
      index,
      name: '',
      type: reader.readU32(),
      flags: readWord(reader, wordSizeBytes) >>> 0,
      svma: readWord(reader, wordSizeBytes),
      fileOffset: readExtent(reader, wordSizeBytes),
      sizeBytes: readExtent(reader, wordSizeBytes),
      link: reader.readU32(),
      info: reader.readU32(),
      alignmentBytes: readExtent(reader, wordSizeBytes),
      entrySizeBytes: readExtent(reader, wordSizeBytes),
    });
  }
  const names = sections[namesIndex];
  if (!names || names.type === elf.SHT_NOBITS) return sections;
  const strings = source.read(names.fileOffset, names.sizeBytes);
  let nameBytes = 0;
  return sections.map((section, i) => {
    if (nameBytes > MOST_NAME_BYTES) return section;
    const name = decodeCString(strings.subarray(0, nameOffsets[i] + LONGEST_NAME_BYTES), nameOffsets[i]);
    nameBytes += name.length;
    if (nameBytes > MOST_NAME_BYTES) {
      problems.add(
        `the names of the sections are longer than ${MOST_NAME_BYTES} bytes together: those after section ${i} are left out`,
      );
    }
    return { ...section, name };
  });
}

/** An address of a file's class; 8 bytes as a signed double. */
export function readWord(reader: ByteReader, wordSizeBytes: WordSize): number {
  return wordSizeBytes === 8 ? reader.readAddress() : reader.readU32();
}

/**
 * A size or offset of a segment or section, or in one: unsigned, and not exact beyond 2^53. One that is absurd makes its own section
 * unreadable, not the file: packers leave such headers.
 */
export function readExtent(reader: ByteReader, wordSizeBytes: WordSize): number {
  const word = readWord(reader, wordSizeBytes);
  return word < 0 ? word + 2 ** 64 : word;
}

/** A size or offset that the whole file depends on. @throws ParseError when it exceeds 2^53 - 1 */
function readOffset(reader: ByteReader, wordSizeBytes: WordSize): number {
  return wordSizeBytes === 8 ? reader.readSize() : reader.readU32();
}

function readTable(reader: ByteReader, fileOffset: number): HeaderTable {
  return { fileOffset, entrySizeBytes: reader.readU16(), count: reader.readU16() };
}

function readerOfTable(
  source: ByteSource,
  { littleEndian }: ElfHeader,
  { fileOffset, entrySizeBytes, count }: HeaderTable,
  what: string,
): ByteReader {
  const bytes = source.read(fileOffset, entrySizeBytes * count);
  return new ByteReader(bytes, littleEndian, `${source.name}, ${what}`);
}
