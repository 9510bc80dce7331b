/**
 * One ELF file of either class and byte order, read lazily: the headers at once, sections and symbol tables when they are
 * asked for. Implements the System V gABI, chapters 4 and 5.
 */

import { zstdDecompress, zlibInflate } from '../bytes/inflate';
import { ByteReader, ParseError, type ByteSource } from '../bytes';
import * as elf from './constants';
import {
  readElfHeader,
  readSections,
  readSegments,
  readExtent,
  type ElfHeader,
  type ElfSection,
  type ElfSegment,
  type WordSize,
} from './elf-headers';
import { findDynamicSymbols } from './dynamic-symbols';
import { ElfSymbolTable } from './elf-symbols';

/** A symbol table as the file has it. */
export interface SymbolBytes {
  readonly symbols: Uint8Array;
  readonly strings: Uint8Array;
  /** Index of the symbol section; -1 where the dynamic segment names the table. */
  readonly section: number;
}

export class ElfImage {
  readonly name: string;
  readonly littleEndian: boolean;
  /** Size of an address: 4 in ELF32, 8 in ELF64. */
  readonly wordSizeBytes: WordSize;
  /** EM_*. */
  readonly machine: number;
  /** Where the program begins, as stated in the file; 0 where it says nothing. */
  readonly entrySvma: number;
  /** ET_*. */
  readonly type: number;
  /** Empty where the file has no section headers, or none that can be read. */
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  /** Sentences that say what of the file could not be used; grows while it is read. */
  readonly problems = new Set<string>();
  private readonly damageSources: { readonly part: string; readonly list: () => readonly string[] }[] = [];
  private cachedBuildId: Uint8Array | null | undefined;
  private readonly symbolTables = new Map<number, ElfSymbolTable | undefined>();
  private readonly symbolParts = new Map<number, SymbolBytes | undefined>();

  private constructor(private readonly source: ByteSource) {
    this.name = source.name;
    const header = readElfHeader(source);
    this.littleEndian = header.littleEndian;
    this.wordSizeBytes = header.wordSizeBytes;
    this.type = header.type;
    this.machine = header.machine;
    this.entrySvma = header.entrySvma;
    this.segments = readSegments(source, header);
    this.sections = this.readSectionHeaders(header);
  }

  /** Reads the headers of an ELF file. @throws ParseError when it is none, or is cut off */
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
    try {
      const raw = this.source.read(section.fileOffset, section.sizeBytes);
      return (section.flags & elf.SHF_COMPRESSED) === 0 ? raw : this.decompress(section, raw);
    } catch (error) {
      // Some sections are optional for those who ask: what is wrong with them must not be lost with the error.
      if (error instanceof ParseError) this.problems.add(`section ${section.name}: ${error.message}`);
      throw error;
    }
  }

  /** What tells the content of its file from any other that it had or will have; undefined where that is not known. */
  get contentIdentity(): string | undefined {
    return this.source.identity;
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

  /**
   * The symbol table of a type (SHT_SYMTAB or SHT_DYNSYM), parsed once; in files without section headers the dynamic
   * symbols are those of the dynamic segment.
   * @throws ParseError when the file does not hold all of it, or its compression is damaged
   */
  symbols(type: typeof elf.SHT_SYMTAB | typeof elf.SHT_DYNSYM): ElfSymbolTable | undefined {
    if (!this.symbolTables.has(type)) this.symbolTables.set(type, this.parseSymbols(type));
    return this.symbolTables.get(type);
  }

  /**
   * The bytes of what {@link symbols} gives, for those who read it otherwise; what is wrong with single symbols is not said.
   * @throws ParseError when the file does not hold all of it, or its compression is damaged
   */
  symbolBytes(type: typeof elf.SHT_SYMTAB | typeof elf.SHT_DYNSYM): SymbolBytes | undefined {
    if (!this.symbolParts.has(type)) this.symbolParts.set(type, this.readSymbolBytes(type));
    return this.symbolParts.get(type);
  }

  /** Whether the file holds all of a section, as it is: not compressed. */
  holdsPlainly({ type, flags, fileOffset, sizeBytes }: ElfSection): boolean {
    if (type === elf.SHT_NOBITS) return true;
    return (flags & elf.SHF_COMPRESSED) === 0 && fileOffset + sizeBytes <= this.source.sizeBytes;
  }

  /** Takes what a table made of this file finds damaged. @param list sentences; asked when all has been read */
  addDamageSource(part: string, list: () => readonly string[]): void {
    this.damageSources.push({ part, list });
  }

  /**
   * Says what of the file could not be used so far: {@link problems}, and damage within the tables made of it.
   * @param exceptPart whose damage is said elsewhere
   */
  listDamage(exceptPart?: string): string[] {
    const sources = this.damageSources.filter(({ part }) => part !== exceptPart);
    return [...new Set([...this.problems, ...sources.flatMap(({ list }) => list())])];
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

  /** What loads a program asks for its segments alone: a program whose section headers are gone runs, and has its tables. */
  private readSectionHeaders(header: ElfHeader): ElfSection[] {
    try {
      return readSections(this.source, header, this.problems);
    } catch (error) {
      const { sizeBytes } = this.source;
      const isWhole = this.segments.every(
        (segment) => segment.fileOffset + segment.fileSizeBytes <= sizeBytes,
      );
      if (!(error instanceof ParseError) || this.segments.length === 0 || !isWhole) throw error;
      this.problems.add(`no section headers: ${error.message}`);
      return [];
    }
  }

  private readSymbolBytes(type: number): SymbolBytes | undefined {
    if (this.sections.length === 0 && type === elf.SHT_DYNSYM) {
      const found = findDynamicSymbols(this);
      return found && { ...found, section: -1 };
    }
    const section = this.sections.find((candidate) => candidate.type === type);
    const strings = section && this.sections[section.link];
    if (section && !strings) this.problems.add(`section ${section.name} has no string table`);
    if (!section || !strings) return undefined;
    const found = {
      symbols: this.readSection(section),
      strings: this.readSection(strings),
      section: section.index,
    };
    // The gABI, "String Table": the last byte is null.
    if (found.strings.length > 0 && found.strings[found.strings.length - 1] !== 0) {
      this.problems.add(`section ${strings.name} is damaged: its last name has no end`);
    }
    return found;
  }

  private parseSymbols(type: typeof elf.SHT_SYMTAB | typeof elf.SHT_DYNSYM): ElfSymbolTable | undefined {
    const found = this.symbolBytes(type);
    if (!found) return undefined;
    const table = new ElfSymbolTable(found.symbols, found.strings, found.section, this);
    if (found.section < 0) return table;
    let nameless = 0;
    for (let i = 0; i < table.count; i++) if (table.nameOffset[i] >= table.strings.length) nameless++;
    if (nameless > 0) {
      this.problems.add(
        `section ${this.sections[found.section].name} is damaged: ${nameless} of ${table.count} symbols have names outside the string table`,
      );
    }
    return table;
  }

  /** Elf_Chdr: type u32, in ELF64 reserved u32, then size and alignment as words, and the compressed bytes. */
  private decompress(section: ElfSection, raw: Uint8Array): Uint8Array {
    const where = `${this.name}, section ${section.name}`;
    const reader = new ByteReader(raw, this.littleEndian, where);
    const type = reader.readU32();
    reader.skip(this.wordSizeBytes - 4);
    const sizeBytes = readExtent(reader, this.wordSizeBytes);
    reader.skip(this.wordSizeBytes);
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
