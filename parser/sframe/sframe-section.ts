/**
 * One SFrame section (specification version 3, and version 2 with its errata): header, FDE index, and rows.
 *
 *   header | auxiliary header | FDE index (fixed-size entries) | FRE sub-section (attributes and FREs of each FDE)
 *
 * Opening reads the header and all FDEs; rows are decoded when they are asked for. A section with damaged parts
 * opens all the same: see {@link SFrameSection.findings}, and check-section.ts for the thorough examination.
 *
 * Left out on purpose: version 1 (obsolete; refused), and the contents of the auxiliary header (no ABI defines any).
 */

import { findLastAtOrBelow } from '../bytes';
import * as sframe from './constants';
import type { DecodePlan } from './decode-plan';
import { readFdeTable, type FdeTable } from './fde-table';
import { FreCursor, FreDamage } from './fre-cursor';
import { decodeLocationsInto, setOutermost } from './row-decoder';
import { SFrameFindings } from './sframe-findings';
import { parseSFrameHeader, type SFrameHeader } from './sframe-header';
import { SFrameRow, SFrameRowStatus } from './sframe-row';

export class SFrameSection {
  /** Damage met when the section was opened. */
  readonly findings = new SFrameFindings();
  /** How many of the bytes given belong to this section: all sub-sections, as the header states them. */
  readonly extentBytes: number;
  private readonly view: DataView;
  private readonly fdes: FdeTable;
  private readonly freEnd: number;
  private readonly lookupCursor: FreCursor;

  private constructor(
    readonly bytes: Uint8Array,
    /** Address of the section's first byte, as stated in the file. */
    readonly svma: number,
    readonly header: SFrameHeader,
    /** Names the section in messages. */
    readonly where: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const freEnd = header.freSectionOffset + header.freSizeBytes;
    const fdeEnd = header.fdeSectionOffset + header.fdeCount * header.plan.layout.entrySizeBytes;
    this.freEnd = Math.min(freEnd, bytes.length);
    this.extentBytes = Math.min(Math.max(freEnd, fdeEnd), bytes.length);
    this.checkHeader(fdeEnd, freEnd);
    const { view, findings } = this;
    this.fdes = readFdeTable({ view, header, svma, freEnd: this.freEnd, where, findings });
    this.lookupCursor = this.newCursor();
  }

  /**
   * Opens a section.
   * @param bytes borrowed for as long as the section is used, never written; may be followed by other data
   * @param svma of the first byte, as stated in the file (a signed double, see bytes/address.ts)
   * @param littleEndian the byte order of the file; a section in the other order is read, with a finding
   * @param where names the section in messages: "a.out, section .sframe"
   * @throws ParseError when the header is cut off, or of a version (1 among them) or ABI that is not known
   */
  static parse(bytes: Uint8Array, svma: number, littleEndian: boolean, where: string): SFrameSection {
    const section = new SFrameSection(bytes, svma, parseSFrameHeader(bytes, where), where);
    if (section.littleEndian !== littleEndian) {
      const order = (little: boolean) => (little ? 'little endian' : 'big endian');
      section.findings.add(
        'foreign-byte-order',
        where,
        () => `the section is ${order(section.littleEndian)}, the file ${order(littleEndian)}`,
      );
    }
    return section;
  }

  /** 3 or 2. */
  get version(): number {
    return this.header.version;
  }

  /** SFRAME_ABI_*. */
  get abi(): number {
    return this.header.abi;
  }

  /** SFRAME_F_*. */
  get flags(): number {
    return this.header.flags;
  }

  get littleEndian(): boolean {
    return this.header.littleEndian;
  }

  /** The facts of this section's version and ABI. */
  get plan(): DecodePlan {
    return this.header.plan;
  }

  /** FDEs that there are; fewer than the header announces when the index is cut off. */
  get fdeCount(): number {
    return this.fdes.count;
  }

  /** The FDE that covers an address, or -1. FDEs are numbered by ascending start address. */
  findFde(svma: number): number {
    const { count, startSvma, sizeBytes } = this.fdes;
    const index = findLastAtOrBelow(startSvma, count, svma);
    return index >= 0 && svma - startSvma[index] < sizeBytes[index] ? index : -1;
  }

  fdeStart(index: number): number {
    return this.fdes.startSvma[index];
  }

  /** The start as the 64-bit word it is, also where it is too absurd for {@link fdeStart} to hold exactly. */
  fdeStartWord(index: number): bigint {
    const { layout } = this.plan;
    const at = this.header.fdeSectionOffset + this.fdeFilePosition(index) * layout.entrySizeBytes;
    const isPcRelative = (this.flags & sframe.SFRAME_F_FDE_FUNC_START_PCREL) !== 0;
    const base = this.svma + (isPcRelative ? at : 0);
    return BigInt.asUintN(64, BigInt(base) + layout.readStartWord(this.view, at, this.littleEndian));
  }

  /** Size of the function in bytes. */
  fdeSize(index: number): number {
    return this.fdes.sizeBytes[index];
  }

  /** The FDE's place in the file's index. */
  fdeFilePosition(index: number): number {
    return this.fdes.filePosition?.[index] ?? index;
  }

  /** The section offset of the FDE's first FRE; 0 when it lies outside the section. */
  freSectionOffset(index: number): number {
    return this.fdes.freSectionOffset[index];
  }

  freCount(index: number): number {
    return this.fdes.freCount[index];
  }

  /** SFRAME_FDE_PCTYPE_*. */
  pcType(index: number): number {
    return (this.fdes.info[index] >> 4) & 1;
  }

  /** SFRAME_FRE_TYPE_*, or a number that means nothing. */
  freType(index: number): number {
    return this.fdes.info[index] & 0xf;
  }

  /** SFRAME_FDE_TYPE_*, or a number that means nothing. */
  fdeType(index: number): number {
    return this.fdes.info2[index] & 0x1f;
  }

  /** Size of the repeated block in bytes; means nothing unless the PC type is MASK. */
  repSize(index: number): number {
    return this.fdes.repetitionSize[index];
  }

  isMask(index: number): boolean {
    return this.pcType(index) === sframe.SFRAME_FDE_PCTYPE_MASK;
  }

  isFlex(index: number): boolean {
    return this.fdeType(index) === sframe.SFRAME_FDE_TYPE_FLEX;
  }

  isSignal(index: number): boolean {
    return (this.fdes.info[index] & this.plan.layout.signalBit) !== 0;
  }

  /** Return addresses of the function are signed with key B instead of A (AArch64). */
  usesPauthKeyB(index: number): boolean {
    return this.plan.signsReturnAddresses && (this.fdes.info[index] & 0x20) !== 0;
  }

  /** The info bytes as they are: sfda_func_info, and above it sfda_func_info2. */
  infoBits(index: number): number {
    return this.fdes.info[index] | (this.fdes.info2[index] << 8);
  }

  /** Whether the FDE's FREs cannot be read: unknown types, data outside the section, an absurd start. */
  isDamaged(index: number): boolean {
    return this.fdes.isDamaged[index] !== 0;
  }

  /** Whether the FDE says by having no FREs that its function is outermost. */
  isOutermostFde(index: number): boolean {
    return this.fdes.freCount[index] === 0 && this.plan.layout.emptyFdeIsOutermost && !this.isFlex(index);
  }

  /**
   * Finds and decodes the row for an address. Allocates nothing, throws nothing.
   * @param svma as stated in the file; for a return address, the caller subtracts 1 first
   * @param row filled in place; its contents mean nothing unless the result is Found
   */
  decodeRowInto(svma: number, row: SFrameRow): SFrameRowStatus {
    const index = this.findFde(svma);
    return index < 0 ? SFrameRowStatus.NoFde : this.decodeFdeRowInto(index, svma, row);
  }

  /** As {@link decodeRowInto}, in an FDE that was found to cover the address. */
  decodeFdeRowInto(index: number, svma: number, row: SFrameRow): SFrameRowStatus {
    if (this.isDamaged(index)) return SFrameRowStatus.Corrupt;
    const start = this.fdeStart(index);
    this.setFunctionFacts(index, row);
    if (this.freCount(index) === 0) return this.decodeEmptyFdeInto(index, row);
    let blockStart = start;
    let limit = this.fdeSize(index);
    let offset = svma - start;
    if (this.isMask(index)) {
      const repetition = this.repSize(index);
      if (repetition === 0) return SFrameRowStatus.Corrupt;
      const blockOffset = offset - (offset % repetition);
      blockStart += blockOffset;
      offset -= blockOffset;
      limit = Math.min(repetition, limit - blockOffset);
    }
    const fre = this.lookupCursor;
    fre.reset(this.freSectionOffset(index), this.freType(index), this.freCount(index));
    while (fre.next()) {
      if (fre.startOffset > offset) return SFrameRowStatus.NoFre;
      const nextStart = fre.peekStartOffset();
      if (nextStart < fre.startOffset) return SFrameRowStatus.Corrupt;
      if (nextStart <= offset) continue;
      row.startSvma = blockStart + fre.startOffset;
      row.endSvma = blockStart + Math.min(nextStart, limit);
      return this.decodeLocationsInto(index, fre, row) ? SFrameRowStatus.Found : SFrameRowStatus.Corrupt;
    }
    return SFrameRowStatus.Corrupt;
  }

  /**
   * Calls back for every FRE of an FDE in the file's order, with its row decoded (of PC type MASK, that of the
   * first block). Row and cursor are reused from call to call. A FRE whose words make no sense is skipped.
   * @returns Found when all FREs could be decoded, NoFre when there are none, else Corrupt
   */
  forEachRow(index: number, callback: (row: SFrameRow, fre: FreCursor) => void): SFrameRowStatus {
    if (this.isDamaged(index)) return SFrameRowStatus.Corrupt;
    const row = new SFrameRow();
    const start = this.fdeStart(index);
    const limit = this.isMask(index) && this.repSize(index) > 0 ? this.repSize(index) : this.fdeSize(index);
    this.setFunctionFacts(index, row);
    const fre = this.newFreCursor(index);
    let status = this.freCount(index) === 0 ? SFrameRowStatus.NoFre : SFrameRowStatus.Found;
    while (fre.next()) {
      row.startSvma = start + fre.startOffset;
      row.endSvma = start + Math.min(fre.peekStartOffset(), limit);
      if (this.decodeLocationsInto(index, fre, row)) callback(row, fre);
      else status = SFrameRowStatus.Corrupt;
    }
    return fre.damage === FreDamage.None ? status : SFrameRowStatus.Corrupt;
  }

  /** A cursor before the first FRE of an FDE, over the FREs as they are in the file; at its end in a damaged FDE. */
  newFreCursor(index: number): FreCursor {
    const cursor = this.newCursor();
    const count = this.isDamaged(index) ? 0 : this.freCount(index);
    cursor.reset(this.freSectionOffset(index), this.freType(index), count);
    return cursor;
  }

  /** Decodes the words of a cursor's FRE; false when they make no sense. The row's range is not touched. */
  decodeLocationsInto(index: number, fre: FreCursor, row: SFrameRow): boolean {
    return decodeLocationsInto(this.plan, this.header, fre, this.isFlex(index), row);
  }

  private decodeEmptyFdeInto(index: number, row: SFrameRow): SFrameRowStatus {
    if (!this.isOutermostFde(index)) return SFrameRowStatus.NoFre;
    row.startSvma = this.fdeStart(index);
    row.endSvma = row.startSvma + this.fdeSize(index);
    setOutermost(row);
    return SFrameRowStatus.Found;
  }

  private setFunctionFacts(index: number, row: SFrameRow): void {
    row.isSignal = this.isSignal(index);
    row.usesPauthKeyB = this.usesPauthKeyB(index);
  }

  private newCursor(): FreCursor {
    return new FreCursor(this.view, this.littleEndian, this.freEnd);
  }

  private checkHeader(fdeEnd: number, freEnd: number): void {
    const { header, findings, where } = this;
    const { plan } = header;
    const hex = (value: number) => `0x${value.toString(16)}`;
    if (plan.littleEndian !== header.littleEndian) {
      findings.add(
        'abi-byte-order',
        where,
        () => `the ABI is ${plan.name}, the section ${header.littleEndian ? 'little' : 'big'} endian`,
      );
    }
    const unknownFlags = header.flags & ~plan.layout.knownFlags;
    if (unknownFlags !== 0) findings.add('unknown-flags', where, () => `flags ${hex(unknownFlags)}`);
    if (header.fixedRaOffset !== plan.fixedRaOffset || header.fixedFpOffset !== 0) {
      findings.add(
        'fixed-offset-unexpected',
        where,
        () =>
          `fixed offsets from the CFA: RA ${header.fixedRaOffset}, FP ${header.fixedFpOffset}; ` +
          `the ABI ${plan.name} has RA ${plan.fixedRaOffset}, FP 0`,
      );
    }
    if (freEnd > this.bytes.length) {
      findings.add(
        'fre-data-truncated',
        where,
        () => `the FRE sub-section ends at ${hex(freEnd)}, the section at ${hex(this.bytes.length)}`,
      );
    }
    const { fdeSectionOffset, freSectionOffset } = header;
    const isEmpty = fdeEnd === fdeSectionOffset || freEnd === freSectionOffset;
    if (!isEmpty && fdeSectionOffset < freEnd && freSectionOffset < fdeEnd) {
      findings.add(
        'sub-sections-overlap',
        where,
        () =>
          `FDEs lie at ${hex(fdeSectionOffset)}..${hex(fdeEnd)}, FREs at ${hex(freSectionOffset)}..${hex(freEnd)}`,
      );
    }
  }
}
