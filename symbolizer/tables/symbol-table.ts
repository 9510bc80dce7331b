/**
 * The symbols of one user-space image as perf 7.2 would name its addresses, in sorted columns.
 *
 *   separate debug file  .symtab ─┐
 *   runtime image        .symtab  ├─ filter ─ sort ─ stretch sizeless ─ choose among aliases ─┐
 *                        .dynsym ─┘                                                           ├─ columns
 *   runtime image        .plt, .plt.got, .plt.sec with .rela.plt ──► "name@plt" ──────────────┘
 *
 * Which tables: the .symtab of the debug file, else that of the image; then the .dynsym of the same file (debug files
 * have none); if there is no .symtab, that of .gnu_debugdata and the image's .dynsym. Which symbols: functions, IFUNCs,
 * objects, and labels (NOTYPE) in sections whose name contains "text" or "data" (perf: `dso__load_sym_internal`).
 *
 * A place has two addresses here: its svma and its file offset. perf keeps symbols by file offset, and "the next
 * symbol" that ends a sizeless one is the next in that space; so do the columns.
 *
 * Where symbols overlap, the answer is the one that perf's search tree comes upon first (symbol-search-tree.ts).
 *
 * Files without section headers (packed, or stripped by other tools) have the dynamic symbols that the loader uses;
 * segments say what is loaded there, and what is code.
 *
 * Left out on purpose: .opd (PowerPC), SHN_XINDEX (perf ignores them too), relocatable files.
 */

import {
  ParseError,
  elf,
  machines,
  type ElfImage,
  type ElfSymbolTable,
  type SymbolBytes,
} from '../../parser';
import { readEmbeddedSymbols } from '../files/gnu-debugdata';
import { addPltSymbols } from './plt-symbols';
import { PlaceSearch } from '../files/place-search';
import { SegmentLayout } from './segment-layout';
import { NameKind, SymbolColumns } from './symbol-columns';
import type { Demangle } from './symbol-choice';

export interface SymbolTableOptions {
  /** Turns linkage names into printed ones; without it names are printed mangled. */
  readonly demangle?: Demangle;
  /**
   * Leaves out symbols of sections without contents (.bss). perf keeps them: it goes by file offsets, which they share
   * with the code after the section, and gives such code their names.
   */
  readonly codeOnly?: boolean;
  /** Told of a damaged .gnu_debugdata, without which the table is made then. */
  readonly onProblem?: (problem: ParseError) => void;
}

/** Entries that a PLT commonly has no more than. */
const ROOM_FOR_PLT = 1024;
export const STV_HIDDEN = 2;
export const STV_INTERNAL = 1;

export class SymbolTable {
  readonly count: number;
  /** Demangling costs more than all else about a symbol, and each has many addresses. */
  private readonly names = new Map<number, string>();

  private constructor(
    private readonly columns: SymbolColumns,
    private readonly search: PlaceSearch,
    private readonly layout: SegmentLayout,
  ) {
    this.count = search.count;
  }

  /**
   * @param runtime the image that was executed
   * @param debug its separate debug file
   * @throws ParseError when a symbol table is damaged or compressed in an unknown way
   */
  static fromImages(
    runtime: ElfImage | undefined,
    debug: ElfImage | undefined,
    options: SymbolTableOptions = {},
  ): SymbolTable {
    return SymbolTable.fromTables(runtime, chooseTables(runtime, debug, options), options);
  }

  /** As {@link fromImages}, of tables that were chosen before. @throws ParseError as it does */
  static fromTables(
    runtime: ElfImage | undefined,
    tables: readonly ChosenTable[],
    options: SymbolTableOptions,
  ): SymbolTable {
    const layout = new SegmentLayout(runtime);
    const sources = tables.flatMap(({ image, type }) => {
      const table = image.symbols(type);
      return table ? [{ image, table }] : [];
    });
    const capacity = sources.reduce((sum, source) => sum + source.table.count, 0);
    const columns = new SymbolColumns(capacity + ROOM_FOR_PLT, options.demangle ?? ((name) => name));
    let order: Uint32Array = new Uint32Array(0);
    for (const source of sources) {
      const first = columns.count;
      addElfSymbols(columns, source, runtime ?? source.image, layout, options.codeOnly ?? false);
      if (columns.count > first) order = columns.settle(columns.sorted(order, first));
    }
    // perf makes PLT symbols only where it found others, and chooses no alias among them afterwards.
    if (runtime && columns.count > 0) {
      const first = columns.count;
      const found = order;
      addPltSymbols(columns, (fileOffset) => columns.findIn(found, fileOffset), runtime);
      if (columns.count > first) order = columns.sorted(order, first);
    }
    return new SymbolTable(columns, new PlaceSearch(columns, order), layout);
  }

  /** Index of the symbol that covers an svma, or -1. */
  find(svma: number): number {
    return this.findByFileOffset(this.layout.fileOffsetOf(svma));
  }

  /** Index of the symbol that covers the byte at a file offset of the runtime image, or -1. */
  findByFileOffset(fileOffset: number): number {
    return this.search.find(fileOffset);
  }

  /** Start of a symbol, svma. */
  start(index: number): number {
    return this.columns.svma[this.search.order[index]];
  }

  /** Start of a symbol, file offset in the runtime image. */
  startFileOffset(index: number): number {
    return this.search.starts[index];
  }

  /** One past the last byte of a symbol, svma. */
  end(index: number): number {
    const column = this.search.order[index];
    return this.columns.svma[column] + this.columns.ends[column] - this.columns.starts[column];
  }

  /** Whether a symbol names data, not code. */
  isObject(index: number): boolean {
    return (this.columns.info[this.search.order[index]] & 0xf) === elf.STT_OBJECT;
  }

  /** The name as perf prints it: demangled, with its version where .symtab has one, PLT entries as "name@plt". */
  name(index: number): string {
    let name = this.names.get(index);
    if (name === undefined) {
      name = this.columns.printedName(this.search.order[index]);
      this.names.set(index, name);
    }
    return name;
  }

  /** The name as the file has it; empty for PLT entries that no symbol names. */
  linkageName(index: number): string {
    return this.columns.linkageName(this.search.order[index]);
  }
}

interface SymbolSource {
  readonly image: ElfImage;
  readonly table: ElfSymbolTable;
}

/** One of the tables whose symbols count, in the order in which perf reads them. */
export interface ChosenTable {
  readonly image: ElfImage;
  readonly type: typeof elf.SHT_SYMTAB | typeof elf.SHT_DYNSYM;
  readonly bytes: SymbolBytes;
}

/** @throws ParseError when the file does not hold all of a table, or its compression is damaged */
export function chooseTables(
  runtime: ElfImage | undefined,
  debug: ElfImage | undefined,
  options: SymbolTableOptions,
): ChosenTable[] {
  const sources: ChosenTable[] = [];
  const take = (image: ElfImage | undefined, type: ChosenTable['type']) => {
    const bytes = image?.symbolBytes(type);
    if (image && bytes) sources.push({ image, type, bytes });
    return bytes !== undefined;
  };
  for (const image of [debug, runtime]) {
    if (take(image, elf.SHT_SYMTAB)) {
      take(image, elf.SHT_DYNSYM);
      return sources;
    }
  }
  take(runtime && openEmbedded(runtime, options), elf.SHT_SYMTAB);
  if (!take(runtime, elf.SHT_DYNSYM)) take(debug, elf.SHT_DYNSYM);
  return sources;
}

function openEmbedded(runtime: ElfImage, options: SymbolTableOptions): ElfImage | undefined {
  try {
    return readEmbeddedSymbols(runtime);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    options.onProblem?.(error);
    return undefined;
  }
}

/** What of a section's symbols perf takes. */
export enum SectionKind {
  /** None: it is not loaded, or not asked for. */
  Other,
  /** Functions and objects. */
  Loaded,
  /** Labels (NOTYPE), too. */
  Labels,
}

/**
 * By section of a file.
 * @param runtime the image that was executed: a debug file has no contents at all
 * @param withContents leaves out sections without contents (.bss)
 */
export function sectionKinds(image: ElfImage, runtime: ElfImage, withContents: boolean): Uint8Array {
  return Uint8Array.from(image.sections, (section, i) => {
    const { type } = runtime.sections[i] ?? section;
    if ((section.flags & elf.SHF_ALLOC) === 0) return SectionKind.Other;
    if (withContents && type === elf.SHT_NOBITS) return SectionKind.Other;
    return section.name.includes('text') || section.name.includes('data')
      ? SectionKind.Labels
      : SectionKind.Loaded;
  });
}

/**
 * Appends the symbols of one table that perf would take.
 * @param source the table, and the file that it is from
 * @param runtime has the sections' true places: in a debug file those without contents have none
 */
function addElfSymbols(
  columns: SymbolColumns,
  { image, table }: SymbolSource,
  runtime: ElfImage,
  layout: SegmentLayout,
  codeOnly: boolean,
): void {
  const strings = columns.addStringTable(table.strings);
  const { hasMappingSymbols, hasThumbBit } = machines.ofElf(image.machine) ?? {};
  const bySegments = runtime.sections.length === 0;
  const kinds = sectionKinds(image, runtime, codeOnly && !bySegments);
  // Symbols keep the numbers of sections whose headers were taken away.
  const hasNoSections = image.sections.length === 0;
  for (let i = 0; i < table.count; i++) {
    const info = table.info[i];
    const section = table.sectionIndex[i];
    if (section === elf.SHN_UNDEF || table.nameOffset[i] === 0) continue;
    const kind: SectionKind = kinds[section] ?? SectionKind.Other;
    if (hasNoSections ? section >= elf.SHN_LORESERVE : kind === SectionKind.Other) continue;
    if (codeOnly && bySegments && runtime.fileOffsetOf(table.svma[i]) < 0) continue;
    switch (info & 0xf) {
      case elf.STT_FUNC:
      case elf.STT_GNU_IFUNC:
      case elf.STT_OBJECT:
        break;
      case elf.STT_NOTYPE: {
        const visibility = table.other[i] & 3;
        if (visibility === STV_HIDDEN || visibility === STV_INTERNAL) continue;
        if (hasNoSections ? !isExecutable(image, table.svma[i]) : kind !== SectionKind.Labels) continue;
        break;
      }
      default:
        continue;
    }
    if (hasMappingSymbols && isMappingSymbol(table.strings, table.nameOffset[i])) continue;
    const isThumb = hasThumbBit && (info & 0xf) === elf.STT_FUNC && table.svma[i] % 2 === 1;
    const svma = isThumb ? table.svma[i] - 1 : table.svma[i];
    let fileOffset = layout.fileOffsetOf(svma);
    if (Number.isNaN(fileOffset)) {
      if (hasNoSections) continue;
      const place = runtime.sections[section] ?? image.sections[section];
      fileOffset = svma - (place.svma - place.fileOffset);
    }
    const index = columns.add(fileOffset, svma, table.sizeBytes[i], info, NameKind.Plain);
    columns.nameTable[index] = strings;
    columns.nameAt[index] = table.nameOffset[i];
  }
}

function isExecutable({ segments }: ElfImage, svma: number): boolean {
  return segments.some(
    (segment) =>
      segment.type === elf.PT_LOAD &&
      (segment.flags & elf.PF_X) !== 0 &&
      svma >= segment.svma &&
      svma < segment.svma + segment.memorySizeBytes,
  );
}

/** "$a", "$d", "$t", "$x", alone or before a dot: marks of code and data (AAELF64, "Mapping symbols"). */
export function isMappingSymbol(strings: Uint8Array, at: number): boolean {
  if (strings[at] !== 0x24) return false;
  const letter = strings[at + 1];
  const next = strings[at + 2];
  return (
    (letter === 0x61 || letter === 0x64 || letter === 0x74 || letter === 0x78) &&
    (next === 0 || next === 0x2e)
  );
}
