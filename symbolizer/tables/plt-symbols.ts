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
  elf,
  ElfRelocations,
  machines,
  type ElfImage,
  type ElfSection,
  type ElfSymbolTable,
} from '../../parser';
import { NameKind, type SymbolColumns } from './symbol-columns';

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
  const { sizesOf, isX86, irelativeType, slotDisplacement } =
    machines.ofElf(runtime.machine)?.plt ?? machines.plainPlt;
  const sizes = sizesOf(plt);
  if (sizes.entryBytes === 0) return;

  const second = isX86 ? runtime.findSection('.plt.sec') : undefined;
  const entrySection = second ?? plt;
  const entryBytes = (second ? sizesOf(second) : sizes).entryBytes;
  const header = columns.add(plt.fileOffset, plt.svma, sizes.headerBytes, info, NameKind.PltHeader);
  if (second) columns.ends[header] = plt.fileOffset + plt.sizeBytes;
  if (isX86) addBoundPltSymbols(columns, runtime, info, slotDisplacement);
  const found = findPltRelocations(runtime);
  if (!found) return;
  const { relocations, symbols } = found;

  let at = 0;
  if (!second) {
    if (relocations.count * sizes.entryBytes === plt.sizeBytes) columns.erase(header);
    else at = sizes.headerBytes;
  }
  const strings = columns.addStringTable(symbols.strings);
  for (const entry of entryOrder(relocations, isX86)) {
    const fileOffset = entrySection.fileOffset + at;
    const index = columns.add(fileOffset, entrySection.svma + at, entryBytes, info, NameKind.UnnamedPlt);
    at += entryBytes;
    const nameAt = symbols.nameOffset[relocations.symbol[entry]] ?? 0;
    if (nameAt !== 0) {
      nameEntry(columns, index, strings, nameAt);
    } else if (relocations.type[entry] === irelativeType) {
      const resolverSvma = relocations.addend[entry];
      const resolver = columns.findIn(order, runtime.fileOffsetOf(resolverSvma));
      if (resolver >= 0 && isIfuncAt(columns, resolver, resolverSvma)) {
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

/** Which relocation each entry in turn has. */
function entryOrder({ count, offset }: ElfRelocations, isX86: boolean): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  return isX86 ? order.sort((a, b) => offset[a] - offset[b] || a - b) : order;
}

function findPltRelocations(
  runtime: ElfImage,
): { readonly relocations: ElfRelocations; readonly symbols: ElfSymbolTable } | undefined {
  const section = runtime.findSection('.rela.plt') ?? runtime.findSection('.rel.plt');
  if (!section || (section.type !== elf.SHT_RELA && section.type !== elf.SHT_REL)) return undefined;
  const symbols = relocatedSymbols(runtime, section);
  if (!symbols || symbols.strings.length === 0) return undefined;
  return { relocations: ElfRelocations.read(runtime, section), symbols };
}

/** The symbol table that relocations index: .dynsym, in static programs with IFUNCs .symtab. */
function relocatedSymbols(runtime: ElfImage, section: ElfSection): ElfSymbolTable | undefined {
  const dynamic = runtime.symbols(elf.SHT_DYNSYM);
  if (dynamic?.section === section.link) return dynamic;
  const all = runtime.symbols(elf.SHT_SYMTAB);
  return all?.section === section.link ? all : undefined;
}

/** .plt.got: each entry jumps through the slot that its instruction names, which .rela.dyn binds to a symbol. */
function addBoundPltSymbols(
  columns: SymbolColumns,
  runtime: ElfImage,
  info: number,
  slotDisplacement: ((code: Uint8Array, entry: number) => number) | undefined,
): void {
  const section = runtime.findSection('.plt.got');
  if (!section || !(section.entrySizeBytes >= 1)) return;
  const dynamic = slotDisplacement && runtime.findSection('.rela.dyn');
  const symbols = dynamic && relocatedSymbols(runtime, dynamic);
  const code = runtime.readSection(section);
  const slots: number[] = [];
  for (let at = 0; at < code.length; at += section.entrySizeBytes) {
    const displacement = slotDisplacement?.(code, at) ?? 0;
    slots.push(displacement === 0 ? NaN : section.svma + at + displacement);
  }
  const symbolOfSlot = symbols ? symbolsOfSlots(ElfRelocations.read(runtime, dynamic), slots) : undefined;
  for (const [entry, slot] of slots.entries()) {
    const at = entry * section.entrySizeBytes;
    const index = columns.add(
      section.fileOffset + at,
      section.svma + at,
      section.entrySizeBytes,
      info,
      NameKind.UnnamedPlt,
    );
    // perf takes the section's file offset for its address; that they are equal is what makes it work there.
    const symbol = symbolOfSlot?.get(slot);
    if (symbols === undefined || symbol === undefined) continue;
    const nameAt = symbols.nameOffset[symbol] ?? 0;
    if (nameAt !== 0) nameEntry(columns, index, columns.addStringTable(symbols.strings), nameAt);
  }
}

/** The symbols that slots are bound to. A library has ten thousand relocations, and few entries ask for theirs. */
function symbolsOfSlots(
  { count, offset, symbol }: ElfRelocations,
  slots: readonly number[],
): Map<number, number> {
  const wanted = new Set(slots);
  const symbolOfSlot = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    if (symbol[i] !== 0 && wanted.has(offset[i])) symbolOfSlot.set(offset[i], symbol[i]);
  }
  return symbolOfSlot;
}
