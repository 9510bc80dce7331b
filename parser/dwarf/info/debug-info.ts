/**
 * What the debug information of one file says about addresses: the function, what is inlined into it there, and the
 * source line (DWARF 5, chapters 3 and 6). Everything is read on demand: the headers of the units when the first
 * address is asked for, a unit's entries and line table when the first of its addresses is.
 */

import { ByteReader, ParseError } from '../../bytes';
import { ET_REL, type ElfImage } from '../../elf';
import { DwarfSections } from '../dwarf-sections';
import { FindingLog, type Finding } from '../findings';
import type { LineRow, LineTable } from '../line';
import { FunctionIndex } from './function-index';
import { FunctionNameReader, readCallSite, type CallSite, type FunctionNames } from './function-names';
import type { IntervalIndex } from './interval-index';
import { SplitUnits, type DebugFileResolver } from './split-units';
import type { Unit } from './unit';
import { indexUnitAddresses } from './unit-addresses';
import { UnitList } from './unit-list';

/** Damage in debug information; offsets are those of the unit's header in .debug_info. */
export type DebugInfoFindingCode =
  /** The entries of a unit could not be read to the end; functions before the damage are known. */
  | 'damaged-unit'
  /** A unit names a line table that cannot be read. */
  | 'damaged-line-table'
  /** The file with the entries of a split unit is not there, or has other ones. */
  | 'missing-split-unit';

/**
 * One function at an address: the innermost inlined one, those that it is inlined into, or the one with the code. Names and
 * the call are read when they are asked for.
 */
export interface InlineFrame {
  /** DW_AT_name: unqualified, "push_back". */
  readonly name: string | undefined;
  /** Mangled; undefined in C and for functions that no symbol was made for. */
  readonly linkageName: string | undefined;
  /** Whether DW_AT_decl_file says where it is declared. */
  readonly hasDeclaredFile: boolean;
  /** Whether it is inlined into the next frame. */
  readonly isInlined: boolean;
  /** Where the next frame calls it; undefined, 0 and 0 when it is not inlined or that is not known. */
  readonly callFile: string | undefined;
  readonly callLine: number;
  readonly callColumn: number;
}

/** The source position of an address. */
export interface SourceLine {
  /** Joined of compilation directory, directory and name as far as that helps; not normalized. */
  readonly file: string | undefined;
  /** 0 where the compiler named no line. */
  readonly line: number;
  readonly column: number;
  readonly discriminator: number;
}

/** Everything about the functions of one unit; of its split part where it has one. */
interface UnitFunctions {
  readonly unit: Unit;
  readonly index: FunctionIndex;
  readonly names: FunctionNameReader;
  /** By entry offset: frames are shared between addresses. */
  readonly frames: Map<number, EntryFrame>;
}

function describeRow(table: LineTable, row: LineRow | undefined): SourceLine | undefined {
  if (!row) return undefined;
  const { line, column, discriminator } = row;
  return { file: table.filePath(row.file), line, column, discriminator };
}

/** Among what is counted once: units that name the same tables again and again. */
const READ_TOO_OFTEN = 'read too often';

export class DebugInfo {
  private readonly log = new FindingLog<DebugInfoFindingCode>();
  private readonly splitUnits: SplitUnits;
  private readonly functions = new Map<number, UnitFunctions>();
  /** Units whose damage was counted. */
  private readonly counted = new Set<string>();
  private lazyAddresses: IntervalIndex | undefined;

  private constructor(
    private readonly units: UnitList,
    private readonly names: FunctionNameReader,
    resolver: DebugFileResolver,
  ) {
    this.splitUnits = new SplitUnits(resolver);
    if (units.isDamaged) this.log.add('damaged-unit', units.headerOffsets.at(-1) ?? 0);
  }

  /**
   * The debug information of a program or of its separate debug file; undefined when it has none. That of relocatable
   * files awaits relocation: it has no addresses yet.
   *
   * @param resolver finds further files that the debug information may be spread over
   */
  static open(image: ElfImage, resolver: DebugFileResolver = {}): DebugInfo | undefined {
    if (image.type === ET_REL) return undefined;
    const supplementary = openSupplementary(image, resolver);
    const sections = DwarfSections.ofImage(image, '', supplementary);
    if (sections.bytes('info').length === 0) return undefined;
    const units = new UnitList(sections);
    const shared = supplementary && new FunctionNameReader(new UnitList(supplementary), undefined);
    return new DebugInfo(units, new FunctionNameReader(units, shared), resolver);
  }

  /** Damage met so far. */
  get findings(): Finding<DebugInfoFindingCode>[] {
    if (this.units.sections.isReadTooOften && !this.counted.has(READ_TOO_OFTEN)) {
      this.counted.add(READ_TOO_OFTEN);
      this.log.add('damaged-unit', 0);
    }
    return this.log.list();
  }

  /**
   * The functions at an svma, innermost first; the last is the one that has the code. Empty when no function that
   * the debug information describes holds the address.
   */
  inlineChain(svma: number): readonly InlineFrame[] {
    let chain: InlineFrame[] = [];
    this.addresses.find(svma, (unitIndex) => {
      const functions = this.functionsOf(unitIndex);
      chain = functions ? framesAt(functions, svma) : [];
      return chain.length > 0;
    });
    return chain;
  }

  /** The source line of an svma; undefined when no line table covers it. */
  findLine(svma: number): SourceLine | undefined {
    let found: SourceLine | undefined;
    this.addresses.find(svma, (unitIndex) => {
      const table = this.lineTableOf(unitIndex);
      found = table && describeRow(table, table.findRow(svma));
      return found !== undefined;
    });
    return found;
  }

  /**
   * The source line that libdw has for an svma for which {@link findLine} has none; undefined where libdw has none either.
   * It takes the unit whose code is the nearest before, and sorts a row at the end of a sequence after that end: the row
   * then holds up to the next sequence (elfutils 0.196, libdw/dwarf_getsrclines.c, compare_lines).
   */
  findNearestLine(svma: number): SourceLine | undefined {
    const unitIndex = this.addresses.findStart(svma);
    const table = unitIndex < 0 ? undefined : this.lineTableOf(unitIndex);
    return table && describeRow(table, table.findRow(svma) ?? table.findRowAtEndBefore(svma));
  }

  private lineTableOf(unitIndex: number): LineTable | undefined {
    const unit = this.units.at(unitIndex);
    const table = unit?.lineTable;
    if (unit !== undefined && table === undefined && unit.namesLineTable)
      this.count('damaged-line-table', unitIndex);
    return table;
  }

  /** Counts a unit's damage once, however often it is met. */
  private count(code: DebugInfoFindingCode, unitIndex: number): void {
    const key = `${code} ${unitIndex}`;
    if (this.counted.has(key)) return;
    this.counted.add(key);
    this.log.add(code, this.units.headerOffsets[unitIndex]);
  }

  private get addresses(): IntervalIndex {
    this.lazyAddresses ??= indexUnitAddresses(this.units);
    return this.lazyAddresses;
  }

  private functionsOf(unitIndex: number): UnitFunctions | undefined {
    let functions = this.functions.get(unitIndex);
    if (!functions) {
      functions = this.readFunctions(unitIndex);
      if (functions) this.functions.set(unitIndex, functions);
    }
    return functions;
  }

  private readFunctions(unitIndex: number): UnitFunctions | undefined {
    let unit = this.units.at(unitIndex);
    if (!unit) {
      this.count('damaged-unit', unitIndex);
      return undefined;
    }
    let { names } = this;
    if (unit.dwoId !== '') {
      const split = this.splitUnits.find(unit);
      if (split) {
        unit = split.unit;
        names = new FunctionNameReader(split.units, undefined);
      } else {
        // The skeleton has no functions, except what gcc adds with -fsplit-dwarf-inlining.
        this.log.add('missing-split-unit', unit.headerOffset);
      }
    }
    const index = new FunctionIndex(unit);
    if (index.isDamaged) this.log.add('damaged-unit', this.units.headerOffsets[unitIndex]);
    return { unit, index, names, frames: new Map() };
  }
}

function framesAt(functions: UnitFunctions, svma: number): InlineFrame[] {
  const entries = functions.index.findChain(svma);
  return entries.map((entry, depth) => frameOf(functions, entry, depth > 0)).reverse();
}

function frameOf(functions: UnitFunctions, entry: number, isInlined: boolean): EntryFrame {
  let frame = functions.frames.get(entry);
  if (!frame) {
    frame = new EntryFrame(functions, entry, isInlined);
    functions.frames.set(entry, frame);
  }
  return frame;
}

const NO_CALL: CallSite = { file: -1, line: 0, column: 0 };

class EntryFrame implements InlineFrame {
  private lazyNames: FunctionNames | undefined;
  private lazyCall: CallSite | undefined;

  constructor(
    private readonly functions: UnitFunctions,
    private readonly entry: number,
    readonly isInlined: boolean,
  ) {}

  get name(): string | undefined {
    return this.names.name;
  }

  get linkageName(): string | undefined {
    return this.names.linkageName;
  }

  get hasDeclaredFile(): boolean {
    return this.names.hasDeclaredFile;
  }

  get callFile(): string | undefined {
    const { file } = this.call;
    return file < 0 ? undefined : this.functions.unit.lineTable?.filePath(file);
  }

  get callLine(): number {
    return this.call.line;
  }

  get callColumn(): number {
    return this.call.column;
  }

  private get names(): FunctionNames {
    return (this.lazyNames ??= this.functions.names.namesOf(this.entry));
  }

  private get call(): CallSite {
    return (this.lazyCall ??= readCallSite(this.functions.unit, this.entry) ?? NO_CALL);
  }
}

/**
 * The file that .gnu_debugaltlink names (name, zero byte, build id), or .debug_sup of DWARF 5 (version u16, whether
 * this file is the supplementary one u8, name, zero byte, size of the id uleb, id).
 */
function openSupplementary(image: ElfImage, resolver: DebugFileResolver): DwarfSections | undefined {
  const link = image.findSection('.gnu_debugaltlink') ?? image.findSection('.debug_sup');
  if (!link || !resolver.openSupplementary) return undefined;
  let name: string;
  let buildId: Uint8Array;
  try {
    const where = `${image.name}, section ${link.name}`;
    const reader = new ByteReader(image.readSection(link), image.littleEndian, where);
    const isStandard = link.name === '.debug_sup';
    if (isStandard) reader.skip(2);
    if (isStandard && reader.readU8() !== 0) return undefined;
    name = reader.readCString();
    buildId = reader.readBytes(isStandard ? reader.readUleb128() : reader.remaining);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
  const found = resolver.openSupplementary(name, buildId);
  return found && DwarfSections.ofImage(found);
}
