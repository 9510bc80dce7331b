/**
 * Compares the rows of a file's SFrame sections with those of its call frame information, at every byte that both
 * cover. The rows of both are lists of ranges; merging the two lists visits every byte without looking at each:
 *
 *   SFrame     |---- sp+8 ----|------- sp+16 -------|-- sp+8 --|
 *   .eh_frame  |--- rsp+8 ----|--- rsp+16 ---|---- rsp+8 ------|
 *   compared   |       =      |       =      |  ≠   |    =     |
 *
 * FDEs of PC type MASK stand for a block that is repeated; each repetition is compared. The rule of a PLT in
 * .eh_frame is an expression of the program counter: it is evaluated for each byte.
 */

import {
  elf,
  findLastAtOrBelow,
  readSFrameSections,
  SFrameRowStatus,
  type CfiRow,
  type ElfImage,
  type SFrameSection,
  type SFrameSections,
} from '../parser';
import { executableRanges, type CodeRange } from './code-ranges';
import { DifferenceLog, type DifferentRange, type FunctionRange } from './difference-log';
import type { RecoveryRegisters, RecoveryRow } from './recovery';
import { ReferenceTable } from './reference-table';
import { RowList } from './row-list';
import { RowComparison, rowDifferenceKinds, type DifferenceKind } from './row-comparison';
import { checkStructure, type StructureFindings } from './structure-check';

/** More repetitions than any PLT has; the size of a damaged FDE may claim billions. */
const MOST_BLOCKS = 1 << 17;
/** Evaluations byte by byte, in one file. The largest PLTs have half a megabyte. */
const MOST_BYTEWISE = 1 << 20;

export interface VerificationOptions {
  /** Ranges of code to leave out, by the name of their section. */
  readonly skippedSections?: readonly string[];
  /** Judged instead of the file's own sections, if any: from a file beside it, or made. Where they lie is not looked at. */
  readonly sections?: SFrameSections;
}

export interface VerifiedSection {
  readonly placeName: string;
  readonly version: number;
  readonly abiName: string;
  /** DWARF numbers of the frame pointer and of the return address column. */
  readonly fpRegister: number;
  readonly raColumn: number;
  readonly fdeCount: number;
  readonly freCount: number;
}

export interface Verification {
  readonly image: ElfImage;
  readonly sections: readonly VerifiedSection[];
  /** Where the reference rows come from; empty when there are none. */
  readonly referenceNames: readonly string[];
  /** FDEs of SFrame of which at least a part could be compared, and the bytes that were. */
  readonly comparedFdes: number;
  readonly comparedBytes: number;
  /** FDEs of SFrame for code of which the reference says nothing. */
  readonly unreferencedFdes: number;
  readonly unreferencedBytes: number;
  /** FDEs of the reference, and how many of them SFrame does not cover at all. */
  readonly referenceFdes: number;
  readonly uncoveredFdes: number;
  /** Damaged entries of the reference. */
  readonly referenceDamage: number;
  readonly differences: DifferenceLog;
  readonly structure: StructureFindings;
}

/**
 * Verifies a file: the structure of its SFrame sections, and their rows against .eh_frame or .debug_frame.
 * Relocatable files have no addresses to compare by: of them the structure alone is looked at.
 * @throws ParseError when call frame information is not all in the file
 */
export function verifyImage(image: ElfImage, options: VerificationOptions = {}): Verification {
  const found = options.sections ?? readSFrameSections(image);
  const reference = found.sections.length > 0 ? ReferenceTable.open(image) : ReferenceTable.empty();
  const run = new VerificationRun(image, reference, options.skippedSections ?? []);
  for (const section of found.sections) run.compareSection(section);
  run.findGaps();
  return {
    image,
    sections: found.sections.map((section, i) => ({
      placeName: found.placeNames[i],
      version: section.version,
      abiName: section.plan.name,
      fpRegister: section.plan.machine.framePointer,
      raColumn: section.plan.machine.returnAddressColumn,
      fdeCount: section.fdeCount,
      freCount: section.header.freCount,
    })),
    referenceNames: reference.sectionNames,
    comparedFdes: run.comparedFdes,
    comparedBytes: run.comparedBytes,
    unreferencedFdes: run.unreferencedFdes,
    unreferencedBytes: run.unreferencedBytes,
    referenceFdes: reference.fdeCount,
    uncoveredFdes: run.uncoveredFdes,
    referenceDamage: reference.damageCount,
    differences: run.log,
    structure: checkStructure(image, found, { isElsewhere: options.sections !== undefined }),
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

class VerificationRun {
  readonly log = new DifferenceLog();
  comparedFdes = 0;
  comparedBytes = 0;
  unreferencedFdes = 0;
  unreferencedBytes = 0;
  uncoveredFdes = 0;
  private readonly sframeRows = new RowList();
  private readonly referenceRows = new RowList();
  /** The FDE whose rows {@link referenceRows} holds, or -1. */
  private loadedReference = -1;
  /** Ranges that SFrame FDEs cover, in the order in which they were compared. */
  private readonly covered: Range[] = [];
  private readonly skipped: readonly Range[];
  private readonly code: readonly CodeRange[];
  private readonly codeStarts: readonly number[];
  private readonly isRelocatable: boolean;
  private bytewiseLeft = MOST_BYTEWISE;

  constructor(
    image: ElfImage,
    private readonly reference: ReferenceTable,
    skippedSections: readonly string[],
  ) {
    this.code = executableRanges(image);
    this.codeStarts = this.code.map(({ startSvma }) => startSvma);
    this.isRelocatable = image.type === elf.ET_REL;
    this.skipped = image.sections
      .filter(({ name }) => skippedSections.includes(name))
      .map(({ svma, sizeBytes }) => ({ start: svma, end: svma + sizeBytes }));
  }

  compareSection(section: SFrameSection): void {
    const { machine, fixedRaOffset } = section.plan;
    const { framePointer: fp, returnAddressColumn: ra } = machine;
    const registers = { fp, ra };
    // Without a link register, the return address column has the number of the program counter.
    const pcRegister = fixedRaOffset === 0 ? -1 : ra;
    const comparison = new RowComparison(section.littleEndian, fp, pcRegister);
    this.loadedReference = -1;
    for (let fde = 0; fde < section.fdeCount; fde++) this.compareFde(section, fde, comparison, registers);
  }

  /** Notes the parts of functions that SFrame covers in part only, and counts those that it does not cover. */
  findGaps(): void {
    const { reference } = this;
    const covered = joinRanges(this.covered);
    let first = 0;
    for (let index = 0; index < reference.fdeCount; index++) {
      const start = reference.startSvma[index];
      const end = reference.endSvma[index];
      while (first < covered.length && covered[first].end <= start) first++;
      if (first === covered.length || covered[first].start >= end) {
        if (!this.isSkipped(start)) this.uncoveredFdes++;
        continue;
      }
      let position = start;
      for (let i = first; i < covered.length && covered[i].start < end; i++) {
        this.noteGap(index, position, covered[i].start);
        position = covered[i].end;
      }
      this.noteGap(index, position, end);
    }
  }

  private noteGap(referenceFde: number, start: number, end: number): void {
    if (end <= start || this.isSkipped(start)) return;
    this.log.add(this.reference.rangeOf(referenceFde), 'missing-rows', withoutRows(start, end));
  }

  private compareFde(
    section: SFrameSection,
    fde: number,
    comparison: RowComparison,
    registers: RecoveryRegisters,
  ): void {
    const start = section.fdeStart(fde);
    const end = Math.min(start + section.fdeSize(fde), this.endOfCode(start));
    if (!(end > start) || this.isSkipped(start)) return;
    this.covered.push({ start, end });
    const { reference } = this;
    let position = start;
    let isCompared = false;
    const extra: Range[] = [];
    for (let index = reference.firstFdeFor(start); index < reference.fdeCount; index++) {
      const from = Math.max(position, reference.startSvma[index]);
      const to = Math.min(end, reference.endSvma[index]);
      if (reference.startSvma[index] >= end) break;
      if (from >= to) continue;
      if (from > position) extra.push({ start: position, end: from });
      const side = this.loadSFrameRows(section, fde, registers, from, to);
      this.loadReferenceRows(index, registers);
      this.compareRange(index, from, to, comparison, side);
      isCompared = true;
      position = to;
    }
    if (position < end) extra.push({ start: position, end });
    if (!isCompared) {
      this.unreferencedFdes++;
      this.unreferencedBytes += end - start;
      return;
    }
    this.comparedFdes++;
    for (const range of extra) {
      const inFunction = { startSvma: start, endSvma: end };
      this.log.add(inFunction, 'extra-rows', withoutRows(range.start, range.end));
    }
  }

  /** Fills {@link sframeRows} with the rows of an FDE, those that hold between `from` and `to` at least. */
  private loadSFrameRows(
    section: SFrameSection,
    fde: number,
    registers: RecoveryRegisters,
    from: number,
    to: number,
  ): SFrameSide {
    const rows = this.sframeRows;
    rows.clear();
    if (section.freCount(fde) === 0) {
      if (section.isSignal(fde)) return SFrameSide.EmptySignal;
      if (!section.isOutermostFde(fde)) return SFrameSide.Readable;
      const row = rows.push();
      row.startSvma = section.fdeStart(fde);
      row.endSvma = row.startSvma + section.fdeSize(fde);
      row.isOutermost = true;
      row.isSignal = false;
      row.isRaSigned = false;
      return SFrameSide.Readable;
    }
    let isOrdered = true;
    const status = section.forEachRow(fde, (row) => {
      // A lookup stops where FREs run backwards: what follows is out of reach.
      isOrdered &&= row.endSvma >= row.startSvma;
      if (isOrdered && row.endSvma > row.startSvma) rows.push().setFromSFrame(row, registers);
    });
    if (section.isMask(fde)) {
      if (section.repSize(fde) === 0) {
        rows.clear();
        return SFrameSide.Unreadable;
      }
      const isAll = this.repeatRows(section.fdeStart(fde), section.repSize(fde), from, to);
      if (!isAll) return SFrameSide.TooMany;
    }
    return isOrdered && status === SFrameRowStatus.Found ? SFrameSide.Readable : SFrameSide.Unreadable;
  }

  /**
   * Replaces the rows of the first block by those of all blocks that lie between `from` and `to`.
   * @returns false when there are too many
   */
  private repeatRows(start: number, blockSize: number, from: number, to: number): boolean {
    const { sframeRows } = this;
    const firstBlock = Math.floor((from - start) / blockSize);
    const wantedBlock = Math.floor((to - 1 - start) / blockSize);
    const lastBlock = Math.min(wantedBlock, firstBlock + MOST_BLOCKS);
    const template = sframeRows.takeCopies();
    sframeRows.clear();
    for (let block = firstBlock; block <= lastBlock; block++) {
      const shift = block * blockSize;
      for (const row of template) {
        sframeRows.push().copyFrom(row, row.startSvma + shift, row.endSvma + shift);
      }
    }
    return lastBlock === wantedBlock;
  }

  private loadReferenceRows(index: number, registers: RecoveryRegisters): void {
    if (this.loadedReference === index) return;
    this.loadedReference = index;
    const rows = this.referenceRows;
    rows.clear();
    this.reference.visitRows(index, (row: CfiRow) => rows.push().setFromCfi(row, registers));
  }

  private compareRange(
    referenceFde: number,
    from: number,
    to: number,
    comparison: RowComparison,
    side: SFrameSide,
  ): void {
    const { sframeRows, referenceRows } = this;
    const gapKind = gapKinds[side];
    const inFunction = this.reference.rangeOf(referenceFde);
    const noteGap = (startSvma: number, endSvma: number, reference: RecoveryRow): void =>
      this.log.add(inFunction, gapKind, { startSvma, endSvma, sframe: undefined, reference });
    let a = 0;
    let b = 0;
    let position = from;
    while (position < to) {
      while (a < sframeRows.count && sframeRows.rows[a].endSvma <= position) a++;
      while (b < referenceRows.count && referenceRows.rows[b].endSvma <= position) b++;
      const row = a < sframeRows.count ? sframeRows.rows[a] : undefined;
      const expected = b < referenceRows.count ? referenceRows.rows[b] : undefined;
      if (!expected) {
        // The reference's instructions are damaged from here on.
        this.log.add(inFunction, 'not-comparable', {
          startSvma: position,
          endSvma: to,
          sframe: row,
          reference: undefined,
        });
        return;
      }
      let end = Math.min(to, expected.endSvma);
      if (side === SFrameSide.EmptySignal) {
        if (!expected.isOutermost) noteGap(position, end, expected);
      } else if (!row || row.startSvma > position) {
        if (row) end = Math.min(end, row.startSvma);
        noteGap(position, end, expected);
      } else {
        end = Math.min(end, row.endSvma);
        const range = { startSvma: position, endSvma: end, sframe: row, reference: expected };
        end = this.comparePair(inFunction, range, comparison);
      }
      this.comparedBytes += end - position;
      position = end;
    }
  }

  /** Compares two rows for a range. @returns how far the answer holds: the range's end, or the next byte */
  private comparePair(
    inFunction: FunctionRange,
    range: DifferentRange & { readonly sframe: RecoveryRow; readonly reference: RecoveryRow },
    comparison: RowComparison,
  ): number {
    let bits = comparison.compare(range.sframe, range.reference, range.startSvma);
    if (comparison.dependsOnPc) {
      if (this.bytewiseLeft-- > 0) range.endSvma = range.startSvma + 1;
      else bits = 1 << rowDifferenceKinds.indexOf('not-comparable');
    }
    for (let i = 0; bits !== 0 && i < rowDifferenceKinds.length; i++) {
      if ((bits & (1 << i)) === 0) continue;
      this.log.add(inFunction, rowDifferenceKinds[i], range);
    }
    return range.endSvma;
  }

  /** Where the executable code ends that an address lies in: what an FDE says of anything else does not count. */
  private endOfCode(svma: number): number {
    if (this.isRelocatable) return Infinity;
    const { code, codeStarts } = this;
    const index = findLastAtOrBelow(codeStarts, codeStarts.length, svma);
    return index < 0 ? svma : code[index].endSvma;
  }

  private isSkipped(svma: number): boolean {
    return this.skipped.some(({ start, end }) => svma >= start && svma < end);
  }
}

enum SFrameSide {
  Readable,
  /** Rows are missing because they cannot be read. */
  Unreadable,
  /** More repetitions than are looked at: the last rows are left out. */
  TooMany,
  /** The FDE of a signal trampoline without any FRE. */
  EmptySignal,
}

/** A range for which neither side has a row to show. */
function withoutRows(startSvma: number, endSvma: number): DifferentRange {
  return { startSvma, endSvma, sframe: undefined, reference: undefined };
}

/** What it means that there is no row. */
const gapKinds: Readonly<Record<SFrameSide, DifferenceKind>> = {
  [SFrameSide.Readable]: 'missing-rows',
  [SFrameSide.Unreadable]: 'unreadable-rows',
  [SFrameSide.TooMany]: 'not-comparable',
  [SFrameSide.EmptySignal]: 'empty-signal-fde',
};

/** Sorted, with ranges joined that touch. */
function joinRanges(ranges: readonly Range[]): Range[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}
