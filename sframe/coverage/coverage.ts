/**
 * How much of a file's code its SFrame sections cover, beside .eh_frame: bytes, functions, section sizes, rows.
 *
 * A function here is an FDE of .eh_frame (a part that the compiler moved away has its own); an FDE of SFrame for code
 * that no FDE of .eh_frame covers; or a function symbol in code that neither covers. It counts as covered where its
 * first byte is. Whether the rows are right is another question: see verification.ts.
 */

import {
  CfiTable,
  elf,
  findLastAtOrBelow,
  ParseError,
  readSFrameSections,
  type ElfImage,
  type SFrameFinding,
  type SFrameSection,
} from '../../parser';
import { AddressSet, executableRanges, type CodeRange } from '../code-ranges';
import { frameSizes } from '../frame-sizes';

/** A number for each of: covered by both tables, by one alone, by neither. */
export interface CoverageSplit {
  both: number;
  ehFrameOnly: number;
  sframeOnly: number;
  neither: number;
}

/** FDEs or FREs by type. */
export interface RowCounts {
  fdes: number;
  flexFdes: number;
  maskFdes: number;
  signalFdes: number;
  /** FDEs of version 3 that say by having no FREs that their function has no caller. */
  emptyFdes: number;
  fres: number;
  /** FREs by the size of their start offsets: 1, 2, 4 bytes (FRE types ADDR1, ADDR2, ADDR4). */
  fresByStartSize: [number, number, number];
  flexFres: number;
}

/** The functions of a file as columns, by address. */
export interface FunctionPlaces {
  readonly startSvma: Float64Array;
  readonly endSvma: Float64Array;
  /** Which tables cover each: {@link IN_SFRAME}, {@link IN_EH_FRAME}. */
  readonly tables: Uint8Array;
}

export const IN_SFRAME = 1;
export const IN_EH_FRAME = 2;

export interface Coverage {
  /** The file's name. */
  readonly name: string;
  /** Versions of the SFrame sections found, ascending; empty when there are none. */
  readonly versions: readonly number[];
  readonly abiName: string | undefined;
  readonly codeBytes: number;
  readonly bytes: CoverageSplit;
  /** Bytes that neither table covers and that no function symbol claims: padding, jump tables. */
  readonly betweenFunctionsBytes: number;
  readonly functions: CoverageSplit;
  readonly sframeSizeBytes: number;
  readonly ehFrameSizeBytes: number;
  readonly ehFrameHdrSizeBytes: number;
  readonly rows: RowCounts;
  /** Why SFrame sections could not be opened, and what was odd about them. */
  readonly findings: readonly SFrameFinding[];
}

/**
 * Measures a file; gives its functions besides, which are many.
 * @throws ParseError when a section is not all in the file, or the file is relocatable
 */
export function measureCoverage(image: ElfImage): { coverage: Coverage; places: FunctionPlaces } {
  if (image.type === elf.ET_REL) {
    throw new ParseError({
      what: 'a relocatable file, whose functions have no addresses yet',
      where: image.name,
      hint: 'Link it first',
    });
  }
  const { sections, findings } = readSFrameSections(image);
  const cfi = CfiTable.fromEhFrame(image);
  const code = executableRanges(image);
  const codeSet = AddressSet.fromSorted(
    code.map(({ startSvma }) => startSvma),
    code.map(({ endSvma }) => endSvma),
  );
  const sframeFdes = sframeColumns(sections);
  const cfiFdes = cfi ? withEnds(cfi.fdeStartSvma, cfi.fdeSizeBytes) : noFdes;
  const symbols = functionSymbols(image, code);
  const sframeSet = AddressSet.fromSorted(sframeFdes.starts, sframeFdes.ends).intersect(codeSet);
  const cfiSet = AddressSet.fromSorted(cfiFdes.starts, cfiFdes.ends).intersect(codeSet);
  const symbolSet = AddressSet.fromSorted(symbols.starts, symbols.ends).intersect(codeSet);
  const both = sframeSet.intersect(cfiSet).sizeBytes;
  const either = sframeSet.unite(cfiSet);
  const places = listFunctions(cfiFdes, sframeFdes, symbols, codeSet);
  const coverage: Coverage = {
    name: image.name,
    versions: [...new Set(sections.map(({ version }) => version))].sort(),
    abiName: sections[0]?.plan.name,
    codeBytes: codeSet.sizeBytes,
    bytes: {
      both,
      ehFrameOnly: cfiSet.sizeBytes - both,
      sframeOnly: sframeSet.sizeBytes - both,
      neither: codeSet.sizeBytes - either.sizeBytes,
    },
    betweenFunctionsBytes: codeSet.sizeBytes - either.unite(symbolSet).sizeBytes,
    functions: splitFunctions(places),
    sframeSizeBytes: sections.reduce((sum, section) => sum + section.extentBytes, 0),
    ...frameSizes(image, cfi),
    rows: countRows(sections),
    findings: [...findings.examples, ...sections.flatMap((section) => section.findings.examples)],
  };
  return { coverage, places };
}

/** Ranges by ascending start. */
interface Fdes {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

const noFdes: Fdes = { starts: new Float64Array(0), ends: new Float64Array(0) };

function withEnds(starts: Float64Array, sizes: Float64Array): Fdes {
  return { starts, ends: starts.map((start, i) => start + sizes[i]) };
}

function sframeColumns(sections: readonly SFrameSection[]): Fdes {
  const ranges: [number, number][] = [];
  for (const section of sections) {
    for (let i = 0; i < section.fdeCount; i++) {
      if (!section.isDamaged(i)) ranges.push([section.fdeStart(i), section.fdeStart(i) + section.fdeSize(i)]);
    }
  }
  return sorted(ranges);
}

function sorted(ranges: [number, number][]): Fdes {
  ranges.sort(([a], [b]) => a - b);
  return {
    starts: Float64Array.from(ranges, ([start]) => start),
    ends: Float64Array.from(ranges, ([, end]) => end),
  };
}

/** Function symbols of .symtab and .dynsym that lie in code. Those without a size reach to the next, or the section's end. */
function functionSymbols(image: ElfImage, code: readonly CodeRange[]): Fdes {
  const ends = new Map<number, number>();
  for (const type of [elf.SHT_SYMTAB, elf.SHT_DYNSYM] as const) {
    const table = image.symbols(type);
    if (!table) continue;
    for (let i = 0; i < table.count; i++) {
      const kind = table.type(i);
      if (kind !== elf.STT_FUNC && kind !== elf.STT_GNU_IFUNC) continue;
      if (table.sectionIndex[i] === elf.SHN_UNDEF) continue;
      const start = table.svma[i];
      ends.set(start, Math.max(ends.get(start) ?? 0, start + table.sizeBytes[i]));
    }
  }
  const starts = [...ends.keys()].sort((a, b) => a - b);
  const codeStarts = code.map(({ startSvma }) => startSvma);
  const ranges: [number, number][] = [];
  for (const [i, start] of starts.entries()) {
    const range = code[findLastAtOrBelow(codeStarts, code.length, start)];
    if (!range || start >= range.endSvma) continue;
    const end = ends.get(start)!;
    ranges.push([start, end > start ? end : Math.min(starts[i + 1] ?? Infinity, range.endSvma)]);
  }
  return sorted(ranges);
}

function listFunctions(cfi: Fdes, sframe: Fdes, symbols: Fdes, code: AddressSet): FunctionPlaces {
  const isInCfi = membership(cfi);
  const isInSFrame = membership(sframe);
  const isCode = membership(fromSet(code));
  const found: { start: number; end: number; tables: number }[] = [];
  const add = (fdes: Fdes, isWanted: (tables: number) => boolean) => {
    const { starts, ends } = fdes;
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i];
      // Of a function that was linked twice, and of an empty part before another, the last counts.
      if (starts[i + 1] === start || ends[i] <= start || !isCode(start)) continue;
      const tables = (isInSFrame(start) ? IN_SFRAME : 0) | (isInCfi(start) ? IN_EH_FRAME : 0);
      if (isWanted(tables)) found.push({ start, end: ends[i], tables });
    }
  };
  add(cfi, () => true);
  add(sframe, (tables) => (tables & IN_EH_FRAME) === 0);
  add(symbols, (tables) => tables === 0);
  found.sort((a, b) => a.start - b.start);
  return {
    startSvma: Float64Array.from(found, ({ start }) => start),
    endSvma: Float64Array.from(found, ({ end }) => end),
    tables: Uint8Array.from(found, ({ tables }) => tables),
  };
}

function fromSet({ bounds }: AddressSet): Fdes {
  return { starts: bounds.filter((_, i) => i % 2 === 0), ends: bounds.filter((_, i) => i % 2 === 1) };
}

/** Says whether any of the ranges holds an address. */
function membership(fdes: Fdes): (svma: number) => boolean {
  const joined = fromSet(AddressSet.fromSorted(fdes.starts, fdes.ends));
  return (svma) => {
    const index = findLastAtOrBelow(joined.starts, joined.starts.length, svma);
    return index >= 0 && svma < joined.ends[index];
  };
}

function splitFunctions({ tables }: FunctionPlaces): CoverageSplit {
  const counts = [0, 0, 0, 0];
  for (const covering of tables) counts[covering]++;
  return {
    both: counts[IN_SFRAME | IN_EH_FRAME],
    ehFrameOnly: counts[IN_EH_FRAME],
    sframeOnly: counts[IN_SFRAME],
    neither: counts[0],
  };
}

function countRows(sections: readonly SFrameSection[]): RowCounts {
  const counts: RowCounts = {
    fdes: 0,
    flexFdes: 0,
    maskFdes: 0,
    signalFdes: 0,
    emptyFdes: 0,
    fres: 0,
    fresByStartSize: [0, 0, 0],
    flexFres: 0,
  };
  for (const section of sections) {
    counts.fdes += section.fdeCount;
    for (let i = 0; i < section.fdeCount; i++) {
      if (section.isDamaged(i)) continue;
      const fres = section.freCount(i);
      const isFlex = section.isFlex(i);
      counts.fres += fres;
      counts.fresByStartSize[section.freType(i)] += fres;
      if (isFlex) counts.flexFdes++;
      if (isFlex) counts.flexFres += fres;
      if (section.isMask(i)) counts.maskFdes++;
      if (section.isSignal(i)) counts.signalFdes++;
      if (section.isOutermostFde(i)) counts.emptyFdes++;
    }
  }
  return counts;
}
