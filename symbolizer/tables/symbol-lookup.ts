/**
 * The symbol that covers a place, as {@link SymbolTable} has it, found without making the table: what is to be known of
 * other symbols is asked of those around the place alone.
 *
 *   place ──► last symbol that starts there or before ──► aliases at that start, and the next symbol ──► one is chosen
 *             does any symbol before reach the place? ──► then the whole table is made: what perf answers there depends on
 *                                                         all symbols (symbol-search-tree.ts)
 *             is it among the PLTs? ───────────────────► their symbols are made
 *
 * A run names hundreds of addresses of tables with ten thousands of symbols. Where the file is not of the usual form
 * (plain-symbols.ts), the whole table is made at once.
 */

import { elf, type ElfImage } from '../../parser';
import { PlaceSearch } from '../files/place-search';
import { findPltZone, type PltZone } from './plt-zone';
import { addPltSymbols } from './plt-symbols';
import { PlainSymbols } from './plain-symbols';
import { NameKind, SymbolColumns } from './symbol-columns';
import { chooseTables, SymbolTable, type ChosenTable, type SymbolTableOptions } from './symbol-table';

/** Groups of symbols before a place that are looked at; where more reach near it, the whole table is made. */
const MOST_LOOKED_AT = 32;
/** PLT entries that there is room for at first. */
const ROOM_FOR_PLT = 64;

export interface FoundSymbol {
  readonly startSvma: number;
  /** In the runtime image. */
  readonly startFileOffset: number;
  readonly sizeBytes: number;
  /** Whether it names data, not code. */
  readonly isObject: boolean;
  /** As perf prints it (SymbolTable.name). */
  readonly name: string;
}

/** The symbol that was chosen among those of one start. */
interface Chosen {
  readonly columns: SymbolColumns;
  readonly index: number;
}

export class SymbolLookup {
  private readonly plain: PlainSymbols | undefined;
  private readonly furthestEnds: Float64Array = new Float64Array(0);
  private readonly zone: PltZone | undefined;
  /** By the position of the first symbol of their start. */
  private readonly chosen = new Map<number, Chosen>();
  private readonly found = new Map<SymbolColumns | SymbolTable, (FoundSymbol | undefined)[]>();
  private table: SymbolTable | undefined;
  private plt: { readonly columns: SymbolColumns; readonly search: PlaceSearch } | undefined;

  private constructor(
    private readonly runtime: ElfImage | undefined,
    private readonly tables: readonly ChosenTable[],
    private readonly options: SymbolTableOptions,
  ) {
    const zone = runtime && findPltZone(runtime);
    if (zone !== 'unknown') {
      this.zone = zone;
      this.plain = PlainSymbols.read(runtime, tables, options.codeOnly ?? false);
    }
    if (this.plain) this.furthestEnds = this.plain.furthestEnds();
    else this.table = SymbolTable.fromTables(runtime, tables, options);
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
  ): SymbolLookup {
    return new SymbolLookup(runtime, chooseTables(runtime, debug, options), options);
  }

  /** Whether there are no symbols at all. */
  get isEmpty(): boolean {
    return (this.table ?? this.plain)?.count === 0;
  }

  /** The symbol that covers the byte at a file offset of the runtime image. */
  findByFileOffset(place: number): FoundSymbol | undefined {
    const { plain, zone } = this;
    if (!plain) return this.findInTable(place);
    if (plain.count === 0) return undefined;
    const last = plain.lastAtOrBefore(place);
    const start = last < 0 ? -1 : plain.start(last);
    if (zone && place >= zone.start && start < zone.end) return this.findNearPlt(plain, zone, place, last);
    if (last < 0) return undefined;
    const first = firstOfStart(plain, last);
    if (this.isReached(plain, place, first)) return this.findInTable(place);
    const { columns, index } = this.choose(plain, first, last);
    return place < columns.ends[index] ? this.describe(columns, index) : undefined;
  }

  /** A place within or right after the PLTs. @param last the last symbol of the tables before it, or -1 */
  private findNearPlt(
    plain: PlainSymbols,
    zone: PltZone,
    place: number,
    last: number,
  ): FoundSymbol | undefined {
    if (last >= 0) {
      // PLT symbols and others would have to be told apart.
      if (plain.start(last) >= zone.start) return this.findInTable(place);
      const before = firstOfStart(plain, last);
      const { columns, index } = this.choose(plain, before, last);
      if (place < columns.ends[index]) return this.findInTable(place);
      if (this.isReached(plain, place, before)) return this.findInTable(place);
    }
    if (place >= zone.end) return undefined;
    this.plt ??= this.makePlt(plain);
    const { columns, search } = this.plt;
    if (search.hasOverlaps) return this.findInTable(place);
    const found = search.find(place);
    return found < 0 ? undefined : this.describe(columns, search.order[found]);
  }

  /** Whether a symbol that starts before a group's start reaches a place. @param first of the group */
  private isReached(plain: PlainSymbols, place: number, first: number): boolean {
    let next = first;
    for (let looked = 0; next > 0 && this.furthestEnds[next - 1] > place; looked++) {
      if (looked === MOST_LOOKED_AT) return true;
      const last = next - 1;
      next = firstOfStart(plain, last);
      const { columns, index } = this.choose(plain, next, last);
      if (place < columns.ends[index]) return true;
    }
    return false;
  }

  /** Chooses among the symbols of one start. @param first and `last` positions of them */
  private choose(plain: PlainSymbols, first: number, last: number): Chosen {
    let chosen = this.chosen.get(first);
    if (!chosen) {
      chosen = this.chooseNow(plain, first, last);
      this.cutAtPlt(plain, last, chosen);
      this.chosen.set(first, chosen);
    }
    return chosen;
  }

  /** Does to the symbols of one start, and to the next ones, what making the table does to all. */
  private chooseNow(plain: PlainSymbols, first: number, last: number): Chosen {
    const columns = new SymbolColumns(last - first + 3, this.options.demangle ?? ((name) => name));
    const end = last + 1;
    let order: number[] = [];
    for (const table of [0, 1]) {
      const { length } = order;
      for (let i = first; i < end; i++) if (plain.table(i) === table) order.push(addPlain(columns, plain, i));
      if (order.length === length) continue;
      // A symbol without a size ends at the next one: of the tables read so far.
      let next = end;
      while (table === 0 && next < plain.count && plain.table(next) !== 0) next++;
      if (next < plain.count) order.push(addPlain(columns, plain, next));
      order = [columns.settle(Uint32Array.from(order))[0]];
    }
    return { columns, index: order[0] };
  }

  /** Cuts the symbol before .plt, which may have been stretched into it. */
  private cutAtPlt(plain: PlainSymbols, last: number, { columns, index }: Chosen): void {
    const pltStart = this.zone?.pltStart ?? -1;
    if (!(columns.starts[index] < pltStart && pltStart < columns.ends[index])) return;
    if (plain.lastAtOrBefore(pltStart) === last) columns.ends[index] = pltStart;
  }

  private makePlt(plain: PlainSymbols): { columns: SymbolColumns; search: PlaceSearch } {
    const columns = new SymbolColumns(ROOM_FOR_PLT, this.options.demangle ?? ((name) => name));
    const findBefore = (place: number): number => {
      const last = plain.lastAtOrBefore(place);
      if (last < 0) return -1;
      const chosen = this.choose(plain, firstOfStart(plain, last), last);
      if (!(place < chosen.columns.ends[chosen.index])) return -1;
      const copy = columns.addCopy(chosen.columns, chosen.index);
      // Not one of the PLT's.
      columns.erase(copy);
      return copy;
    };
    addPltSymbols(columns, findBefore, this.runtime!);
    return { columns, search: new PlaceSearch(columns, columns.sorted(new Uint32Array(0), 0)) };
  }

  private findInTable(place: number): FoundSymbol | undefined {
    this.table ??= SymbolTable.fromTables(this.runtime, this.tables, this.options);
    const { table } = this;
    const index = table.findByFileOffset(place);
    if (index < 0) return undefined;
    return this.keep(table, index, () => ({
      startSvma: table.start(index),
      startFileOffset: table.startFileOffset(index),
      sizeBytes: table.end(index) - table.start(index),
      isObject: table.isObject(index),
      name: table.name(index),
    }));
  }

  private describe(columns: SymbolColumns, index: number): FoundSymbol {
    return this.keep(columns, index, () => ({
      startSvma: columns.svma[index],
      startFileOffset: columns.starts[index],
      sizeBytes: columns.ends[index] - columns.starts[index],
      isObject: (columns.info[index] & 0xf) === elf.STT_OBJECT,
      name: columns.printedName(index),
    }));
  }

  /** Demangling costs more than all else about a symbol, and each has many addresses. */
  private keep(of: SymbolColumns | SymbolTable, index: number, describe: () => FoundSymbol): FoundSymbol {
    let known = this.found.get(of);
    if (!known) this.found.set(of, (known = []));
    return (known[index] ??= describe());
  }
}

/** Position of the first symbol with the start of the one at a position. */
function firstOfStart(plain: PlainSymbols, position: number): number {
  const start = plain.start(position);
  let first = position;
  while (first > 0 && plain.start(first - 1) === start) first--;
  return first;
}

function addPlain(columns: SymbolColumns, plain: PlainSymbols, i: number): number {
  const index = columns.add(plain.start(i), plain.svma(i), plain.sizeBytes(i), plain.info(i), NameKind.Plain);
  columns.nameTable[index] = columns.addStringTable(plain.strings(i));
  columns.nameAt[index] = plain.nameAt(i);
  return index;
}
