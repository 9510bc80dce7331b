/**
 * What stacks are compared by: a location is a symbol of a binary, or a bare address where no symbol covers it.
 * Many frames (return addresses) are one location. Rules of perf 7.2 (tools/perf/util/callchain.c match_chain,
 * util/sort.c sort__sym_cmp, util/event.c thread__find_map):
 *
 *   frame in a symbol            (binary, symbol's start)
 *   frame without, in a chain    (binary, avma)
 *   frame without, as sampled    (binary, offset in the binary's file)   so one address can be two locations
 */

import { addressFromHalves, highHalf, lowHalf } from '../../parser';
import { classifyMapping, isJitMemory } from '../../symbolizer';
import type { FrameTable, MappingTable } from '../../unwinder';

/** The name of a frame, or of a function that was inlined into it. */
export interface LocationName {
  /** undefined where no symbol covers the address. */
  readonly symbol: string | undefined;
  /** Bytes from the symbol's start; negative where `symbol` names no code. */
  readonly symbolOffset: number;
  readonly isInlined?: boolean;
  readonly isData?: boolean;
}

/** Gives frames their names. */
export interface FrameNaming {
  /** The function whose code the frame is in. */
  resolve(frame: number): LocationName;
  /** The same and what was inlined there, innermost first; the function itself where nothing was. */
  expand(frame: number): readonly LocationName[];
}

/** Module of a location whose address is in no mapping. */
export const NO_MODULE = -1;

/** How finely locations tell frames apart. */
export type LocationGrain =
  /** By symbol. */
  | 'function'
  /** By address; functions inlined at one address are still several. */
  | 'address';

export class LocationTable {
  count = 0;
  /** Index of the module, or NO_MODULE. */
  readonly module: number[] = [];
  readonly symbol: (string | undefined)[] = [];
  readonly isInlined: boolean[] = [];
  /** For symbols that name data, how far into it the first frame was; -1 for all else. */
  readonly dataOffset: number[] = [];
  /** The symbol's start in its binary, or the address. */
  readonly valueLow: number[] = [];
  readonly valueHigh: number[] = [];
  /** The first frame that was met there. */
  readonly frame: number[] = [];
  private readonly indexByKey = new Map<string, number>();
  private readonly chainLocations: (readonly number[] | undefined)[] = [];
  private readonly sampledLocations: (number | undefined)[] = [];

  constructor(
    private readonly frames: FrameTable,
    private readonly mappings: MappingTable,
    private readonly naming: FrameNaming,
    private readonly grain: LocationGrain = 'function',
  ) {}

  /** The locations of a frame of a chain, innermost first: more than one where functions were inlined. */
  ofChainFrame(frame: number): readonly number[] {
    return (this.chainLocations[frame] ??= this.naming
      .expand(frame)
      .map((name) => this.intern(frame, name, false)));
  }

  /** The location of a sampled instruction pointer. Inlined functions do not count there. */
  ofSampledFrame(frame: number): number {
    return (this.sampledLocations[frame] ??= this.intern(frame, this.naming.resolve(frame), true));
  }

  /**
   * The place of a location among others, as perf's pointers order them where counts are equal: by binary, in
   * the order of the recording, then by address. Negative where `a` comes first.
   */
  compare(a: number, b: number): number {
    if (this.module[a] !== this.module[b]) return this.module[a] - this.module[b];
    const byFunction = this.grain === 'function';
    if (byFunction && this.symbol[a] !== undefined && this.symbol[b] !== undefined) {
      return this.valueHigh[a] - this.valueHigh[b] || this.valueLow[a] - this.valueLow[b];
    }
    const { addressHigh, addressLow } = this.frames;
    const [frameA, frameB] = [this.frame[a], this.frame[b]];
    return addressHigh[frameA] - addressHigh[frameB] || addressLow[frameA] - addressLow[frameB];
  }

  private intern(frame: number, name: LocationName, isSampled: boolean): number {
    const mapping = this.mappings.mappings[this.frames.mapping[frame]];
    const module = mapping?.module.index ?? NO_MODULE;
    const symbol = name.symbolOffset < 0 ? undefined : name.symbol;
    let low = this.frames.addressLow[frame];
    let high = this.frames.addressHigh[frame];
    if (mapping !== undefined && (symbol !== undefined || (isSampled && !isIdentity(mapping.module)))) {
      const offset = addressFromHalves(low, high) - mapping.delta;
      const value = symbol === undefined ? offset : offset - name.symbolOffset;
      low = lowHalf(value);
      high = highHalf(value);
    }
    const isInlined = name.isInlined === true;
    let key = isInlined ? `${module} inlined ${symbol}` : `${module} ${symbol !== undefined} ${high} ${low}`;
    if (this.grain === 'address')
      key += ` at ${this.frames.addressHigh[frame]} ${this.frames.addressLow[frame]}`;
    let location = this.indexByKey.get(key);
    if (location === undefined) {
      location = this.count++;
      this.indexByKey.set(key, location);
      this.module.push(module);
      this.symbol.push(symbol);
      this.isInlined.push(isInlined);
      this.dataOffset.push(name.isData === true ? name.symbolOffset : -1);
      this.valueLow.push(low);
      this.valueHigh.push(high);
      this.frame.push(frame);
    }
    return location;
  }
}

/** Whether addresses in a module stand for themselves: the kernel's, and memory that is of no file. */
function isIdentity(module: { readonly path: string; readonly isKernel: boolean }): boolean {
  return (
    module.isKernel ||
    isJitMemory(classifyMapping(module.path, false)) ||
    /^\/tmp\/perf-\d+\.map$/.test(module.path)
  );
}
