/**
 * The symbols of one image while its table is being built: columns in the order in which perf would meet them, and
 * the alive ones sorted. Follows perf 7.2 (tools/perf/util/symbol.c, `symbols__fixup_end` and
 * `symbols__fixup_duplicate`): first symbols without a size are stretched to the next one, then one symbol
 * is chosen among those that start at the same address.
 *
 * All places are file offsets, the space in which perf keeps user-space symbols: that is what a mapping
 * translates an address to.
 */

import { decodeCString, elf } from '../../parser';
import type { PlacedSymbols } from '../files/place-search';
import type { SymbolSearchTree } from './symbol-search-tree';
import { chooseByFacts, chooseByName, type Demangle } from './symbol-choice';

/** How a symbol's name is made of what its `nameAt` column points to. */
export enum NameKind {
  /** The string as it is. */
  Plain,
  /** The string, demangled, then "@plt". */
  Plt,
  /** "offset_0x…@plt": an entry that no relocation gives a name to. */
  UnnamedPlt,
  /** ".plt" itself. */
  PltHeader,
}

/** The last symbol has no successor to end at: perf gives it the rest of its page and one more. */
const PAGE_SIZE_BYTES = 4096;

/** Sort keys pack (file offset, column index) into one double while both fit. */
const INDEX_RANGE = 2 ** 21;
const OFFSET_RANGE = 2 ** 32;

export class SymbolColumns implements PlacedSymbols {
  count = 0;
  /** File offsets. */
  starts: Float64Array;
  ends: Float64Array;
  svma: Float64Array;
  /** Type and binding as in Elf64_Sym.st_info. */
  info: Uint8Array;
  nameKind: Uint8Array;
  /** Which of the string tables holds the name. */
  nameTable: Uint8Array;
  /** Offset of the name in its string table. */
  nameAt: Uint32Array;
  /** 1 where an IFUNC at the same address lost to this symbol. */
  ifuncAlias: Uint8Array;
  /** What perf's search tree went through: a column index that was inserted, or ~index that was erased. */
  private readonly history: number[] = [];
  private lowest = Infinity;
  private highest = -Infinity;
  private isErased: Uint8Array;
  private readonly stringTables: Uint8Array[] = [];
  /** The alias that was chosen last by its printed name. */
  private comparedLast: { readonly index: number; readonly name: Uint8Array } | undefined;

  /** @param capacity symbols that there is room for at first */
  constructor(
    capacity: number,
    private readonly demangle: Demangle,
  ) {
    this.starts = new Float64Array(capacity);
    this.ends = new Float64Array(capacity);
    this.svma = new Float64Array(capacity);
    this.info = new Uint8Array(capacity);
    this.nameKind = new Uint8Array(capacity);
    this.nameTable = new Uint8Array(capacity);
    this.nameAt = new Uint32Array(capacity);
    this.ifuncAlias = new Uint8Array(capacity);
    this.isErased = new Uint8Array(capacity);
  }

  /** Registers a string table (kept, not copied); returns its number for {@link nameTable}. */
  addStringTable(strings: Uint8Array): number {
    const known = this.stringTables.indexOf(strings);
    return known >= 0 ? known : this.stringTables.push(strings) - 1;
  }

  /** Appends a symbol; returns its column index. */
  add(fileOffset: number, svma: number, sizeBytes: number, info: number, kind: NameKind): number {
    if (this.count === this.starts.length) this.grow();
    const index = this.count++;
    if (fileOffset < this.lowest) this.lowest = fileOffset;
    if (fileOffset > this.highest) this.highest = fileOffset;
    this.starts[index] = fileOffset;
    this.ends[index] = fileOffset + sizeBytes;
    this.svma[index] = svma;
    this.info[index] = info;
    this.nameKind[index] = kind;
    this.history.push(index);
    return index;
  }

  /** Appends a symbol of other columns; returns its column index. */
  addCopy(from: SymbolColumns, of: number): number {
    const { starts, ends, svma, info, nameKind } = from;
    const index = this.add(starts[of], svma[of], ends[of] - starts[of], info[of], nameKind[of]);
    this.nameTable[index] = this.addStringTable(from.stringTables[from.nameTable[of]]);
    this.nameAt[index] = from.nameAt[of];
    this.ifuncAlias[index] = from.ifuncAlias[of];
    return index;
  }

  /** Notes that perf drops a symbol that it had inserted. */
  erase(index: number): void {
    this.history.push(~index);
    this.isErased[index] = 1;
  }

  replay(tree: SymbolSearchTree): void {
    for (const step of this.history) {
      if (step >= 0) tree.insert(step);
      else tree.erase(~step);
    }
  }

  /** The name as the string table has it; empty where there is none. */
  linkageName(index: number): string {
    const strings = this.stringTables[this.nameTable[index]] as Uint8Array | undefined;
    const at = this.nameAt[index];
    return strings !== undefined && at < strings.length ? decodeCString(strings, at) : '';
  }

  /** The name as perf prints it. */
  printedName(index: number): string {
    switch (this.nameKind[index] as NameKind) {
      case NameKind.Plain:
        return this.demangle(this.linkageName(index));
      case NameKind.Plt:
        return `${this.demangle(this.linkageName(index))}@plt`;
      case NameKind.UnnamedPlt:
        return `offset_0x${this.starts[index].toString(16)}@plt`;
      case NameKind.PltHeader:
        return '.plt';
    }
  }

  /** Column index of the last of the sorted symbols that starts at or before a place, if it covers it; or -1. */
  findIn(order: Uint32Array, fileOffset: number): number {
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.starts[order[middle]] <= fileOffset) low = middle + 1;
      else high = middle;
    }
    const index = low > 0 ? order[low - 1] : -1;
    return index >= 0 && fileOffset < this.ends[index] ? index : -1;
  }

  /** The alive columns that were appended before `first` and those since, sorted by place; at one place as appended. */
  sorted(alive: Uint32Array, first: number): Uint32Array {
    const { starts, isErased, lowest } = this;
    const added = this.count - first;
    if (this.highest - lowest >= OFFSET_RANGE || this.count > INDEX_RANGE) {
      const order = new Uint32Array(alive.length + added);
      order.set(alive);
      let size = alive.length;
      for (let i = first; i < this.count; i++) if (isErased[i] === 0) order[size++] = i;
      return order.subarray(0, size).sort((a, b) => starts[a] - starts[b] || a - b);
    }
    const keys = new Float64Array(alive.length + added);
    let size = 0;
    for (; size < alive.length; size++) {
      keys[size] = (starts[alive[size]] - lowest) * INDEX_RANGE + alive[size];
    }
    for (let i = first; i < this.count; i++) {
      if (isErased[i] === 0) keys[size++] = (starts[i] - lowest) * INDEX_RANGE + i;
    }
    const sortedKeys = keys.subarray(0, size).sort();
    const order = new Uint32Array(size);
    for (let i = 0; i < size; i++) order[i] = sortedKeys[i] % INDEX_RANGE;
    return order;
  }

  /** Gives symbols without a size an end, then drops all but one of those that start at the same place. */
  settle(order: Uint32Array): Uint32Array {
    this.stretchSizeless(order);
    let kept = 0;
    for (const index of order) {
      const last = kept > 0 ? order[kept - 1] : -1;
      if (last < 0 || this.starts[last] !== this.starts[index]) {
        order[kept++] = index;
        continue;
      }
      const best = this.best(last, index);
      const other = best === last ? index : last;
      if ((this.info[other] & 0xf) === elf.STT_GNU_IFUNC) this.ifuncAlias[best] = 1;
      order[kept - 1] = best;
      this.erase(other);
    }
    return order.slice(0, kept);
  }

  private grow(): void {
    const capacity = this.starts.length * 2 + 64;
    const longer = <Column extends Float64Array | Uint32Array | Uint8Array>(
      column: Column,
      grown: Column,
    ) => {
      grown.set(column);
      return grown;
    };
    this.starts = longer(this.starts, new Float64Array(capacity));
    this.ends = longer(this.ends, new Float64Array(capacity));
    this.svma = longer(this.svma, new Float64Array(capacity));
    this.info = longer(this.info, new Uint8Array(capacity));
    this.nameKind = longer(this.nameKind, new Uint8Array(capacity));
    this.nameTable = longer(this.nameTable, new Uint8Array(capacity));
    this.nameAt = longer(this.nameAt, new Uint32Array(capacity));
    this.ifuncAlias = longer(this.ifuncAlias, new Uint8Array(capacity));
    this.isErased = longer(this.isErased, new Uint8Array(capacity));
  }

  private stretchSizeless(order: Uint32Array): void {
    const { starts, ends } = this;
    for (let i = 0; i + 1 < order.length; i++) {
      const index = order[i];
      if (ends[index] === starts[index]) ends[index] = starts[order[i + 1]];
    }
    if (order.length === 0) return;
    const last = order[order.length - 1];
    if (ends[last] === starts[last]) {
      ends[last] = (Math.ceil(starts[last] / PAGE_SIZE_BYTES) + 1) * PAGE_SIZE_BYTES;
    }
  }

  private best(first: number, second: number): number {
    const byFacts = chooseByFacts(
      this.ends[first] - this.starts[first],
      this.info[first],
      this.ends[second] - this.starts[second],
      this.info[second],
    );
    if (byFacts !== 0) return byFacts === 1 ? first : second;
    // Most have one name in .symtab and .dynsym, or are variants of a constructor.
    if (this.arePrintedAlike(first, second)) return first;
    // Of several aliases the best so far is compared with each that follows.
    const firstName = this.comparedLast?.index === first ? this.comparedLast.name : this.printedBytes(first);
    const secondName = this.printedBytes(second);
    const isFirst = chooseByName(firstName, secondName) === 1;
    this.comparedLast = isFirst ? { index: first, name: firstName } : { index: second, name: secondName };
    return isFirst ? first : second;
  }

  /** Whether two symbols have the same name, or names that are known to be printed alike without demangling them. */
  private arePrintedAlike(first: number, second: number): boolean {
    const a = this.stringTables[this.nameTable[first]];
    const b = this.stringTables[this.nameTable[second]];
    const startA = this.nameAt[first];
    const startB = this.nameAt[second];
    let at = 0;
    while (a[startA + at] === b[startB + at] && a[startA + at] > 0) at++;
    if (!(a[startA + at] > 0) && !(b[startB + at] > 0)) return true;
    return isOtherStructor(a.subarray(startA), b.subarray(startB), at);
  }

  private printedBytes(index: number): Uint8Array {
    const name = this.nameBytes(index);
    return isMangled(name) ? utf8.encode(this.demangle(this.linkageName(index))) : name;
  }

  private nameBytes(index: number): Uint8Array {
    const strings = this.stringTables[this.nameTable[index]];
    const at = this.nameAt[index];
    const end = strings.indexOf(0, at);
    return strings.subarray(at, end < 0 ? strings.length : end);
  }
}

const utf8 = new TextEncoder();

/** Whether a name may be printed otherwise than it is: "_Z…", "_R…", "_D…" (C++, Rust, D), "caml…" (OCaml). */
function isMangled(name: Uint8Array): boolean {
  if (name[0] === 0x5f) return name[1] === 0x5a || name[1] === 0x52 || name[1] === 0x44;
  return name[0] === 0x63 && name[1] === 0x61 && name[2] === 0x6d && name[3] === 0x6c;
}

/**
 * Whether two linkage names, which differ first at a place, are variants of one constructor or destructor (Itanium C++ ABI
 * 5.1.4.3: C1, C2, D0, D1…). They are printed alike, and a C++ library has thousands of them.
 * @param first and `second` begin with the names, which end at a 0 or with the bytes
 */
function isOtherStructor(first: Uint8Array, second: Uint8Array, at: number): boolean {
  const letter = first[at - 1];
  const isMangledName = first[0] === UNDERSCORE && first[1] === LETTER_Z;
  if (!isMangledName || (letter !== LETTER_C && letter !== LETTER_D)) return false;
  if (!isVariant(first[at]) || !isVariant(second[at])) return false;
  return isSameFrom(first, second, at + 1);
}

/** Whether two names that end at a 0, or with the bytes, are the same from a place on. */
function isSameFrom(first: Uint8Array, second: Uint8Array, at: number): boolean {
  while (first[at] === second[at] && first[at] > 0) at++;
  return !(first[at] > 0) && !(second[at] > 0);
}

function isVariant(digit: number): boolean {
  return digit >= 0x30 && digit <= 0x35;
}

const UNDERSCORE = 0x5f;
const LETTER_C = 0x43;
const LETTER_D = 0x44;
const LETTER_Z = 0x5a;
