/**
 * What frames are called: symbol, offset in it, and the name of the binary. Resolved once per distinct frame, and
 * only for frames that are printed.
 */

import { addressFromHalves, formatHalves } from '../../parser';
import {
  classifyMapping,
  moduleName,
  SymbolLookup,
  type Demangle,
  type KernelSymbols,
} from '../../symbolizer';
import type { GeneratedNames } from './generated-names';
import type { NameBehaviours } from './name-behaviours';
import type { SourcePosition, SymbolAnswer } from '../answers/answer-set';
import type { Answers } from '../answers/answers';
import type { InlineNames } from './inline-names';
import {
  DEFERRED_COOKIE,
  FURTHER_FRAMES,
  type FrameTable,
  type Mapping,
  type MappingTable,
  type Module,
} from '../../unwinder';

export interface FrameName {
  /** undefined where no symbol covers the address. */
  readonly symbol: string | undefined;
  /** Bytes from the symbol's start; -1 where `symbol` is none, but says that the word is not an address. */
  readonly symbolOffset: number;
  /** Size of the symbol; undefined where it is not known. */
  readonly symbolSizeBytes?: number;
  /** Offset of the address in the binary's file; undefined for the kernel and for addresses in no mapping. */
  readonly fileOffset: number | undefined;
  /**
   * Of kernel code without a list of symbols, what stands for the offset in a file: the address itself, in modules the offset in
   * their mapping. With a list perf prints none (7.2: util/map.c, map__fprintf_dsoname_dsoff; util/dso.c, dso__is_object_file).
   */
  readonly kernelPlace?: number;
  /** As perf prints it in parentheses; "[unknown]" where the address is in no mapping. */
  readonly binary: string;
  /** Whether the symbol names data. */
  readonly isData?: boolean;
  /** Whether the function was inlined into the next one of {@link FrameNames.expand}. */
  readonly isInlined?: boolean;
  /** Set by {@link FrameNames.expand} where inlined functions are shown and the debug information knows some. */
  readonly position?: SourcePosition;
}

/** What is in place of a binary's name where an address is in no mapping. */
export const UNKNOWN_BINARY_NAME = '[unknown]';
const COOKIE_NAME: FrameName = {
  symbol: '(cookie)',
  symbolOffset: -1,
  fileOffset: undefined,
  binary: UNKNOWN_BINARY_NAME,
};

/** What all frames are called that come when there are too many, and their binary: one place in the code for all. */
export const FURTHER_PLACES = '[further places]';
const FURTHER_NAME: FrameName = {
  symbol: FURTHER_PLACES,
  symbolOffset: 0,
  fileOffset: undefined,
  binary: FURTHER_PLACES,
};

const NO_SYMBOL: SymbolAnswer = { name: undefined, startFileOffset: 0, sizeBytes: 0, isData: false };

/** What names are made from. */
export interface NameSources {
  readonly frames: FrameTable;
  readonly mappings: MappingTable;
  /** Undefined where the kernel's functions have no names. */
  readonly kernelSymbols: () => KernelSymbols | undefined;
  readonly demangle: Demangle;
  readonly behaviours: NameBehaviours;
  readonly generated: GeneratedNames;
  readonly debugNames: InlineNames;
  /** What earlier runs found out. */
  readonly answersOf: (module: Module) => Answers | undefined;
  /** Whether {@link FrameNames.expand} shows what was inlined. */
  readonly showsInlines: boolean;
  /** Told of damage in a module's symbol tables. */
  readonly onProblem: (module: Module, error: unknown) => void;
}

/** More than programs have; beyond that all are made again. Of a recording of nothing but different addresses they would take all memory. */
const MOST_KEPT_NAMES = 1 << 18;

export class FrameNames {
  private names: (FrameName | undefined)[] = [];
  private keptNames = 0;
  /** Of frames in which something was inlined: of a million others an array each would be the most of their memory. */
  private readonly expansions: (readonly FrameName[] | undefined)[] = [];
  private readonly kernelFunctions = new Set<Module>();
  private readonly tables = new Map<Module, SymbolLookup | undefined>();
  private readonly codeTables = new Map<Module, SymbolLookup | undefined>();

  constructor(private readonly sources: NameSources) {}

  /** The name of a frame. */
  resolve(frame: number): FrameName {
    const known = this.names[frame];
    if (known !== undefined) return known;
    if (++this.keptNames > MOST_KEPT_NAMES) {
      this.keptNames = 1;
      this.names = [];
    }
    return (this.names[frame] = this.resolveNow(frame));
  }

  /**
   * The function whose code the frame is in and what was inlined there, innermost first; the function itself where
   * nothing was, or inlined functions are not asked for. Allocates: to be asked once for each frame, not for each sample.
   */
  expand(frame: number): readonly FrameName[] {
    const known = this.expansions[frame];
    if (known !== undefined) return known;
    const names = this.expandNow(frame, this.resolve(frame));
    if (names[0] !== this.names[frame]) this.expansions[frame] = names;
    return names;
  }

  /** As {@link expand}, without keeping the name: for views that keep what they make of it. */
  expandOnce(frame: number): readonly FrameName[] {
    const known = this.expansions[frame];
    if (known !== undefined) return known;
    const name = this.resolveOnce(frame);
    const names = this.expandNow(frame, name);
    if (names[0] !== name) this.expansions[frame] = names;
    return names;
  }

  /** As {@link resolve}, likewise. */
  resolveOnce(frame: number): FrameName {
    return this.names[frame] ?? this.resolveNow(frame);
  }

  /** Says that a module of the kernel is one function, of the same name. */
  addKernelFunction(module: Module): void {
    this.kernelFunctions.add(module);
  }

  /** The source line of a frame's address; undefined where its binary has no debug information. */
  positionOf(frame: number): SourcePosition | undefined {
    const mapping = this.sources.mappings.mappings[this.sources.frames.mapping[frame]];
    if (mapping === undefined || mapping.module.isKernel) return undefined;
    const { module, delta } = mapping;
    if (this.sources.generated.owns(module))
      return this.sources.generated.positionAt(module, this.avmaOf(frame) - delta);
    return this.sources.debugNames.positionAt(module, this.svmaOf(frame, mapping));
  }

  /** The address that disassemblers show for a frame's code; undefined where it is in no mapping. */
  disassemblyAddressOf(frame: number): number | undefined {
    const mapping = this.sources.mappings.mappings[this.sources.frames.mapping[frame]];
    if (mapping === undefined) return undefined;
    if (mapping.module.isKernel) return this.avmaOf(frame) - mapping.delta;
    const svma = this.svmaOf(frame, mapping);
    return Number.isNaN(svma) ? this.avmaOf(frame) - mapping.delta : svma;
  }

  /** The frame's address as perf prints it: hexadecimal, no prefix. */
  addressText(frame: number): string {
    return formatHalves(this.sources.frames.addressLow[frame], this.sources.frames.addressHigh[frame]);
  }

  /** The frame's address as a signed double. */
  avmaOf(frame: number): number {
    return addressFromHalves(this.sources.frames.addressLow[frame], this.sources.frames.addressHigh[frame]);
  }

  /** Whether any symbol is known for a module; opens its tables. */
  hasSymbols(module: Module): boolean {
    return this.tableOf(module)?.isEmpty === false;
  }

  private expandNow(frame: number, name: FrameName): readonly FrameName[] {
    const mapping = this.sources.mappings.mappings[this.sources.frames.mapping[frame]];
    if (
      !this.sources.showsInlines ||
      name.symbol === undefined ||
      mapping === undefined ||
      mapping.module.isKernel
    )
      return [name];
    const svma = this.svmaOf(frame, mapping);
    const functions = this.sources.debugNames.functionsAt(mapping.module, svma, name.symbol);
    if (functions.length === 0) return [name];
    const { symbolOffset, symbolSizeBytes, fileOffset, binary, isData } = name;
    return functions.map((inlined) => {
      const { name: symbol, isInlined } = inlined;
      return {
        symbol,
        symbolOffset,
        symbolSizeBytes,
        fileOffset,
        binary,
        isData,
        isInlined,
        get position() {
          return inlined.position;
        },
      };
    });
  }

  /** NaN where the binary is not here or has no segment there. */
  private svmaOf(frame: number, { module, delta }: Mapping): number {
    return module.svmaOfFileOffset(this.avmaOf(frame) - delta);
  }

  private resolveNow(frame: number): FrameName {
    const mappingIndex = this.sources.frames.mapping[frame];
    if (mappingIndex === DEFERRED_COOKIE) return COOKIE_NAME;
    if (mappingIndex === FURTHER_FRAMES) return FURTHER_NAME;
    const mapping = this.sources.mappings.mappings[mappingIndex];
    if (mapping === undefined) return unnamed(UNKNOWN_BINARY_NAME, undefined);
    const avma = this.avmaOf(frame);
    const { module } = mapping;
    return module.isKernel
      ? this.resolveKernel(mapping, avma)
      : this.sources.generated.owns(module)
        ? this.resolveGenerated(module, avma, avma - mapping.delta)
        : this.resolveUser(module, avma - mapping.delta);
  }

  private resolveGenerated(module: Module, avma: number, fileOffset: number): FrameName {
    const found = this.sources.generated.find(module, avma, fileOffset);
    if (!found) return unnamed(module.path, fileOffset);
    return { symbol: found.name, symbolOffset: found.offset, fileOffset, binary: module.path };
  }

  private resolveUser(module: Module, fileOffset: number): FrameName {
    const answers = this.sources.answersOf(module);
    let found = answers?.symbolAt(fileOffset);
    if (!found) {
      found = this.findSymbol(module, fileOffset);
      answers?.addSymbol(fileOffset, found);
    }
    const { name: symbol, startFileOffset, sizeBytes: symbolSizeBytes, isData } = found;
    if (symbol === undefined) return unnamed(module.path, fileOffset);
    const symbolOffset = fileOffset - startFileOffset;
    return { symbol, symbolOffset, symbolSizeBytes, fileOffset, binary: module.path, isData };
  }

  private findSymbol(module: Module, fileOffset: number): SymbolAnswer {
    let found = this.tableOf(module)?.findByFileOffset(fileOffset);
    if (
      found &&
      !this.sources.behaviours.namesCodeByVariables &&
      found.startSvma > module.svmaOfFileOffset(fileOffset)
    ) {
      // A variable without contents in the file: it only seems to lie at the file offset of the code.
      found = this.codeTableOf(module)?.findByFileOffset(fileOffset);
    }
    if (!found) return NO_SYMBOL;
    return {
      name: found.name,
      startFileOffset: found.startFileOffset,
      sizeBytes: found.sizeBytes,
      isData: found.isObject,
    };
  }

  private resolveKernel({ module, delta }: Mapping, avma: number): FrameName {
    if (this.kernelFunctions.has(module)) {
      return { symbol: module.path, symbolOffset: avma - delta, fileOffset: undefined, binary: module.path };
    }
    const symbols = this.sources.kernelSymbols();
    const ofModule = kernelModuleOf(module);
    if (!symbols) {
      const kernelPlace = ofModule === '' ? avma : avma - delta;
      return { ...unnamed(module.path, undefined), kernelPlace };
    }
    const index = symbols.find(avma, ofModule);
    if (index < 0) return unnamed(module.path, undefined);
    const symbolOffset = avma - symbols.start(index);
    const sizeBytes = symbols.end(index) - symbols.start(index);
    return {
      symbol: symbols.name(index),
      symbolOffset,
      symbolSizeBytes: sizeBytes === Infinity ? undefined : sizeBytes,
      fileOffset: undefined,
      binary: module.path,
    };
  }

  private tableOf(module: Module): SymbolLookup | undefined {
    return this.openTable(this.tables, module, false);
  }

  /** The symbols of a module that lie in its file. */
  private codeTableOf(module: Module): SymbolLookup | undefined {
    return this.openTable(this.codeTables, module, true);
  }

  private openTable(
    tables: Map<Module, SymbolLookup | undefined>,
    module: Module,
    codeOnly: boolean,
  ): SymbolLookup | undefined {
    const { image, debugImage } = module.images;
    if (!image && !debugImage) return undefined;
    if (tables.has(module)) return tables.get(module);
    let table: SymbolLookup | undefined;
    try {
      table = SymbolLookup.fromImages(image, debugImage, { demangle: this.sources.demangle, codeOnly });
    } catch (error) {
      this.sources.onProblem(module, error);
    }
    tables.set(module, table);
    return table;
  }
}

/** The kernel module that a mapping's name stands for, as symbols name theirs; '' for the kernel itself. */
function kernelModuleOf(module: Module): string {
  return classifyMapping(module.path, true) === 'kernel-module' ? moduleName(module.path) : '';
}

function unnamed(binary: string, fileOffset: number | undefined): FrameName {
  return { symbol: undefined, symbolOffset: 0, fileOffset, binary };
}
