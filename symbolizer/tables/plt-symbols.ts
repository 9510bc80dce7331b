/**
 * Names for the entries of procedure linkage tables, which no symbol table has: "puts@plt". As perf 7.2 makes them
 * (tools/perf/util/symbol-elf.c, `dso__synthesize_plt_symbols`):
 *
 *   .plt       header "‹.plt›", then one entry for each relocation of .rela.plt; no header where the entries fill it
 *   .plt.sec   (x86-64 with IBT) the entries that are called; .plt as a whole is then "‹.plt›"
 *   .plt.got   (x86-64) entries whose slot is bound at load time: the jump's target slot is found in .rela.dyn
 *
 * x86-64 linkers do not keep .rela.plt in the order of the entries where IFUNCs are involved: sort by slot. An entry
 * of an IFUNC has a relocation without symbol (IRELATIVE) whose addend is the resolver, whose name is then taken.
 *
 * This file decodes PLT instructions and so knows machines; it is format knowledge (like relocation types), not
 * unwinding policy. Left out on purpose: the 24-byte AArch64 entries of -z force-bti (perf takes them for 16 bytes too).
 */

import { ByteReader, elf, type ElfImage, type ElfSection, type ElfSymbolTable } from '../../parser';
import { NameKind, type SymbolColumns } from './symbol-columns';

const R_X86_64_IRELATIVE = 37;
const RELA_SIZE_BYTES = 24;
const REL_SIZE_BYTES = 16;

interface EntrySizes {
  readonly headerBytes: number;
  readonly entryBytes: number;
}

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
  const sizes = entrySizes(runtime.machine, plt);
  if (!sizes) return;

  const isX86 = runtime.machine === elf.EM_X86_64;
  const second = isX86 ? runtime.findSection('.plt.sec') : undefined;
  const relocations = readPltRelocations(runtime);
  const entrySection = second ?? plt;
  const entryBytes = second ? entrySizes(runtime.machine, second)!.entryBytes : sizes.entryBytes;
  const header = columns.add(plt.fileOffset, plt.svma, sizes.headerBytes, info, NameKind.PltHeader);
  if (second) columns.ends[header] = plt.fileOffset + plt.sizeBytes;
  if (isX86) addBoundPltSymbols(columns, runtime, info);
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
    } else if (isX86 && relocation.type === R_X86_64_IRELATIVE) {
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

/** Header and entry size of a PLT section; undefined where neither the machine nor the section says. */
function entrySizes(machine: number, section: ElfSection): EntrySizes | undefined {
  let entryBytes = section.entrySizeBytes;
  if (machine === elf.EM_AARCH64) return { headerBytes: 32, entryBytes: 16 };
  // Linkers leave the size out at times; perf then goes by the alignment.
  if (machine === elf.EM_X86_64 && entryBytes !== 8 && entryBytes !== 16) {
    entryBytes = section.alignmentBytes === 8 ? 8 : 16;
  }
  return entryBytes > 0 ? { headerBytes: entryBytes, entryBytes } : undefined;
}

function readPltRelocations(
  runtime: ElfImage,
): { readonly list: Relocation[]; readonly symbols: ElfSymbolTable } | undefined {
  const section = runtime.findSection('.rela.plt') ?? runtime.findSection('.rel.plt');
  if (!section || (section.type !== elf.SHT_RELA && section.type !== elf.SHT_REL)) return undefined;
  const symbols = relocatedSymbols(runtime, section);
  if (!symbols || symbols.strings.length === 0) return undefined;
  const list = readRelocations(runtime, section);
  if (runtime.machine === elf.EM_X86_64) list.sort((a, b) => a.slot - b.slot);
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
function addBoundPltSymbols(columns: SymbolColumns, runtime: ElfImage, info: number): void {
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
    const displacement = jumpDisplacement(code, at);
    // perf takes the section's file offset for its address; that they are equal is what makes it work there.
    const symbol = displacement === 0 ? undefined : symbolOfSlot.get(svma + displacement);
    if (symbols === undefined || symbol === undefined) continue;
    const nameAt = symbols.nameOffset[symbol] ?? 0;
    if (nameAt !== 0) nameEntry(columns, index, columns.addStringTable(symbols.strings), nameAt);
  }
}

/**
 * From the start of an entry to the slot it jumps through: [endbr64] [bnd] jmp *disp32(%rip), that is
 * `[f3 0f 1e fa] [f2] ff 25 disp32`. 0 when the entry is not of that form.
 */
function jumpDisplacement(code: Uint8Array, entry: number): number {
  let at = entry;
  if (code[at] === 0xf3 && code[at + 1] === 0x0f && code[at + 2] === 0x1e && code[at + 3] === 0xfa) at += 4;
  if (code[at] === 0xf2) at += 1;
  if (code[at] !== 0xff || code[at + 1] !== 0x25 || at + 6 > code.length) return 0;
  const displacement = code[at + 2] | (code[at + 3] << 8) | (code[at + 4] << 16) | (code[at + 5] << 24);
  return at + 6 - entry + displacement;
}
