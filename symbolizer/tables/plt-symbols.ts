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
  findRelocatedSymbols,
  machines,
  type ElfImage,
  type ElfSection,
} from '../../parser';
import { NameKind, type SymbolColumns } from './symbol-columns';

/** Type and binding that PLT symbols get. */
const STT_FUNC_GLOBAL = (elf.STB_GLOBAL << 4) | elf.STT_FUNC;

/**
 * Appends the PLT symbols of an image to its columns.
 * @param findBefore column index of the symbol found so far that covers a file offset, or -1; the one that was stretched into
 *   .plt is cut there
 * @throws ParseError when a section is not within the file
 */
export function addPltSymbols(
  columns: SymbolColumns,
  findBefore: (fileOffset: number) => number,
  runtime: ElfImage,
): void {
  const info = STT_FUNC_GLOBAL;
  const plt = runtime.findSection('.plt');
  // A separate debug file has the section header but nothing in it.
  if (!plt || plt.type === elf.SHT_NOBITS) return;
  const before = findBefore(plt.fileOffset);
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
    const nameAt = symbols.nameAt(relocations.symbol[entry]);
    if (nameAt !== 0) {
      nameEntry(columns, index, strings, nameAt);
    } else if (relocations.type[entry] === irelativeType) {
      const resolverSvma = relocations.addend[entry];
      const resolver = findBefore(runtime.fileOffsetOf(resolverSvma));
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
): { readonly relocations: ElfRelocations; readonly symbols: SymbolNames } | undefined {
  const section = runtime.findSection('.rela.plt') ?? runtime.findSection('.rel.plt');
  if (!section || (section.type !== elf.SHT_RELA && section.type !== elf.SHT_REL)) return undefined;
  const symbols = relocatedSymbols(runtime, section);
  if (!symbols || symbols.strings.length === 0) return undefined;
  return { relocations: ElfRelocations.read(runtime, section), symbols };
}

/** The names of a symbol table, of which few are asked for. */
interface SymbolNames {
  readonly strings: Uint8Array;
  /** Where the name of a symbol starts; 0 for a symbol that has none, or is not in the table. */
  readonly nameAt: (symbol: number) => number;
}

/** The symbol table that relocations index: .dynsym, in static programs with IFUNCs .symtab. */
function relocatedSymbols(runtime: ElfImage, section: ElfSection): SymbolNames | undefined {
  let found = runtime.symbolBytes(elf.SHT_DYNSYM);
  if (found?.section !== section.link) found = runtime.symbolBytes(elf.SHT_SYMTAB);
  if (found?.section !== section.link) return undefined;
  const { symbols, strings } = found;
  const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
  const symbolSizeBytes = runtime.wordSizeBytes === 8 ? 24 : 16;
  const nameAt = (symbol: number): number => {
    const at = symbol * symbolSizeBytes;
    return at + symbolSizeBytes <= symbols.length ? view.getUint32(at, runtime.littleEndian) : 0;
  };
  return { strings, nameAt };
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
  const symbolOfSlot = symbols && findRelocatedSymbols(runtime, dynamic, new Set(slots));
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
    const nameAt = symbols.nameAt(symbol);
    if (nameAt !== 0) nameEntry(columns, index, columns.addStringTable(symbols.strings), nameAt);
  }
}
