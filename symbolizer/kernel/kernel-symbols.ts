/**
 * The kernel's symbols: from text as /proc/kallsyms gives it, or from a vmlinux. As perf 7.2 takes them
 * (tools/perf/util/symbol.c, `__dso__load_kallsyms`, `map__process_kallsym_symbol`, `symbols__fixup_end`):
 *
 *   ffffffffb2800000 T _text                     types t, w (functions), d, b (objects), of either case
 *   ffffffffc0600010 t virtblk_done	[virtio_blk]   a tab, then the module
 *
 * No symbol has a size here: each ends where the next begins, but the last one of a module or of the kernel at the end
 * of the page after it. Of several at one address the last listed is left, since it alone then has a size. Names are
 * printed as they are: perf does not demangle the kernel's.
 *
 * Where the list is of another boot than the recording, the kernel lies elsewhere (KASLR): the reference symbol, which
 * the recording's kernel mapping names with its address, says by how much. Modules move on their own: their symbols
 * are dropped then, where perf would give wrong names.
 *
 * Addresses are signed doubles. perf sorts them unsigned: lower halves (per-cpu offsets, all of s390x) first. Both
 * parts are kept in one array, in that order, and searched separately.
 */

import { decodeCString, elf, findLastAtOrBelow, type ElfImage } from '../../parser';
import { chooseByFacts, chooseByName } from '../tables/symbol-choice';
import { NameKind, SymbolColumns } from '../tables/symbol-columns';

/** A symbol whose address the recording tells: "_text" or "_stext". */
export interface ReferenceSymbol {
  readonly name: string;
  readonly avma: number;
}

/** Why a list of symbols cannot be used. */
export type KernelSymbolsFailure =
  /** It holds no symbols. */
  | 'empty'
  /** All addresses are zero: kptr_restrict, and the file was read without the privilege. */
  | 'restricted'
  /** The reference symbol is not in it: another kernel, or addresses that cannot be related. */
  | 'no-reference';

interface NameSource {
  name(symbol: number): string;
  module(symbol: number): string;
}

const PAGE_SIZE_BYTES = 4096;

export class KernelSymbols {
  readonly count: number;
  /** Index of the first symbol with a negative address: those before are at addresses from 0 on. */
  private readonly firstNegative: number;
  private readonly negativeStarts: Float64Array;

  private constructor(
    private readonly starts: Float64Array,
    private readonly ends: Float64Array,
    private readonly names: NameSource,
  ) {
    this.count = starts.length;
    let split = 0;
    while (split < starts.length && starts[split] >= 0) split++;
    this.firstNegative = split;
    this.negativeStarts = starts.subarray(split);
  }

  /**
   * @param text contents of a kallsyms file; kept, names are read from it when asked for. Lines of another form are
   *   skipped, as perf does
   * @param reference from the recording's kernel mapping; without it the list is taken to be of the same boot
   */
  static fromKallsyms(text: Uint8Array, reference?: ReferenceSymbol): KernelSymbols | KernelSymbolsFailure {
    const list = new KallsymsList(text);
    if (list.count === 0) return 'empty';
    if (list.isRestricted()) return 'restricted';
    let delta = 0;
    if (reference) {
      const found = list.findFunction(reference.name);
      if (found < 0) return 'no-reference';
      delta = list.start[found] - reference.avma;
    }
    const { order, ends } = list.settle(list.sorted());
    const kept = delta === 0 ? order : order.filter((symbol) => list.moduleAt(symbol) < 0);
    const starts = new Float64Array(kept.length);
    const keptEnds = new Float64Array(kept.length);
    for (let i = 0; i < kept.length; i++) {
      starts[i] = list.start[kept[i]] - delta;
      keptEnds[i] = ends[kept[i]] - delta;
    }
    return new KernelSymbols(starts, keptEnds, {
      name: (index) => list.name(kept[index]),
      module: (index) => list.module(kept[index]),
    });
  }

  /**
   * @param image an unstripped vmlinux
   * @throws ParseError when its symbol table is damaged
   */
  static fromVmlinux(image: ElfImage, reference?: ReferenceSymbol): KernelSymbols | KernelSymbolsFailure {
    const table = image.symbols(elf.SHT_SYMTAB);
    if (!table) return 'empty';
    const columns = new SymbolColumns(table.count, (name) => name);
    const strings = columns.addStringTable(table.strings);
    const isLoaded = image.sections.map((section) => (section.flags & elf.SHF_ALLOC) !== 0);
    const holdsLabels = image.sections.map(({ name }) => name.includes('text') || name.includes('data'));
    let unrelocated = NaN;
    for (let i = 0; i < table.count; i++) {
      const at = table.nameOffset[i];
      if (reference && Number.isNaN(unrelocated) && hasName(table.strings, at, reference.name)) {
        unrelocated = table.svma[i];
      }
      const type = table.info[i] & 0xf;
      const isLabel = type === elf.STT_NOTYPE;
      const isSymbol = type === elf.STT_FUNC || type === elf.STT_OBJECT || type === elf.STT_GNU_IFUNC;
      const section = table.sectionIndex[i];
      if (at === 0 || !isLoaded[section] || !(isSymbol || (isLabel && holdsLabels[section]))) continue;
      if (isIgnored(table.strings, at)) continue;
      const index = columns.add(
        table.svma[i],
        table.svma[i],
        table.sizeBytes[i],
        table.info[i],
        NameKind.Plain,
      );
      columns.nameTable[index] = strings;
      columns.nameAt[index] = at;
    }
    if (columns.count === 0) return 'empty';
    if (reference && Number.isNaN(unrelocated)) return 'no-reference';
    const slide = reference ? reference.avma - unrelocated : 0;
    const order = columns.settle(columns.sorted(new Uint32Array(0), 0));
    const unsigned = [
      ...order.filter((symbol) => columns.svma[symbol] + slide >= 0),
      ...order.filter((symbol) => columns.svma[symbol] + slide < 0),
    ];
    return new KernelSymbols(
      Float64Array.from(unsigned, (symbol) => columns.svma[symbol] + slide),
      Float64Array.from(unsigned, (symbol) => columns.ends[symbol] + slide),
      { name: (index) => columns.linkageName(unsigned[index]), module: () => '' },
    );
  }

  /**
   * Index of the symbol that covers an address, or -1.
   * @param module "[name]" or '' for the kernel proper: a symbol of another one does not count
   */
  find(avma: number, module?: string): number {
    const { firstNegative } = this;
    const i =
      avma < 0
        ? firstNegative + findLastAtOrBelow(this.negativeStarts, this.count - firstNegative, avma)
        : findLastAtOrBelow(this.starts, firstNegative, avma);
    if (i < (avma < 0 ? firstNegative : 0) || avma >= this.ends[i]) return -1;
    return module === undefined || this.names.module(i) === module ? i : -1;
  }

  start(index: number): number {
    return this.starts[index];
  }

  /** One past the last byte; Infinity for a symbol at a low address that only kernel addresses follow. */
  end(index: number): number {
    return this.ends[index];
  }

  name(index: number): string {
    return this.names.name(index);
  }

  /** "[name]" of the module that has the symbol, '' for the kernel itself. */
  module(index: number): string {
    return this.names.module(index);
  }
}

const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;
const BRACKET = 0x5b;

/** The lines of a kallsyms file that count, as columns. */
class KallsymsList {
  count = 0;
  start: Float64Array;
  /** Type and binding as in Elf64_Sym.st_info. */
  private info: Uint8Array;
  private nameAt: Uint32Array;
  private nameEnd: Uint32Array;

  constructor(private readonly text: Uint8Array) {
    // A line has at least 20 bytes: 16 digits, two spaces, a type, a name of one letter; guess 40.
    const capacity = Math.max(64, text.length / 40) | 0;
    this.start = new Float64Array(capacity);
    this.info = new Uint8Array(capacity);
    this.nameAt = new Uint32Array(capacity);
    this.nameEnd = new Uint32Array(capacity);
    this.parse();
  }

  name(symbol: number): string {
    const tab = this.moduleAt(symbol);
    return decodeCString(
      this.text.subarray(this.nameAt[symbol], tab < 0 ? this.nameEnd[symbol] : tab - 1),
      0,
    );
  }

  module(symbol: number): string {
    const at = this.moduleAt(symbol);
    return at < 0 ? '' : decodeCString(this.text.subarray(at, this.nameEnd[symbol]), 0);
  }

  /** Where in the text a symbol's module begins, or -1. */
  moduleAt(symbol: number): number {
    const { text } = this;
    const end = this.nameEnd[symbol];
    if (text[end - 1] !== 0x5d) return -1;
    for (let at = this.nameAt[symbol]; at < end; at++) if (text[at] === TAB) return at + 1;
    return -1;
  }

  isRestricted(): boolean {
    for (let i = 0; i < this.count; i++) if (this.start[i] !== 0) return false;
    return true;
  }

  findFunction(name: string): number {
    for (let i = 0; i < this.count; i++) {
      if (this.nameEnd[i] - this.nameAt[i] !== name.length || (this.info[i] & 0xf) !== elf.STT_FUNC) continue;
      if (this.name(i) === name) return i;
    }
    return -1;
  }

  /**
   * Symbols by address, unsigned; at one address as listed. The kernel's own, most of them, come sorted: only what
   * follows the first break is sorted and then merged in.
   */
  sorted(): Uint32Array {
    const { start, count } = this;
    const isBefore = (a: number, b: number) =>
      start[a] < 0 === start[b] < 0 ? start[a] < start[b] : start[b] < 0;
    let sortedCount = 1;
    while (sortedCount < count && !isBefore(sortedCount, sortedCount - 1)) sortedCount++;
    const rest = Uint32Array.from({ length: count - sortedCount }, (_, i) => sortedCount + i);
    rest.sort((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : a - b));
    const order = new Uint32Array(count);
    let head = 0;
    let next = 0;
    for (let i = 0; i < count; i++) {
      const takesRest = next < rest.length && (head === sortedCount || isBefore(rest[next], head));
      order[i] = takesRest ? rest[next++] : head++;
    }
    return order;
  }

  /** Gives each symbol its end and leaves one at each address. */
  settle(order: Uint32Array): { readonly order: Uint32Array; readonly ends: Float64Array } {
    const { start } = this;
    const ends = new Float64Array(this.count);
    for (let i = 0; i < order.length; i++) {
      const symbol = order[i];
      ends[symbol] = i + 1 < order.length ? this.endBefore(symbol, order[i + 1]) : pageAfter(start[symbol]);
    }
    let kept = 0;
    for (const symbol of order) {
      const last = kept > 0 ? order[kept - 1] : -1;
      if (last < 0 || start[last] !== start[symbol]) order[kept++] = symbol;
      else order[kept - 1] = this.best(last, symbol, ends);
    }
    return { order: order.slice(0, kept), ends };
  }

  private endBefore(symbol: number, next: number): number {
    if (!this.isSameModule(symbol, next)) return pageAfter(this.start[symbol]);
    const end = this.start[next];
    return end < 0 && this.start[symbol] >= 0 ? Infinity : end;
  }

  private best(first: number, second: number, ends: Float64Array): number {
    const byFacts = chooseByFacts(
      ends[first] - this.start[first],
      this.info[first],
      ends[second] - this.start[second],
      this.info[second],
    );
    if (byFacts !== 0) return byFacts === 1 ? first : second;
    return chooseByName(this.nameBytes(first), this.nameBytes(second)) === 1 ? first : second;
  }

  private nameBytes(symbol: number): Uint8Array {
    return this.text.subarray(this.nameAt[symbol], this.nameEnd[symbol]);
  }

  private isSameModule(a: number, b: number): boolean {
    const { text, nameEnd } = this;
    const inModule = text[nameEnd[a] - 1] === 0x5d;
    if (inModule !== (text[nameEnd[b] - 1] === 0x5d)) return false;
    if (!inModule) return true;
    let back = 1;
    while (text[nameEnd[a] - back] === text[nameEnd[b] - back]) {
      if (text[nameEnd[a] - back] === BRACKET) return true;
      back++;
    }
    return false;
  }

  private parse(): void {
    const { text } = this;
    let at = 0;
    while (at < text.length) {
      let high = 0;
      let low = 0;
      let digits = 0;
      for (; at < text.length; at++, digits++) {
        const digit = hexDigit(text[at]);
        if (digit < 0) break;
        high = (high << 4) | (low >>> 28);
        low = (low << 4) | digit;
      }
      const type = text[at + 1];
      const isLine = digits > 0 && text[at] === SPACE && text[at + 2] === SPACE;
      const nameAt = at + 3;
      let end = text.indexOf(NEWLINE, at);
      if (end < 0) end = text.length;
      if (isLine && nameAt < end) {
        const info = infoOfType(type);
        if (info >= 0 && !isIgnored(text, nameAt)) this.add(high * 2 ** 32 + (low >>> 0), info, nameAt, end);
      }
      at = end + 1;
    }
  }

  private add(start: number, info: number, nameAt: number, nameEnd: number): void {
    if (this.count === this.start.length) this.grow();
    const i = this.count++;
    this.start[i] = start;
    this.info[i] = info;
    this.nameAt[i] = nameAt;
    this.nameEnd[i] = nameEnd;
  }

  private grow(): void {
    const capacity = this.start.length * 2;
    const { start, info, nameAt, nameEnd } = this;
    this.start = new Float64Array(capacity);
    this.start.set(start);
    this.info = new Uint8Array(capacity);
    this.info.set(info);
    this.nameAt = new Uint32Array(capacity);
    this.nameAt.set(nameAt);
    this.nameEnd = new Uint32Array(capacity);
    this.nameEnd.set(nameEnd);
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

/** st_info for the type letter of a symbol that perf takes; -1 for others. Capital letters are global. */
function infoOfType(letter: number): number {
  switch (letter) {
    case 0x54: // T
      return (elf.STB_GLOBAL << 4) | elf.STT_FUNC;
    case 0x74: // t
    case 0x77: // w
      return elf.STT_FUNC;
    case 0x57: // W
      return (elf.STB_WEAK << 4) | elf.STT_FUNC;
    case 0x44: // D
    case 0x42: // B
      return (elf.STB_GLOBAL << 4) | elf.STT_OBJECT;
    case 0x64: // d
    case 0x62: // b
      return elf.STT_OBJECT;
    default:
      return -1;
  }
}

/** Names of compilers' labels and of marks of code and data: ".L…", "L0…", "$…". */
function isIgnored(text: Uint8Array, at: number): boolean {
  const first = text[at];
  if (first === 0x24) return true;
  return (first === 0x2e && text[at + 1] === 0x4c) || (first === 0x4c && text[at + 1] === 0x30);
}

function hasName(strings: Uint8Array, at: number, name: string): boolean {
  if (strings[at + name.length] !== 0) return false;
  for (let i = 0; i < name.length; i++) if (strings[at + i] !== name.charCodeAt(i)) return false;
  return true;
}

/** End of the page after the one that an address lies in; an address at a page's start counts to that page. */
function pageAfter(avma: number): number {
  return (Math.ceil(avma / PAGE_SIZE_BYTES) + 1) * PAGE_SIZE_BYTES;
}
