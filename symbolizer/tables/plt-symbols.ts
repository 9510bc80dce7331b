/**
 * Names for the entries of procedure linkage tables, which no symbol table has: "puts@plt". As perf 7.2 makes them
 * (tools/perf/util/symbol-elf.c, `dso__synthesize_plt_symbols`):
 *
 *   .plt       header "‹.plt›", then one entry for each relocation of .rela.plt; no header where the entries fill it
 *   .plt.sec   (x86 with IBT) the entries that are called; .plt as a whole is then "‹.plt›"
 *   .plt.got   (x86) entries whose slot is bound at load time: the jump's target slot is found in .rela.dyn
 *
 * x86 linkers do not keep .rela.plt in the order of the entries where IFUNCs are involved: sort by slot. An entry
 * of an IFUNC has a relocation without symbol (IRELATIVE) whose addend is the resolver, whose name is then taken.
 *
 * What differs between machines is in parser/machines.
 */

import {
  ByteReader,
  elf,
  machines,
  type ElfImage,
  type ElfSection,
  type ElfSymbolTable,
  type X86Plt,
} from '../../parser';
import { NameKind, type SymbolColumns } from './symbol-columns';

const RELA_SIZE_BYTES = 24;
const REL_SIZE_BYTES = 16;

interface Relocation {
  /** svma of the slot. */
  readonly slot: number;
  readonly type: number;
  readonly symbol: number;
  readonly addend: number;
}

/**
 * Appends the PLT symbols of an image to its columns.
 * @param order the symbols found so far, sorted; the one that was stretched into .plt is cut there
 * @param info type and binding that the symbols get
 * @throws ParseError when a section is not within the file
 */
export function addPltSymbols(
  columns: SymbolColumns,
  order: Uint32Array,
  runtime: ElfImage,
  info: number,
): void {
  const plt = runtime.findSection('.plt');
  // A separate debug file has the section header but nothing in it.
  if (!plt || plt.type === elf.SHT_NOBITS) return;
  const before = columns.findIn(order, plt.fileOffset);
  if (before >= 0 && columns.starts[before] < plt.fileOffset) {
    columns.ends[before] = plt.fileOffset;
  }
  const { sizesOf, x86 } = machines.ofElf(runtime.machine)?.plt ?? plainPlt;
  const sizes = sizesOf(plt);
  if (sizes.entryBytes === 0) return;

  const second = x86 && runtime.findSection('.plt.sec');
  const relocations = readPltRelocations(runtime);
  if (x86) relocations?.list.sort((a, b) => a.slot - b.slot);
  const entrySection = second ?? plt;
  const entryBytes = (second ? sizesOf(second) : sizes).entryBytes;
  const header = columns.add(plt.fileOffset, plt.svma, sizes.headerBytes, info, NameKind.PltHeader);
  if (second) columns.ends[header] = plt.fileOffset + plt.sizeBytes;
  if (x86) addBoundPltSymbols(columns, runtime, info, x86);
  if (!relocations) return;

  let at = 0;
  if (!second) {
    if (relocations.list.length * sizes.entryBytes === plt.sizeBytes) columns.erase(header);
    else at = sizes.headerBytes;
  }
  const strings = columns.addStringTable(relocations.symbols.strings);
  for (const relocation of relocations.list) {
    const fileOffset = entrySection.fileOffset + at;
    const index = columns.add(fileOffset, entrySection.svma + at, entryBytes, info, NameKind.UnnamedPlt);
    at += entryBytes;
    const nameAt = relocations.symbols.nameOffset[relocation.symbol] ?? 0;
    if (nameAt !== 0) {
      nameEntry(columns, index, strings, nameAt);
    } else if (relocation.type === x86?.irelativeType) {
      const resolver = columns.findIn(order, runtime.fileOffsetOf(relocation.addend));
      if (resolver >= 0 && isIfuncAt(columns, resolver, relocation.addend)) {
        nameEntry(columns, index, columns.nameTable[resolver], columns.nameAt[resolver]);
      }
    }
  }
}

function nameEntry(columns: SymbolColumns, index: number, table: number, nameAt: number): void {
  columns.nameKind[index] = NameKind.Plt;
  columns.nameTable[index] = table;
  columns.nameAt[index] = nameAt;
}

function isIfuncAt(columns: SymbolColumns, index: number, svma: number): boolean {
  const isIfunc = (columns.info[index] & 0xf) === elf.STT_GNU_IFUNC || columns.ifuncAlias[index] === 1;
  return isIfunc && columns.svma[index] === svma;
}

/** As sections of machines that are not known here may say themselves. */
const plainPlt = {
  sizesOf: ({ entrySizeBytes }: ElfSection) => ({ headerBytes: entrySizeBytes, entryBytes: entrySizeBytes }),
  x86: undefined,
};

function readPltRelocations(
  runtime: ElfImage,
): { readonly list: Relocation[]; readonly symbols: ElfSymbolTable } | undefined {
  const section = runtime.findSection('.rela.plt') ?? runtime.findSection('.rel.plt');
  if (!section || (section.type !== elf.SHT_RELA && section.type !== elf.SHT_REL)) return undefined;
  const symbols = relocatedSymbols(runtime, section);
  if (!symbols || symbols.strings.length === 0) return undefined;
  const list = readRelocations(runtime, section);
  return { list, symbols };
}

/** The symbol table that relocations index: .dynsym, in static programs with IFUNCs .symtab. */
function relocatedSymbols(runtime: ElfImage, section: ElfSection): ElfSymbolTable | undefined {
  const dynamic = runtime.symbols(elf.SHT_DYNSYM);
  if (dynamic?.section === section.link) return dynamic;
  const all = runtime.symbols(elf.SHT_SYMTAB);
  return all?.section === section.link ? all : undefined;
}

/** Elf64_Rela: offset u64, info u64 (symbol in the high half), addend u64; Elf64_Rel has no addend. */
function readRelocations(runtime: ElfImage, section: ElfSection): Relocation[] {
  const hasAddend = section.type === elf.SHT_RELA;
  const size = hasAddend ? RELA_SIZE_BYTES : REL_SIZE_BYTES;
  const where = `${runtime.name}, section ${section.name}`;
  const reader = new ByteReader(runtime.readSection(section), runtime.littleEndian, where);
  const list: Relocation[] = [];
  while (reader.remaining >= size) {
    const slot = reader.readAddress();
    const first = reader.readU32();
    const second = reader.readU32();
    const [type, symbol] = runtime.littleEndian ? [first, second] : [second, first];
    list.push({ slot, type, symbol, addend: hasAddend ? reader.readAddress() : 0 });
  }
  return list;
}

/** .plt.got: each entry jumps through the slot that its instruction names, which .rela.dyn binds to a symbol. */
function addBoundPltSymbols(
  columns: SymbolColumns,
  runtime: ElfImage,
  info: number,
  { slotDisplacement }: X86Plt,
): void {
  const section = runtime.findSection('.plt.got');
  if (!section || !(section.entrySizeBytes >= 1)) return;
  const relocations = runtime.findSection('.rela.dyn');
  const symbols = relocations && relocatedSymbols(runtime, relocations);
  const symbolOfSlot = new Map<number, number>();
  if (symbols) {
    for (const { slot, symbol } of readRelocations(runtime, relocations)) {
      if (symbol !== 0) symbolOfSlot.set(slot, symbol);
    }
  }
  const code = runtime.readSection(section);
  for (let at = 0; at < code.length; at += section.entrySizeBytes) {
    const svma = section.svma + at;
    const index = columns.add(
      section.fileOffset + at,
      svma,
      section.entrySizeBytes,
      info,
      NameKind.UnnamedPlt,
    );
    const displacement = slotDisplacement(code, at);
    // perf takes the section's file offset for its address; that they are equal is what makes it work there.
    const symbol = displacement === 0 ? undefined : symbolOfSlot.get(svma + displacement);
    if (symbols === undefined || symbol === undefined) continue;
    const nameAt = symbols.nameOffset[symbol] ?? 0;
    if (nameAt !== 0) nameEntry(columns, index, columns.addStringTable(symbols.strings), nameAt);
  }
}
