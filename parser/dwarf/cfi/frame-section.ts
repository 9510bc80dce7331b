/**
 * The two sections that hold call frame information, `.eh_frame` (LSB Core, "DWARF Extensions") and
 * `.debug_frame` (DWARF 2 to 5, section 6.4.1). Their entries differ only in how a CIE is told from an FDE and
 * how an FDE names its CIE; that difference lives in {@link readEntryInto} alone.
 *
 *   length u32, or 0xffffffff and length u64 (64-bit DWARF)
 *   id     .eh_frame: u32 always; 0 in a CIE, in an FDE the distance from this field back to its CIE
 *          .debug_frame: u32 or u64; all ones in a CIE, in an FDE the section offset of its CIE
 *   …      contents (cie.ts, fde.ts) to the end of the entry
 */

import { DwarfCursor } from '../dwarf-cursor';
import type { PointerBases } from './encoded-pointer';

/** What a section of call frame information is opened with. */
export interface FrameSectionParts extends PointerBases {
  /** The section, decompressed; borrowed. */
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly isEhFrame: boolean;
}

export class FrameSection implements PointerBases {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly isEhFrame: boolean;
  readonly sectionSvma: number;
  readonly textSvma: number;
  readonly dataSvma: number;
  readonly addressSizeBytes: number;
  readonly readWord: (svma: number) => number;
  readonly cursor: DwarfCursor;

  constructor(parts: FrameSectionParts) {
    this.bytes = parts.bytes;
    this.littleEndian = parts.littleEndian;
    this.isEhFrame = parts.isEhFrame;
    this.sectionSvma = parts.sectionSvma;
    this.textSvma = parts.textSvma;
    this.dataSvma = parts.dataSvma;
    this.addressSizeBytes = parts.addressSizeBytes;
    this.readWord = parts.readWord;
    this.cursor = new DwarfCursor(parts.bytes, parts.littleEndian);
  }
}

/** Where an entry lies and what it is. Reused by the readers. */
export interface FrameEntry {
  /** Section offset of the first byte after the entry. */
  end: number;
  /** Section offset of the contents that follow the id. */
  contents: number;
  isCie: boolean;
  /** Section offset of the CIE that an FDE names; may be negative or beyond the section in damaged input. */
  cieOffset: number;
}

/** A fresh entry for {@link readEntryInto} to fill. */
export function createFrameEntry(): FrameEntry {
  return { end: 0, contents: 0, isCie: false, cieOffset: 0 };
}

/** What {@link readEntryInto} found. */
export enum EntryStatus {
  Entry,
  /** A length of zero: the end of one object file's part. More may follow where parts were joined. */
  Terminator,
  /** The length leaves the section, so nothing after it can be found. */
  Damaged,
}

/** Reads the header of the entry at a section offset; `out.end` is where the next one starts unless damaged. */
export function readEntryInto(section: FrameSection, offset: number, out: FrameEntry): EntryStatus {
  const { cursor } = section;
  cursor.reset(offset, section.bytes.length);
  let length = cursor.readU32();
  let is64BitDwarf = false;
  if (length === 0xffffffff) {
    is64BitDwarf = true;
    length = cursor.readOffset(8);
  }
  if (cursor.failed || length > cursor.remaining) return EntryStatus.Damaged;
  out.end = cursor.position + length;
  if (length === 0) return EntryStatus.Terminator;

  const idPosition = cursor.position;
  if (section.isEhFrame) {
    const id = cursor.readU32();
    out.isCie = id === 0;
    out.cieOffset = idPosition - id;
  } else if (is64BitDwarf) {
    const id = cursor.readAddress();
    out.isCie = id === -1;
    out.cieOffset = id;
  } else {
    const id = cursor.readU32();
    out.isCie = id === 0xffffffff;
    out.cieOffset = id;
  }
  out.contents = cursor.position;
  return cursor.failed || cursor.position > out.end ? EntryStatus.Damaged : EntryStatus.Entry;
}
