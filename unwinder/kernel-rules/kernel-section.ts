/**
 * One SFrame section as the kernel would read it: version 15 of the patch series "unwind_deferred: Implement sframe
 * handling" (kernel/unwind/sframe.c; in no released kernel). It accepts less than the format allows, reads only what
 * a look-up needs, and trusts nothing: each rule (rules.ts) is tested by its name.
 *
 *   header ──► open, once: version, flags, offsets
 *   FDE index ──► binary search in the file's order, unsorted neighbours are noticed on the way
 *   attributes, FREs ──► checked for the function that was found, up to the FRE that holds at the address
 *
 * Addresses are svmas: the kernel's comparisons do not change when all of them move by the load bias.
 */

import {
  decodeLocationsInto,
  FdeFields,
  FreCursor,
  FreDamage,
  parseSFrameHeader,
  ParseError,
  sframe,
  type SFrameHeader,
  type SFrameRow,
} from '../../parser';
import type { Architecture } from '../arch/arch';
import { GOOD, KernelError, type KernelAnswer } from './kernel-error';
import { kernelRules as rules } from './rules';

const NO_FDE: KernelAnswer = { error: KernelError.ENOENT, message: 'no function covers the address' };

/** Where the section and the text that it belongs to lie. Ends exclusive. */
export interface KernelSectionPlace {
  readonly svma: number;
  readonly textStartSvma: number;
  readonly textEndSvma: number;
}

export class KernelSection {
  private readonly view: DataView;
  private readonly cursor: FreCursor;
  private readonly fde = new FdeFields();
  private readonly freEnd: number;
  /** Where the function in {@link fde} starts. */
  private functionStart = 0;

  private constructor(
    bytes: Uint8Array,
    private readonly header: SFrameHeader,
    private readonly place: KernelSectionPlace,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.freEnd = header.freSectionOffset + header.freSizeBytes;
    this.cursor = new FreCursor(this.view, header.littleEndian, this.freEnd);
  }

  /** Reads the header. @returns the section, or why the kernel would not have it */
  static open(
    bytes: Uint8Array,
    place: KernelSectionPlace,
    arch: Architecture,
  ): KernelSection | KernelAnswer {
    let header: SFrameHeader;
    try {
      header = parseSFrameHeader(bytes, '');
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return rules.header;
    }
    const verdict = checkHeader(header, bytes.length, arch);
    return verdict.error === KernelError.None ? new KernelSection(bytes, header, place) : verdict;
  }

  /** Fills the row that holds at an svma of the text. */
  find(svma: number, out: SFrameRow): KernelAnswer {
    const verdict = this.findFde(svma);
    return verdict.error === KernelError.None ? this.findFre(svma, out) : verdict;
  }

  /** Finds the FDE that covers an svma and leaves its fields in {@link fde}. */
  private findFde(svma: number): KernelAnswer {
    let low = 0;
    let high = this.header.fdeCount - 1;
    let found = -1;
    let lowest = -Infinity;
    let highest = Infinity;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      this.readEntry(middle);
      const start = this.functionStart;
      if (svma >= start) {
        if (start < lowest) return rules.fdeUnsorted;
        lowest = start;
        found = middle;
        low = middle + 1;
      } else {
        if (start > highest) return rules.fdeUnsorted;
        highest = start;
        high = middle - 1;
      }
    }
    if (found < 0) return NO_FDE;
    this.readEntry(found);
    return this.checkFde(svma);
  }

  private checkFde(svma: number): KernelAnswer {
    const { fde, header, place, view, functionStart: start } = this;
    const { layout } = header.plan;
    if (start < place.textStartSvma || start >= place.textEndSvma) return rules.fdeStart;
    const end = start + fde.sizeBytes;
    if (end > place.textEndSvma) return rules.fdeEnd;
    const attributesAt = header.freSectionOffset + fde.dataOffset;
    if (attributesAt + layout.attributeSizeBytes > this.freEnd) return rules.fdeData;
    layout.readAttributesInto(view, attributesAt, header.littleEndian, fde);
    if (svma >= end) return NO_FDE;
    // PC types need no check: the format has one bit for them, and both its values, INC and MASK, are known.
    if (isMask(fde) && fde.repetitionSize === 0) return rules.repetition;
    if (fde.freCount > fde.sizeBytes) return rules.freCount;
    if (fdeType(fde) > sframe.SFRAME_FDE_TYPE_FLEX) return rules.fdeType;
    return (fde.info & 0xf) > sframe.SFRAME_FRE_TYPE_ADDR4 ? rules.freType : GOOD;
  }

  /** Reads an entry of the index into {@link fde} and {@link functionStart}. */
  private readEntry(index: number): void {
    const { header, place } = this;
    const { layout } = header.plan;
    const at = header.fdeSectionOffset + index * layout.entrySizeBytes;
    layout.readEntryInto(this.view, at, header.littleEndian, this.fde);
    this.functionStart = place.svma + at + this.fde.startOffset;
  }

  /** Finds the row that holds at an svma of the function in {@link fde}. */
  private findFre(svma: number, out: SFrameRow): KernelAnswer {
    const { fde, header, cursor } = this;
    const firstAt = header.freSectionOffset + fde.dataOffset + header.plan.layout.attributeSizeBytes;
    const mask = isMask(fde);
    const fromStart = svma - this.functionStart;
    const offset = mask ? fromStart % fde.repetitionSize : fromStart;
    let foundAt = -1;
    let previous = -1;
    cursor.reset(firstAt, fde.info & 0xf, fde.freCount);
    while (cursor.next()) {
      const { startOffset } = cursor;
      if (!mask && startOffset > fde.sizeBytes) return rules.freStart;
      if (mask && startOffset >= fde.repetitionSize) return rules.freStartInBlock;
      if (startOffset <= previous) return rules.freUnsorted;
      if (startOffset > offset) break;
      previous = startOffset;
      foundAt = cursor.sectionOffset;
    }
    if (cursor.damage === FreDamage.WordSize) return rules.wordSize;
    if (cursor.damage === FreDamage.OutOfBounds) return rules.freBounds;
    if (foundAt < 0) return rules.noFre;
    cursor.reset(foundAt, fde.info & 0xf, 1);
    cursor.next();
    return this.decodeRow(out);
  }

  /** Interprets the data words of the row that the cursor is at. */
  private decodeRow(out: SFrameRow): KernelAnswer {
    const { cursor, header, fde } = this;
    const isFlex = fdeType(fde) === sframe.SFRAME_FDE_TYPE_FLEX;
    if (cursor.wordCount > 0 && countRuleWords(cursor, header, isFlex) !== cursor.wordCount)
      return rules.freWords;
    if (!decodeLocationsInto(header.plan, header, cursor, isFlex, out))
      return isFlex ? rules.cfaRule : rules.freWords;
    if (isFlex && out.hasReservedBit) return rules.reservedBit;
    return GOOD;
  }
}

function checkHeader(header: SFrameHeader, sizeBytes: number, arch: Architecture): KernelAnswer {
  const { plan, flags } = header;
  const needed = sframe.SFRAME_F_FDE_SORTED | sframe.SFRAME_F_FDE_FUNC_START_PCREL;
  const isSupported =
    header.version === sframe.SFRAME_VERSION_3 &&
    (flags & needed) === needed &&
    header.auxHeaderSizeBytes === 0 &&
    header.abi === arch.kernelRules.sframeAbi &&
    header.littleEndian === plan.littleEndian;
  if (!isSupported) return rules.header;
  if (header.fdeCount === 0 || header.freCount === 0) return rules.entries;
  if (sframe.SFRAME_HEADER_SIZE_BYTES >= sizeBytes) return rules.headerSize;
  const fdeEnd = header.fdeSectionOffset + header.fdeCount * plan.layout.entrySizeBytes;
  const freEnd = header.freSectionOffset + header.freSizeBytes;
  return header.freSectionOffset < fdeEnd || freEnd > sizeBytes ? rules.offsets : GOOD;
}

/** How many data words the rules of a row take: the kernel refuses a row that has more, or fewer than its CFA needs. */
function countRuleWords(fre: FreCursor, header: SFrameHeader, isFlex: boolean): number {
  const { wordCount } = fre;
  if (!isFlex) {
    const most = 1 + (header.fixedRaOffset === 0 ? 1 : 0) + (header.fixedFpOffset === 0 ? 1 : 0);
    return Math.min(wordCount, most);
  }
  let taken = 2;
  // Return address, then frame pointer: a control word of 0 is alone, a last single word belongs to no rule.
  for (let rule = 0; rule < 2 && wordCount - taken >= 2; rule++)
    taken += fre.unsignedWord(taken) === 0 ? 1 : 2;
  return taken;
}

function isMask(fde: FdeFields): boolean {
  return ((fde.info >> 4) & 1) === sframe.SFRAME_FDE_PCTYPE_MASK;
}

function fdeType(fde: FdeFields): number {
  return fde.info2 & 0x1f;
}
