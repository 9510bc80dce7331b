/**
 * Frame description entries, one per function or part of a function (DWARF 5, section 6.4.1):
 *
 *   segment selector (version 4, rarely) | initial location | address range | augmentation size and data ("z")
 *   instructions
 *
 * Location and range have the CIE's pointer encoding; of the range only the format counts.
 */

import { type Cie, parseCie } from './cie';
import { readEncodedPointer, readFormat } from './encoded-pointer';
import { createFrameEntry, EntryStatus, readEntryInto, type FrameSection } from './frame-section';

/** An FDE without its rows; filled by {@link FdeReader.readInto}. */
export interface Fde {
  cie: Cie;
  sectionOffset: number;
  startSvma: number;
  sizeBytes: number;
  instructionsStart: number;
  instructionsEnd: number;
}

/** What {@link FdeReader.readInto} found wrong. */
export enum FdeStatus {
  Ok,
  /** There is no FDE at this offset, or it is damaged. */
  DamagedFde,
  /** The FDE's CIE is damaged, or of a version or augmentation that is unknown. */
  UnusableCie,
}

/** Reads the FDEs of a section; CIEs are parsed once and kept. */
export class FdeReader {
  private readonly cies = new Map<number, Cie | undefined>();
  private readonly entry = createFrameEntry();

  constructor(private readonly section: FrameSection) {}

  /** Reads the FDE at a section offset. On a status other than Ok, `out` is unusable. */
  readInto(sectionOffset: number, out: Fde): FdeStatus {
    const { section, entry } = this;
    const status = readEntryInto(section, sectionOffset, entry);
    if (status !== EntryStatus.Entry || entry.isCie) return FdeStatus.DamagedFde;
    return this.readContentsInto(sectionOffset, entry.contents, entry.end, entry.cieOffset, out);
  }

  /** The same, when the entry's header has been read already. */
  readContentsInto(
    sectionOffset: number,
    contents: number,
    end: number,
    cieOffset: number,
    out: Fde,
  ): FdeStatus {
    const cie = this.cieAt(cieOffset);
    if (!cie) return FdeStatus.UnusableCie;
    const { section } = this;
    const { cursor } = section;
    cursor.reset(contents, end);
    cursor.skip(cie.segmentSelectorSizeBytes);
    out.cie = cie;
    out.sectionOffset = sectionOffset;
    out.startSvma = readEncodedPointer(cursor, cie.pointerEncoding, cie.addressSizeBytes, section, NaN);
    out.sizeBytes = readFormat(cursor, cie.pointerEncoding & 0x07, cie.addressSizeBytes);
    if (cie.hasAugmentationSize) {
      const augmentationSizeBytes = cursor.readUleb128();
      cursor.skip(augmentationSizeBytes);
    }
    out.instructionsStart = cursor.position;
    out.instructionsEnd = end;
    return cursor.failed || out.sizeBytes < 0 ? FdeStatus.DamagedFde : FdeStatus.Ok;
  }

  private cieAt(offset: number): Cie | undefined {
    let cie = this.cies.get(offset);
    if (cie === undefined && !this.cies.has(offset)) {
      cie = parseCie(this.section, offset);
      this.cies.set(offset, cie);
    }
    return cie;
  }
}

/** A fresh FDE for {@link FdeReader.readInto} to fill. */
export function createFde(): Fde {
  const cie: Cie = {
    sectionOffset: 0,
    version: 0,
    augmentation: '',
    addressSizeBytes: 8,
    segmentSelectorSizeBytes: 0,
    codeAlignment: 1,
    dataAlignment: 1,
    returnAddressRegister: 0,
    pointerEncoding: 0,
    hasAugmentationSize: false,
    isSignalFrame: false,
    usesKeyB: false,
    instructionsStart: 0,
    instructionsEnd: 0,
    initialRules: null,
  };
  return { cie, sectionOffset: 0, startSvma: 0, sizeBytes: 0, instructionsStart: 0, instructionsEnd: 0 };
}
