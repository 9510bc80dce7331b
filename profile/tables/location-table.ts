/**
 * What stacks are compared by: a location is a symbol of a binary, or a bare address where no symbol covers it.
 * Many frames (return addresses) are one location. Rules of perf 7.2 (tools/perf/util/callchain.c match_chain,
 * util/sort.c sort__sym_cmp, util/event.c thread__find_map):
 *
 *   frame in a symbol            (binary, symbol's start)
 *   frame without, in a chain    (binary, avma)
 *   frame without, as sampled    (binary, offset in the binary's file)   so one address can be two locations
 */

import { addressFromHalves, formatAddress, highHalf, lowHalf } from '../../parser';
import { classifyMapping, isJitMemory } from '../../symbolizer';
import type { SourcePosition } from '../answers/answer-set';
import { FURTHER_PLACES } from '../names/frame-names';
import { shortModuleName } from './module-names';
import { FURTHER_FRAMES, FrameTable, type Mapping, type MappingTable, type Module } from '../../unwinder';

/** The name of a frame, or of a function that was inlined into it. */
export interface LocationName {
  /** undefined where no symbol covers the address. */
  readonly symbol: string | undefined;
  /** Bytes from the symbol's start; negative where `symbol` names no code. */
  readonly symbolOffset: number;
  /** undefined where it is not known. */
  readonly symbolSizeBytes?: number;
  readonly isInlined?: boolean;
  readonly isData?: boolean;
  /** Where in the source the address is, if that was looked up with the name. */
  readonly position?: SourcePosition;
}

/** Gives frames their names. */
export interface FrameNaming {
  /** The function whose code the frame is in. */
  resolveOnce(frame: number): LocationName;
  /** The same and what was inlined there, innermost first; the function itself where nothing was. */
  expandOnce(frame: number): readonly LocationName[];
  /** Undefined where the binary has no lines; "??:0" where it has none for the address. */
  positionOf(frame: number): SourcePosition | undefined;
  /** The address as disassemblers show it; undefined for addresses in no mapping. */
  disassemblyAddressOf(frame: number): number | undefined;
}

/** Module of a location whose address is in no mapping. */
export const NO_MODULE = -1;
/** Of the one location for all that come when there are too many, here or among the frames. */
export const FURTHER_MODULE = -2;

/**
 * A line of a report for each, with what it is called and counts, takes up to 1.5 KB. Programs have some ten thousand functions; more
 * are addresses without symbols, which tell nothing one by one.
 */
export const MOST_LOCATIONS = 200_000;

/** How finely locations tell frames apart. */
export type LocationGrain =
  /** By binary alone: functions are not named. */
  | 'binary'
  /** By symbol. */
  | 'function'
  /** By address; functions inlined at one address are still several. */
  | 'address'
  /** By source line; by symbol where it is not known. */
  | 'line'
  /** By source line and symbol; by address where the binary has no lines. */
  | 'place';

/** The line of code without debug information. */
export const UNKNOWN_LINE = '??:0';
const NAMELESS: LocationName = { symbol: undefined, symbolOffset: 0 };

/** Instead of a depth of inlining: the sampled instruction pointer itself. */
const SAMPLED = -1;

export interface LocationOptions {
  readonly grain: LocationGrain;
  /** Whether different addresses are different locations, whatever the grain. */
  readonly tellsAddresses?: boolean;
  /** Whether lines are named with the folders of their files. */
  readonly showsFullPaths: boolean;
}

export class LocationTable {
  /** At most {@link MOST_LOCATIONS} and one, {@link FURTHER_PLACES}. */
  count = 0;
  /** Index of the module, or NO_MODULE, or FURTHER_MODULE. */
  readonly module: number[] = [];
  readonly symbol: (string | undefined)[] = [];
  readonly isInlined: boolean[] = [];
  /** For symbols that name data, how far into it the first frame was; -1 for all else. */
  readonly dataOffset: number[] = [];
  /** Size of the symbol; of an inlined function, that of the function whose code it is in. */
  readonly symbolSizeBytes: number[] = [];
  /** The symbol's start in its binary, or the address. */
  readonly valueLow: number[] = [];
  readonly valueHigh: number[] = [];
  /** "file.c:12"; undefined in the grains 'binary' and 'function', and for addresses in no mapping. */
  readonly sourceLine: (string | undefined)[] = [];
  /** The first frame that was met there. */
  readonly frame: number[] = [];
  /** What tells locations apart: a kind, by number, and an address. Frames are interned likewise. */
  private readonly keys = new FrameTable();
  /** By key. Only the location of all that are too many has none. */
  private readonly ofKeys: number[] = [];
  private further: number | undefined;
  private readonly kinds = new Map<string | number, number>();
  private readonly identities: (boolean | undefined)[] = [];
  /** Of a million frames, arrays of their own would be much of their memory. */
  private readonly alone: (readonly number[])[] = [];
  private readonly chainLocations: (readonly number[] | undefined)[] = [];
  private readonly sampledLocations: (number | undefined)[] = [];

  constructor(
    private readonly frames: FrameTable,
    private readonly mappings: MappingTable,
    private readonly naming: FrameNaming,
    private readonly options: LocationOptions,
  ) {}

  /** How many locations are one since there are too many; 0 where all are told apart. */
  get furtherCount(): number {
    return Math.max(0, this.keys.count - MOST_LOCATIONS);
  }

  /** The locations of a frame of a chain, innermost first: more than one where functions were inlined. */
  ofChainFrame(frame: number): readonly number[] {
    const known = this.chainLocations[frame];
    if (known !== undefined) return known;
    const names = this.naming.expandOnce(frame);
    if (names.length !== 1)
      return (this.chainLocations[frame] = names.map((name, depth) => this.intern(frame, name, depth)));
    const location = this.intern(frame, names[0], 0);
    return (this.chainLocations[frame] = this.alone[location] ??= [location]);
  }

  /** The location of a sampled instruction pointer. Inlined functions do not count there. */
  ofSampledFrame(frame: number): number {
    return (this.sampledLocations[frame] ??= this.intern(
      frame,
      this.options.grain === 'binary' ? NAMELESS : this.naming.resolveOnce(frame),
      SAMPLED,
    ));
  }

  /**
   * Locations that are the same in call graphs though they are not otherwise: perf knows lines, and inlined functions, by their
   * names alone.
   * @param locations each once
   * @returns by place in the list, the place of the first that it is the same as, which may be its own; undefined where all differ
   */
  firstAlike(locations: readonly number[]): number[] | undefined {
    const { grain } = this.options;
    if (grain === 'address') return undefined;
    const tellsLine = (location: number): boolean => grain === 'line' && this.tellsLine(location);
    if (!locations.some((location) => this.isInlined[location] || tellsLine(location))) return undefined;
    // Not each with each: an entry can have as many callers as there are locations.
    const firsts = new Map<string, number>();
    const find = (key: string): number => firsts.get(key) ?? Infinity;
    const byLine = (location: number): string => `line ${this.sourceLine[location]}`;
    const bySymbol = (location: number, isInlined: boolean, hasLine: boolean): string =>
      `${isInlined} ${hasLine} ${this.symbol[location] ?? ''}`;
    return locations.map((location, place) => {
      const [isInlined, hasLine] = [this.isInlined[location], tellsLine(location)];
      const found = Math.min(
        hasLine ? find(byLine(location)) : Infinity,
        find(bySymbol(location, true, false)),
        hasLine ? Infinity : find(bySymbol(location, true, true)),
        isInlined ? find(bySymbol(location, false, false)) : Infinity,
        isInlined && !hasLine ? find(bySymbol(location, false, true)) : Infinity,
      );
      if (found < place) return found;
      for (const key of [...(hasLine ? [byLine(location)] : []), bySymbol(location, isInlined, hasLine)]) {
        if (!firsts.has(key)) firsts.set(key, place);
      }
      return place;
    });
  }

  /**
   * The place of a location among others, where counts are equal: by source line where lines are told apart; by
   * binary, in the order of the recording; by address; by name. Negative where `a` comes first.
   * @param isByName whether names count before binaries and addresses
   */
  compare(a: number, b: number, isByName: boolean): number {
    if (this.options.grain === 'line') {
      const [tellsA, tellsB] = [this.tellsLine(a), this.tellsLine(b)];
      if (tellsA !== tellsB) return tellsA ? -1 : 1;
      if (tellsA) return compareText(this.sourceLine[a]!, this.sourceLine[b]!);
    }
    const byName = compareText(this.symbol[a] ?? '', this.symbol[b] ?? '');
    return (
      (isByName ? byName : 0) ||
      this.module[a] - this.module[b] ||
      this.offsetInModule(a) - this.offsetInModule(b) ||
      byName
    );
  }

  /** Of the first frame that was met at a location. Functions do not overlap: their order is that of any frames in them. */
  private offsetInModule(location: number): number {
    const frame = this.frame[location];
    const address = addressFromHalves(this.frames.addressLow[frame], this.frames.addressHigh[frame]);
    return address - (this.mappings.mappings[this.frames.mapping[frame]]?.delta ?? 0);
  }

  private tellsLine(location: number): boolean {
    const line = this.sourceLine[location];
    return line !== undefined && line !== UNKNOWN_LINE;
  }

  /** @param depth how many functions are inlined below this one at the address; SAMPLED for none */
  private intern(frame: number, name: LocationName, depth: number): number {
    if (this.frames.mapping[frame] === FURTHER_FRAMES) return this.furtherLocation(frame);
    const mapping = this.mappings.mappings[this.frames.mapping[frame]];
    const module = mapping?.module.index ?? NO_MODULE;
    const symbol = name.symbolOffset < 0 ? undefined : name.symbol;
    const isInlined = name.isInlined === true;
    const addressLow = this.frames.addressLow[frame];
    const addressHigh = this.frames.addressHigh[frame];
    let [low, high] = [addressLow, addressHigh];
    if (
      mapping !== undefined &&
      (symbol !== undefined || (depth === SAMPLED && !this.isIdentity(mapping.module)))
    ) {
      const offset = addressFromHalves(low, high) - mapping.delta;
      const value = symbol === undefined ? offset : offset - name.symbolOffset;
      low = lowHalf(value);
      high = highHalf(value);
    }
    const sourceLine = this.hasLines && mapping ? this.describeLine(frame, mapping, name) : undefined;
    // Mostly module and having a symbol or not are all: no text is made of them.
    let kind: string | number = module * 2 + Number(symbol !== undefined);
    const { grain } = this.options;
    if (grain === 'binary') [low, high] = [0, 0];
    if (grain === 'address') {
      kind = `${module} ${depth}`;
      [low, high] = [addressLow, addressHigh];
    } else if (isInlined || this.hasLines) {
      kind = `${kind} ${isInlined ? symbol : ''} ${sourceLine}`;
    }
    if (this.options.tellsAddresses) kind = `${kind} ${addressLow} ${addressHigh}`;
    const key = this.keys.intern(this.kindNumber(kind), low, high);
    if (key >= MOST_LOCATIONS) return this.furtherLocation(frame);
    if (key < this.ofKeys.length) return this.ofKeys[key];
    const location = this.count++;
    this.ofKeys.push(location);
    this.module.push(module);
    this.symbol.push(symbol);
    this.isInlined.push(isInlined);
    this.symbolSizeBytes.push(name.symbolSizeBytes ?? 0);
    this.dataOffset.push(name.isData === true ? name.symbolOffset : -1);
    this.valueLow.push(low);
    this.valueHigh.push(high);
    this.sourceLine.push(sourceLine);
    this.frame.push(frame);
    return location;
  }

  /** @param frame that is one of the further */
  private furtherLocation(frame: number): number {
    if (this.further !== undefined) return this.further;
    this.module.push(FURTHER_MODULE);
    this.symbol.push(FURTHER_PLACES);
    this.isInlined.push(false);
    this.symbolSizeBytes.push(0);
    this.dataOffset.push(-1);
    this.valueLow.push(0);
    this.valueHigh.push(0);
    this.sourceLine.push(this.hasLines ? UNKNOWN_LINE : undefined);
    this.frame.push(frame);
    return (this.further = this.count++);
  }

  private get hasLines(): boolean {
    return this.options.grain !== 'binary' && this.options.grain !== 'function';
  }

  private kindNumber(kind: string | number): number {
    let number = this.kinds.get(kind);
    if (number === undefined) {
      number = this.kinds.size;
      this.kinds.set(kind, number);
    }
    return number;
  }

  /** Whether addresses in a module stand for themselves: the kernel's own, and memory that is of no file. */
  private isIdentity(module: Module): boolean {
    return (this.identities[module.index] ??= isOwnAddressSpace(module));
  }

  /** "file.c:12", or what perf says where it does not know. */
  private describeLine(frame: number, { module }: Mapping, name: LocationName): string {
    const { grain, showsFullPaths } = this.options;
    const position = name.position ?? this.positionOf(frame, name);
    if (position) return `${showsFullPaths ? position.file : baseName(position.file)}:${position.line}`;
    if (grain === 'line') return UNKNOWN_LINE;
    const isNamed = name.symbol !== undefined && name.symbolOffset >= 0;
    if (grain === 'address') return isNamed ? `+${name.symbolOffset}` : UNKNOWN_LINE;
    if (isNamed) return `${name.symbol}+${name.symbolOffset}`;
    return `${shortModuleName(module.path)}[${formatAddress(this.naming.disassemblyAddressOf(frame) ?? 0)}]`;
  }

  /** An entry of a PLT belongs to no source; it goes by its name, as in a binary without lines. */
  private positionOf(frame: number, { symbol }: LocationName): SourcePosition | undefined {
    const position = this.naming.positionOf(frame);
    return position?.file === '??' && symbol?.endsWith('@plt') ? undefined : position;
  }
}

function isOwnAddressSpace({ path, isKernel }: Module): boolean {
  const kind = classifyMapping(path, isKernel);
  if (isKernel) return kind !== 'kernel-module';
  return isJitMemory(kind) || /^\/tmp\/perf-\d+\.map$/.test(path);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
