/**
 * Makes the SFrame section (version 3) that an assembler would have written for a file, from the call frame information
 * that the file has: .eh_frame and, for what that leaves out, .debug_frame.
 *
 *   header, 28 bytes | index: 16 bytes a function, ascending | for each function 5 bytes of attributes and its FREs
 *
 * The choices are gas's, so that sizes can be compared: one FDE a function, FRE starts as wide as the function's size
 * asks for, equal rows next to each other written once. Functions that the format cannot say are left out, each with
 * its cause.
 */

import {
  elf,
  findMachinePlan,
  findLastAtOrBelow,
  ParseError,
  sframe,
  SFrameFindings,
  SFrameSection,
  type DecodePlan,
  type ElfImage,
  type SFrameSections,
} from '../../parser';
import { executableRanges, type CodeRange } from '../code-ranges';
import { ReferenceTable } from '../reference-table';
import { ByteBuffer } from './byte-buffer';
import type { LeftOutCause } from './causes';
import { FreEncoder } from './fre-encoder';
import { FunctionReader, type FunctionPart } from './function-rows';

/** A function of the call frame information that has no rows in what was made. */
export interface LeftOutFunction {
  readonly startSvma: number;
  readonly endSvma: number;
  readonly cause: LeftOutCause;
}

export interface MadeSFrame {
  /** The section; empty of FDEs when no function could be said. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where it has to lie in the process, in the file's addresses: after all that is loaded. FDE starts count from there. */
  readonly svma: number;
  readonly plan: DecodePlan;
  /** Functions of the call frame information that the section covers. */
  readonly madeFunctions: number;
  /** FDEs of the section; a PLT takes two. */
  readonly fdeCount: number;
  /** Those that it does not cover, by address. Damaged entries that have no address are in {@link unlistedDamage}. */
  readonly leftOut: readonly LeftOutFunction[];
  /** Entries that cover no code, and damaged ones, whose address is not known. */
  readonly emptyEntries: number;
  readonly unlistedDamage: number;
  /** Where the rows come from: ".eh_frame", ".debug_frame". */
  readonly sourceNames: readonly string[];
}

const PAGE_SIZE = 4096;
const MOST_FRES_OF_FDE = 0xffff;
const FDE_INDEX_BYTES = 16;

/**
 * Makes the section of a file.
 * @throws ParseError when the file is relocatable, is for a machine without an SFrame ABI, has no call frame
 *   information, or does not hold all of it
 */
export function makeSFrame(image: ElfImage): MadeSFrame {
  const plan = planOf(image);
  const reference = ReferenceTable.open(image);
  if (reference.sectionNames.length === 0) {
    throw new ParseError({
      what: 'call frame information to make SFrame data from',
      where: image.name,
      found: 'neither .eh_frame nor .debug_frame',
      hint: 'Debug files keep none; give the program or library itself',
    });
  }
  const making = new Making(plan, reference, loadedCode(image), sectionPlace(image));
  for (let index = 0; index < reference.fdeCount; index++) making.addFunction(index);
  return making.finish();
}

/**
 * The sections that unwinding takes for those of a file as if it had been built with SFrame: made, whatever it has.
 * None for a file that nothing can be made from.
 */
export function synthesizeSFrame(image: ElfImage): SFrameSections {
  try {
    return openMadeSFrame(makeSFrame(image), image.name);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { sections: [], placeNames: [], findings: new SFrameFindings() };
  }
}

/** What was made, opened as if it had been found in the file. */
export function openMadeSFrame(made: MadeSFrame, imageName: string): SFrameSections {
  const { bytes, svma, plan } = made;
  return {
    sections: [SFrameSection.parse(bytes, svma, plan.littleEndian, `${imageName}, made .sframe`)],
    placeNames: ['made .sframe'],
    findings: new SFrameFindings(),
  };
}

function planOf(image: ElfImage): DecodePlan {
  if (image.type === elf.ET_REL) {
    throw new ParseError({
      what: 'a relocatable file: a section beside it would need addresses that the linker has not given yet',
      where: image.name,
      hint: 'Make it from what is linked of it; sframe coverage --predict says what a relocatable file would cost',
    });
  }
  const plan = findMachinePlan(sframe.SFRAME_VERSION_3, image.machine, image.littleEndian);
  if (plan) return plan;
  throw new ParseError({
    what: 'a machine that SFrame is defined for',
    where: image.name,
    found: `ELF machine ${image.machine}, ${image.littleEndian ? 'little' : 'big'} endian`,
    expected: 'x86-64, AArch64 or s390x',
  });
}

/**
 * Executable sections that executable segments hold, where there are any: a kernel refuses what lies outside its text.
 * Sections and segments disagree in damaged files alone.
 */
function loadedCode(image: ElfImage): CodeRange[] {
  const ranges = executableRanges(image);
  const texts = image.segments.filter(({ type, flags }) => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0);
  if (texts.length === 0) return ranges;
  return ranges.filter(({ startSvma, endSvma }) =>
    texts.some(({ svma, memorySizeBytes }) => startSvma >= svma && endSvma <= svma + memorySizeBytes),
  );
}

/** Address spaces have 52 bits at most; distances between larger addresses would not be exact. */
const HIGHEST_SVMA = 2 ** 52;

/** The first page after all loaded segments. @throws ParseError where that is not an address */
function sectionPlace(image: ElfImage): number {
  const { segments, sections } = image;
  let end = 0;
  for (const { type, svma, memorySizeBytes } of segments) {
    if (type === elf.PT_LOAD) end = Math.max(end, svma + memorySizeBytes);
  }
  if (end === 0) {
    for (const { flags, svma, sizeBytes } of sections) {
      if ((flags & elf.SHF_ALLOC) !== 0) end = Math.max(end, svma + sizeBytes);
    }
  }
  if (end > HIGHEST_SVMA) {
    throw new ParseError({
      what: 'segments that end beyond the address space',
      where: image.name,
      found: `0x${end.toString(16)}`,
      expected: `at most 0x${HIGHEST_SVMA.toString(16)}`,
    });
  }
  return Math.ceil(end / PAGE_SIZE) * PAGE_SIZE;
}

class Making {
  private readonly index = new ByteBuffer();
  private readonly data = new ByteBuffer();
  private readonly reader: FunctionReader;
  private readonly encoder: FreEncoder;
  private readonly codeStarts: readonly number[];
  private readonly leftOut: LeftOutFunction[] = [];
  private madeFunctions = 0;
  private fdeCount = 0;
  private freCount = 0;
  /** Where the code of the functions made so far ends. */
  private reach = -Infinity;

  constructor(
    private readonly plan: DecodePlan,
    private readonly reference: ReferenceTable,
    private readonly code: readonly CodeRange[],
    private readonly svma: number,
  ) {
    this.reader = new FunctionReader(plan);
    this.encoder = new FreEncoder(plan);
    this.codeStarts = code.map(({ startSvma }) => startSvma);
  }

  addFunction(index: number): void {
    const startSvma = this.reference.startSvma[index];
    const endSvma = this.reference.endSvma[index];
    const cause =
      this.checkPlace(startSvma, endSvma) ?? this.reader.read(this.reference, index) ?? this.append();
    if (cause !== undefined) {
      this.leftOut.push({ startSvma, endSvma, cause });
      return;
    }
    this.madeFunctions++;
    this.reach = endSvma;
  }

  finish(): MadeSFrame {
    const { plan, reference, index, data } = this;
    const { littleEndian } = plan;
    const out = new ByteBuffer(sframe.SFRAME_HEADER_SIZE_BYTES + index.length + data.length);
    out.appendUnsigned(sframe.SFRAME_MAGIC, 2, littleEndian);
    out.appendUnsigned(sframe.SFRAME_VERSION_3, 1, littleEndian);
    const flags = sframe.SFRAME_F_FDE_SORTED | sframe.SFRAME_F_FDE_FUNC_START_PCREL;
    out.appendUnsigned(flags, 1, littleEndian);
    out.appendUnsigned(plan.abi, 1, littleEndian);
    out.appendUnsigned(0, 1, littleEndian);
    out.appendUnsigned(plan.fixedRaOffset, 1, littleEndian);
    out.appendUnsigned(0, 1, littleEndian);
    for (const field of [this.fdeCount, this.freCount, data.length, 0, index.length]) {
      out.appendUnsigned(field, 4, littleEndian);
    }
    out.appendBytes(index.toBytes());
    out.appendBytes(data.toBytes());
    return {
      bytes: out.toBytes(),
      svma: this.svma,
      plan,
      madeFunctions: this.madeFunctions,
      fdeCount: this.fdeCount,
      leftOut: this.leftOut,
      emptyEntries: reference.emptyEntries,
      unlistedDamage: reference.damagedEntries,
      sourceNames: reference.sectionNames,
    };
  }

  private checkPlace(startSvma: number, endSvma: number): LeftOutCause | undefined {
    const range = this.code[findLastAtOrBelow(this.codeStarts, this.code.length, startSvma)];
    if (range === undefined || endSvma > range.endSvma) return 'outside-code';
    return startSvma < this.reach ? 'overlap' : undefined;
  }

  /** Appends the parts of the function read last. A function that cannot be said to its end is taken back. */
  private append(): LeftOutCause | undefined {
    const { index, data, fdeCount, freCount } = this;
    const [indexLength, dataLength] = [index.length, data.length];
    for (let i = 0; i < this.reader.partCount; i++) {
      const cause = this.appendPart(this.reader.parts[i]);
      if (cause === undefined) continue;
      index.truncate(indexLength);
      data.truncate(dataLength);
      this.fdeCount = fdeCount;
      this.freCount = freCount;
      return cause;
    }
    return undefined;
  }

  /** An FDE counts its FREs in 16 bits: longer functions become several. */
  private appendPart(part: FunctionPart): LeftOutCause | undefined {
    const { rows } = part;
    for (let from = 0; from < rows.count; from += MOST_FRES_OF_FDE) {
      const to = Math.min(rows.count, from + MOST_FRES_OF_FDE);
      const origin = from === 0 ? 0 : rows.starts[from];
      const end = to < rows.count ? rows.starts[to] : part.sizeBytes;
      const cause = this.appendFde(part, from, to, origin, end - origin);
      if (cause !== undefined) return cause;
    }
    return undefined;
  }

  private appendFde(
    part: FunctionPart,
    from: number,
    to: number,
    origin: number,
    sizeBytes: number,
  ): LeftOutCause | undefined {
    const { plan, index, data, reader } = this;
    const { littleEndian } = plan;
    if (sizeBytes > 0xffff_ffff) return 'size';
    const isMask = part.repetitionSize !== 0;
    const isFlex = !this.encoder.suitsDefault(part.rows, from, to);
    const freType = freTypeFor(isMask ? part.repetitionSize : sizeBytes);
    const fieldSvma = this.svma + sframe.SFRAME_HEADER_SIZE_BYTES + this.fdeCount * FDE_INDEX_BYTES;
    index.appendWord(part.startSvma + origin - fieldSvma, littleEndian);
    index.appendUnsigned(sizeBytes, 4, littleEndian);
    index.appendUnsigned(data.length, 4, littleEndian);
    data.appendUnsigned(to - from, 2, littleEndian);
    const isKeyB = plan.signsReturnAddresses && reader.usesPauthKeyB;
    const info = (reader.isSignal ? 0x80 : 0) | (isKeyB ? 0x20 : 0) | (isMask ? 0x10 : 0) | freType;
    data.appendUnsigned(info, 1, littleEndian);
    data.appendUnsigned(
      isFlex ? sframe.SFRAME_FDE_TYPE_FLEX : sframe.SFRAME_FDE_TYPE_DEFAULT,
      1,
      littleEndian,
    );
    data.appendUnsigned(part.repetitionSize, 1, littleEndian);
    this.fdeCount++;
    this.freCount += to - from;
    return this.encoder.appendTo(data, part.rows, { from, to, origin, freType, isFlex });
  }
}

/** The FRE type whose starts reach to the end of a function, as gas chooses it. */
function freTypeFor(sizeBytes: number): number {
  if (sizeBytes <= 0xff) return sframe.SFRAME_FRE_TYPE_ADDR1;
  return sizeBytes <= 0xffff ? sframe.SFRAME_FRE_TYPE_ADDR2 : sframe.SFRAME_FRE_TYPE_ADDR4;
}
