/**
 * The call frame information of one image: which FDE covers an address, and the row that holds there.
 *
 * Opening a table reads the section and, for .eh_frame, the search table of .eh_frame_hdr; FDEs and CIEs are
 * read when an address asks for them. Left out on purpose: relocatable files (their addresses await relocation).
 */

import { findLastAtOrBelow } from '../../bytes';
import type { ElfImage, ElfSection } from '../../elf';
import { ET_REL, PT_GNU_EH_FRAME, PT_LOAD, SHT_NOBITS } from '../../elf/constants';
import { DwarfCursor } from '../dwarf-cursor';
import { FindingLog, type Finding } from '../findings';
import { describeCfiDamage, type CfiFindingCode } from './cfi-findings';
import { CfiRow } from './cfi-row';
import type { PointerBases } from './encoded-pointer';
import { createFde, FdeReader, FdeStatus, type Fde } from './fde';
import { readEhFramePointer, readSearchTable, scanEntries, type FdeIndex } from './fde-index';
import { createFrameEntry, EntryStatus, FrameSection, readEntryInto } from './frame-section';
import { RowMachine, StepResult } from './row-machine';

/** What {@link CfiTable.decodeRowInto} found. */
export enum RowStatus {
  Found,
  /** No FDE covers the address. */
  NoFde,
  /** The FDE that covers the address is damaged; counted in {@link CfiTable.findings}. */
  Corrupt,
}

/** .eh_frame_hdr, or its place when a file has no section headers. */
interface SearchTableSection extends PointerBases {
  readonly cursor: DwarfCursor;
}

export class CfiTable {
  private readonly reader: FdeReader;
  private readonly machine: RowMachine;
  private readonly log = new FindingLog<CfiFindingCode>();
  private readonly fde: Fde = createFde();
  /** The FDE that {@link fde} holds, or -1. */
  private loadedFde = -1;
  private readonly damagedFdes = new Set<number>();
  /** What {@link visitRows} works with; looking up rows within a visit does not disturb it. */
  private visitor: { readonly row: CfiRow; readonly machine: RowMachine } | undefined;
  private lazyIndex: FdeIndex | undefined;
  private lazySizes: Float64Array | undefined;

  private constructor(
    private readonly section: FrameSection,
    private readonly searchTable: SearchTableSection | undefined,
  ) {
    this.reader = new FdeReader(section);
    this.machine = new RowMachine(section);
  }

  /**
   * The table of `.eh_frame`; undefined when the image holds none (separate debug files do not).
   * @throws ParseError when the file does not hold all of the section
   */
  static fromEhFrame(image: ElfImage): CfiTable | undefined {
    if (image.type === ET_REL) return undefined;
    const header = openSearchTable(image);
    const place = findEhFrame(image, header);
    if (!place) return undefined;
    const section = new FrameSection({
      bytes: place.bytes,
      littleEndian: image.littleEndian,
      isEhFrame: true,
      sectionSvma: place.svma,
      textSvma: image.findSection('.text')?.svma ?? NaN,
      dataSvma: image.findSection('.got')?.svma ?? NaN,
      addressSizeBytes: image.wordSizeBytes,
      readWord: wordReader(image),
    });
    return madeOf(image, new CfiTable(section, header));
  }

  /**
   * The table of `.debug_frame`, which binaries and separate debug files may have besides; undefined when there is none.
   * @throws ParseError when the file does not hold all of the section, or its compression is damaged
   */
  static fromDebugFrame(image: ElfImage): CfiTable | undefined {
    const found = image.findSection('.debug_frame');
    if (!found || !hasBytes(found) || image.type === ET_REL) return undefined;
    const bytes = image.readSection(found);
    const section = new FrameSection({
      bytes,
      littleEndian: image.littleEndian,
      isEhFrame: false,
      sectionSvma: 0,
      textSvma: NaN,
      dataSvma: NaN,
      addressSizeBytes: image.wordSizeBytes,
      readWord: wordReader(image),
    });
    return madeOf(image, new CfiTable(section, undefined));
  }

  /** Byte order of the section, and of the expressions in it. */
  get littleEndian(): boolean {
    return this.section.littleEndian;
  }

  /** Number of FDEs that the table can find. */
  get fdeCount(): number {
    return this.index.count;
  }

  /** First svma of each FDE, ascending. Borrowed: do not write. */
  get fdeStartSvma(): Float64Array {
    return this.index.startSvma;
  }

  /** Bytes of code of each FDE, 0 where it is damaged. Made on first use: it reads every FDE. */
  get fdeSizeBytes(): Float64Array {
    if (!this.lazySizes) {
      this.lazySizes = new Float64Array(this.fdeCount);
      for (let i = 0; i < this.fdeCount; i++) if (this.load(i)) this.lazySizes[i] = this.fde.sizeBytes;
    }
    return this.lazySizes;
  }

  /** Offset in the section of an FDE, as readelf names it. */
  fdeSectionOffset(fdeIndex: number): number {
    return this.index.sectionOffset[fdeIndex];
  }

  /**
   * Bytes of the section up to the end of its last FDE and the terminator after it: what the section takes where no header
   * says its size.
   */
  get extentBytes(): number {
    const entry = createFrameEntry();
    const { sectionOffset } = this.index;
    let last = 0;
    for (const offset of sectionOffset) last = Math.max(last, offset);
    if (sectionOffset.length === 0 || readEntryInto(this.section, last, entry) !== EntryStatus.Entry)
      return last;
    const { end } = entry;
    const hasTerminator = readEntryInto(this.section, end, entry) === EntryStatus.Terminator;
    return hasTerminator ? end + 4 : end;
  }

  /** Damage met so far. */
  get findings(): Finding<CfiFindingCode>[] {
    return this.log.list();
  }

  /** The index of the FDE that covers an svma, or -1. A damaged FDE covers nothing. */
  findFde(svma: number): number {
    const { startSvma, count } = this.index;
    let index = findLastAtOrBelow(startSvma, count, svma);
    // Several FDEs may have one start: parts of size zero, or a function that was linked twice.
    for (; index >= 0; index--) {
      if (this.load(index) && svma < this.fde.startSvma + this.fde.sizeBytes) return index;
      if (index === 0 || startSvma[index - 1] !== startSvma[index]) break;
    }
    return -1;
  }

  /** Fills the caller's row with the rules that hold at an svma. On any other status than Found the row is unusable. */
  decodeRowInto(svma: number, out: CfiRow): RowStatus {
    const index = this.findFde(svma);
    if (index < 0) return this.isDamagedAt(svma) ? RowStatus.Corrupt : RowStatus.NoFde;
    if (!this.machine.start(this.fde, out)) return this.damaged(index);
    for (;;) {
      const step = this.machine.next(out);
      if (step === StepResult.Row && svma >= out.endSvma) continue;
      return step === StepResult.Row ? RowStatus.Found : this.damaged(index);
    }
  }

  /**
   * Visits the rows of an FDE in order of address. The row is reused between visits, and by the next call: it must not
   * be changed or kept, and a visit must not begin another of the same table.
   * @returns Corrupt when the FDE is damaged, after the rows before the damage; Found otherwise
   */
  visitRows(fdeIndex: number, visit: (row: CfiRow) => void): RowStatus {
    this.visitor ??= { row: new CfiRow(), machine: new RowMachine(this.section) };
    const { row, machine } = this.visitor;
    if (!this.load(fdeIndex)) return RowStatus.Corrupt;
    if (!machine.start(this.fde, row)) return this.damaged(fdeIndex);
    for (;;) {
      const step = machine.next(row);
      if (step === StepResult.End) return RowStatus.Found;
      if (step === StepResult.Damaged) return this.damaged(fdeIndex);
      visit(row);
    }
  }

  private get index(): FdeIndex {
    this.lazyIndex ??= this.buildIndex();
    return this.lazyIndex;
  }

  private buildIndex(): FdeIndex {
    if (this.searchTable) {
      const index = readSearchTable(this.searchTable.cursor, this.searchTable, this.section);
      if (index) return index;
      this.log.add('unusable-search-table', 0);
    }
    return scanEntries(this.section, this.reader, this.log);
  }

  /** Reads an FDE into {@link fde} unless it is there already. @returns false when it is damaged */
  private load(fdeIndex: number): boolean {
    if (this.loadedFde === fdeIndex) return true;
    this.loadedFde = -1;
    const offset = this.index.sectionOffset[fdeIndex];
    const status = this.reader.readInto(offset, this.fde);
    const agrees = this.fde.startSvma === this.index.startSvma[fdeIndex];
    if (status === FdeStatus.Ok && agrees) {
      this.loadedFde = fdeIndex;
      return true;
    }
    this.noteDamage(fdeIndex, status === FdeStatus.UnusableCie ? 'unusable-cie' : 'damaged-fde');
    return false;
  }

  private damaged(fdeIndex: number): RowStatus {
    this.noteDamage(fdeIndex, 'damaged-instructions');
    return RowStatus.Corrupt;
  }

  /** Counts a damaged FDE once, however many addresses hit it. */
  private noteDamage(fdeIndex: number, code: CfiFindingCode): void {
    if (this.damagedFdes.has(fdeIndex)) return;
    this.damagedFdes.add(fdeIndex);
    this.log.add(code, this.fdeSectionOffset(fdeIndex));
  }

  /** Whether the last FDE that starts at or below an svma cannot be read: how far it would reach is unknown. */
  private isDamagedAt(svma: number): boolean {
    const index = findLastAtOrBelow(this.index.startSvma, this.index.count, svma);
    return index >= 0 && !this.load(index);
  }
}

function madeOf(image: ElfImage, table: CfiTable): CfiTable {
  image.addDamageSource('call frame information', () => describeCfiDamage(table.findings));
  return table;
}

function hasBytes(section: ElfSection): boolean {
  return section.type !== SHT_NOBITS && section.sizeBytes > 0;
}

function openSearchTable(image: ElfImage): SearchTableSection | undefined {
  const section = image.findSection('.eh_frame_hdr');
  let bytes: Uint8Array;
  let svma: number;
  if (section) {
    if (!hasBytes(section)) return undefined;
    bytes = image.readSection(section);
    svma = section.svma;
  } else {
    const segment = image.segments.find((candidate) => candidate.type === PT_GNU_EH_FRAME);
    // Separate debug files keep the segment of the stripped file, but not its bytes: their sections say so.
    if (!segment || image.sections.length > 0 || segment.fileSizeBytes === 0) return undefined;
    bytes = image.readFile(segment.fileOffset, segment.fileSizeBytes);
    svma = segment.svma;
  }
  return {
    cursor: new DwarfCursor(bytes, image.littleEndian),
    sectionSvma: svma,
    textSvma: NaN,
    dataSvma: svma,
    addressSizeBytes: image.wordSizeBytes,
    readWord: wordReader(image),
  };
}

/** The bytes of .eh_frame: the section, or in files without section headers what .eh_frame_hdr points to. */
function findEhFrame(
  image: ElfImage,
  header: SearchTableSection | undefined,
): { bytes: Uint8Array; svma: number } | undefined {
  const section = image.findSection('.eh_frame');
  if (section) {
    return hasBytes(section) ? { bytes: image.readSection(section), svma: section.svma } : undefined;
  }
  if (!header) return undefined;
  const svma = readEhFramePointer(header.cursor, header);
  const fileOffset = image.fileOffsetOf(svma);
  const segment = image.segments.find(
    (candidate) =>
      candidate.type === PT_LOAD && svma >= candidate.svma && svma < candidate.svma + candidate.fileSizeBytes,
  );
  if (fileOffset < 0 || !segment) return undefined;
  // Its size is written nowhere: it ends with the segment at the latest.
  const sizeBytes = segment.svma + segment.fileSizeBytes - svma;
  return { bytes: image.readFile(fileOffset, sizeBytes), svma };
}

function wordReader(image: ElfImage): (svma: number) => number {
  return (svma) => {
    const fileOffset = image.fileOffsetOf(svma);
    if (fileOffset < 0) return NaN;
    const cursor = new DwarfCursor(image.readFile(fileOffset, image.wordSizeBytes), image.littleEndian);
    const word = cursor.readUnsigned(image.wordSizeBytes);
    return cursor.failed ? NaN : word;
  };
}
