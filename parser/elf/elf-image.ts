/**
 * One ELF64 file, read lazily: the headers at once, sections and symbol tables when they are asked for.
 * Implements the System V gABI, chapters 4 and 5, for both byte orders.
 *
 *   0  e_ident | 16 type u16 | 18 machine u16 | 24 entry u64 | 32 phoff u64 | 40 shoff u64 | 48 flags u32
 *   52 ehsize | 54 phentsize | 56 phnum | 58 shentsize | 60 shnum | 62 shstrndx      (u16 each)
 *
 * Left out on purpose: ELF32 (none of the architectures that SFrame supports uses it).
 */

import { zstdDecompress, zlibInflate } from '../bytes/inflate';
import { ByteReader, ParseError, decodeCString, type ByteSource } from '../bytes';
import * as elf from './constants';
import { ElfSymbolTable } from './elf-symbols';

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

export class ElfImage {
  readonly name: string;
  readonly littleEndian: boolean;
  /** EM_*. */
  readonly machine: number;
  /** ET_*. */
  readonly type: number;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  private cachedBuildId: Uint8Array | null | undefined;
  private readonly symbolTables = new Map<number, ElfSymbolTable | undefined>();

  private constructor(private readonly source: ByteSource) {
    this.name = source.name;
    const ident = source.read(0, Math.min(64, source.sizeBytes));
    if (
      ident.length < 64 ||
      ident[0] !== 0x7f ||
      ident[1] !== 0x45 ||
      ident[2] !== 0x4c ||
      ident[3] !== 0x46
    ) {
      throw new ParseError({
        what: 'not an ELF file',
        where: source.name,
        expected: 'the bytes 7f 45 4c 46',
      });
    }
    if (ident[4] !== 2) {
      throw new ParseError({
        what: 'ELF class',
        where: source.name,
        found: String(ident[4]),
        expected: '2 (64-bit)',
      });
    }
    this.littleEndian = ident[5] !== 2;
    const header = new ByteReader(ident, this.littleEndian, `${source.name}, ELF header`);
    header.seek(16);
    this.type = header.readU16();
    this.machine = header.readU16();
    header.seek(32);
    const segmentsOffset = header.readSize();
    const sectionsOffset = header.readSize();
    header.seek(54);
    const segmentSize = header.readU16();
    const segmentCount = header.readU16();
    const sectionSize = header.readU16();
    const sectionCount = header.readU16();
    const namesIndex = header.readU16();
    this.segments = this.readSegments(segmentsOffset, segmentSize, segmentCount);
    this.sections = this.readSections(sectionsOffset, sectionSize, sectionCount, namesIndex);
  }

  /** Reads the headers of an ELF64 file. @throws ParseError when it is none, or is cut off */
  static parse(source: ByteSource): ElfImage {
    return new ElfImage(source);
  }

  /** The first section of that name, if any. */
  findSection(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /**
   * A section's bytes, decompressed; empty for SHT_NOBITS. Not cached here: keep what you use.
   * @throws ParseError when the file does not hold all of it, or its compression is damaged
   */
  readSection(section: ElfSection): Uint8Array {
    if (section.type === elf.SHT_NOBITS || section.sizeBytes === 0) return new Uint8Array(0);
    const raw = this.source.read(section.fileOffset, section.sizeBytes);
    return (section.flags & elf.SHF_COMPRESSED) === 0 ? raw : this.decompress(section, raw);
  }

  /** Bytes of the file at an offset. @throws ParseError when they are not all there */
  readFile(fileOffset: number, sizeBytes: number): Uint8Array {
    return this.source.read(fileOffset, sizeBytes);
  }

  /** Contents of the note NT_GNU_BUILD_ID, from the segments or, in files without any, the sections. */
  get buildId(): Uint8Array | undefined {
    if (this.cachedBuildId === undefined) this.cachedBuildId = this.findBuildId() ?? null;
    return this.cachedBuildId ?? undefined;
  }

  /** The symbol table of a type (SHT_SYMTAB or SHT_DYNSYM), parsed once. */
  symbols(type: typeof elf.SHT_SYMTAB | typeof elf.SHT_DYNSYM): ElfSymbolTable | undefined {
    if (!this.symbolTables.has(type)) this.symbolTables.set(type, this.parseSymbols(type));
    return this.symbolTables.get(type);
  }

  /** The file offset that the segments give an svma, or -1. */
  fileOffsetOf(svma: number): number {
    for (const segment of this.segments) {
      const delta = svma - segment.svma;
      if (segment.type === elf.PT_LOAD && delta >= 0 && delta < segment.fileSizeBytes) {
        return segment.fileOffset + delta;
      }
    }
    return -1;
  }

  private parseSymbols(type: number): ElfSymbolTable | undefined {
    const section = this.sections.find((candidate) => candidate.type === type);
    const strings = section && this.sections[section.link];
    if (!section || !strings) return undefined;
    const bytes = this.readSection(section);
    return new ElfSymbolTable(bytes, this.readSection(strings), this.littleEndian, section.index);
  }

  private readSegments(offset: number, entrySize: number, count: number): ElfSegment[] {
    if (count === 0 || entrySize < 56) return [];
    const where = `${this.name}, program headers`;
    const reader = new ByteReader(this.source.read(offset, entrySize * count), this.littleEndian, where);
    const segments: ElfSegment[] = [];
    for (let i = 0; i < count; i++) {
      reader.seek(i * entrySize);
      const type = reader.readU32();
      const flags = reader.readU32();
      const fileOffset = reader.readAddress();
      const svma = reader.readAddress();
      reader.skip(8);
      const fileSizeBytes = reader.readAddress();
      const memorySizeBytes = reader.readAddress();
      const alignmentBytes = reader.readAddress();
      segments.push({ type, flags, fileOffset, svma, fileSizeBytes, memorySizeBytes, alignmentBytes });
    }
    return segments;
  }

  private readSections(
    offset: number,
    entrySize: number,
    headerCount: number,
    headerNames: number,
  ): ElfSection[] {
    if (offset === 0 || entrySize < 64) return [];
    let count = headerCount;
    let namesIndex = headerNames;
    const where = `${this.name}, section headers`;
    if (count === 0 || namesIndex === elf.SHN_XINDEX) {
      // More than 65,279 sections: the true numbers are in the header of section 0 (gABI, "Section Header").
      const first = new ByteReader(this.source.read(offset, entrySize), this.littleEndian, where);
      first.seek(32);
      if (count === 0) count = first.readSize();
      first.seek(40);
      if (namesIndex === elf.SHN_XINDEX) namesIndex = first.readU32();
    }
    const reader = new ByteReader(this.source.read(offset, entrySize * count), this.littleEndian, where);
    const nameOffsets: number[] = [];
    const sections: ElfSection[] = [];
    for (let index = 0; index < count; index++) {
      reader.seek(index * entrySize);
      nameOffsets.push(reader.readU32());
      const type = reader.readU32();
      const flags = reader.readAddress() >>> 0;
      const svma = reader.readAddress();
      const fileOffset = reader.readAddress();
      const sizeBytes = reader.readAddress();
      const link = reader.readU32();
      const info = reader.readU32();
      const alignmentBytes = reader.readAddress();
      const entrySizeBytes = reader.readAddress();
      sections.push({
        index,
        name: '',
        type,
        flags,
        svma,
        fileOffset,
        sizeBytes,
        link,
        info,
        alignmentBytes,
        entrySizeBytes,
      });
    }
    const names = sections[namesIndex];
    if (!names) return sections;
    const strings = this.readSection(names);
    return sections.map((section, i) => ({ ...section, name: decodeCString(strings, nameOffsets[i]) }));
  }

  /** Elf64_Chdr: type u32, reserved u32, size u64, alignment u64, then the compressed bytes. */
  private decompress(section: ElfSection, raw: Uint8Array): Uint8Array {
    const where = `${this.name}, section ${section.name}`;
    const reader = new ByteReader(raw, this.littleEndian, where);
    const type = reader.readU32();
    reader.skip(4);
    const sizeBytes = reader.readSize();
    reader.skip(8);
    const packed = reader.readBytes(reader.remaining);
    if (type === elf.ELFCOMPRESS_ZLIB) return zlibInflate(packed, sizeBytes, where);
    if (type === elf.ELFCOMPRESS_ZSTD) return zstdDecompress(packed, sizeBytes, where);
    throw new ParseError({
      what: 'compressed section',
      where,
      found: `compression type ${type}`,
      expected: '1 (zlib) or 2 (zstd)',
    });
  }

  private findBuildId(): Uint8Array | undefined {
    const places = this.segments
      .filter((segment) => segment.type === elf.PT_NOTE)
      .map((segment) => ({ fileOffset: segment.fileOffset, sizeBytes: segment.fileSizeBytes }));
    // Separate debug files keep the segments of the stripped file, whose bytes they do not hold: ask the sections too.
    for (const section of this.sections) if (section.type === elf.SHT_NOTE) places.push(section);
    for (const place of places) {
      if (place.fileOffset + place.sizeBytes > this.source.sizeBytes) continue;
      const notes = this.source.read(place.fileOffset, place.sizeBytes);
      const found = findBuildIdNote(notes, this.littleEndian);
      if (found) return found;
    }
    return undefined;
  }
}

/** The description of the first NT_GNU_BUILD_ID note among notes (gABI, "Note Section"; 4-byte alignment). */
export function findBuildIdNote(notes: Uint8Array, littleEndian: boolean): Uint8Array | undefined {
  const view = new DataView(notes.buffer, notes.byteOffset, notes.byteLength);
  let at = 0;
  while (at + 12 <= notes.length) {
    const nameSize = view.getUint32(at, littleEndian);
    const descriptionSize = view.getUint32(at + 4, littleEndian);
    const type = view.getUint32(at + 8, littleEndian);
    // Sizes near 2^32 are damage, and more than the integers of bit operations hold.
    const description = at + 12 + roundedToWord(nameSize);
    if (description + descriptionSize > notes.length) return undefined;
    const isGnu =
      nameSize === 4 && notes[at + 12] === 0x47 && notes[at + 13] === 0x4e && notes[at + 14] === 0x55;
    if (type === elf.NT_GNU_BUILD_ID && isGnu) {
      return notes.slice(description, description + descriptionSize);
    }
    at = description + roundedToWord(descriptionSize);
  }
  return undefined;
}

function roundedToWord(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 4) * 4;
}
