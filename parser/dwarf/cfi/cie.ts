/**
 * Common information entries (DWARF 5, section 6.4.1; LSB Core for the augmentations):
 *
 *   version u8 (1, 3, 4) | augmentation string | "eh": one address | version 4: address size u8, segment selector size u8
 *   code alignment uleb | data alignment sleb | return address column: u8 in version 1, uleb later
 *   "z…": augmentation size uleb, then one item per letter: R FDE pointer encoding u8, L LSDA encoding u8,
 *         P personality encoding u8 and pointer; S (signal frame), B (key B), G (tagged stack) have none
 *   initial instructions
 */

import { readFormat } from './encoded-pointer';
import * as dw from './constants';
import type { RuleSnapshot } from './cfi-row';
import { createFrameEntry, EntryStatus, readEntryInto, type FrameSection } from './frame-section';

export interface Cie {
  readonly sectionOffset: number;
  readonly version: number;
  readonly augmentation: string;
  readonly addressSizeBytes: number;
  readonly segmentSelectorSizeBytes: number;
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  readonly returnAddressRegister: number;
  /** DW_EH_PE_* of the addresses of its FDEs. */
  readonly pointerEncoding: number;
  /** Whether FDEs hold augmentation data with a size. */
  readonly hasAugmentationSize: boolean;
  readonly isSignalFrame: boolean;
  readonly usesKeyB: boolean;
  readonly instructionsStart: number;
  readonly instructionsEnd: number;
  /** The rules that the initial instructions make; set when the first row is decoded, null when they are damaged. */
  initialRules: RuleSnapshot | null | undefined;
}

/** What the letters of the augmentation say. */
type AugmentationData = Pick<Cie, 'pointerEncoding' | 'isSignalFrame' | 'usesKeyB'>;

const NO_AUGMENTATION_DATA: AugmentationData = {
  pointerEncoding: dw.DW_EH_PE_absptr,
  isSignalFrame: false,
  usesKeyB: false,
};

const LONGEST_AUGMENTATION = 32;

/** Parses the CIE at a section offset; undefined when there is none or it cannot be used. */
export function parseCie(section: FrameSection, sectionOffset: number): Cie | undefined {
  const entry = createFrameEntry();
  if (readEntryInto(section, sectionOffset, entry) !== EntryStatus.Entry || !entry.isCie) return undefined;
  const { cursor } = section;
  cursor.reset(entry.contents, entry.end);

  const version = cursor.readU8();
  if (version !== 1 && version !== 3 && version !== 4) return undefined;
  const augmentation = readAugmentation(section);
  let { addressSizeBytes } = section;
  let segmentSelectorSizeBytes = 0;
  // gcc 2.x: the address of the exception table, meaningless to an unwinder of frames.
  if (augmentation === 'eh') cursor.skip(addressSizeBytes);
  if (version >= 4) {
    addressSizeBytes = cursor.readU8();
    segmentSelectorSizeBytes = cursor.readU8();
  }
  const codeAlignment = cursor.readUleb128();
  const dataAlignment = cursor.readSleb128();
  const returnAddressRegister = version === 1 ? cursor.readU8() : cursor.readUleb128();
  if (addressSizeBytes !== 4 && addressSizeBytes !== 8) return undefined;

  const hasAugmentationSize = augmentation.startsWith('z');
  if (!hasAugmentationSize && augmentation !== '' && augmentation !== 'eh') return undefined;
  const data = hasAugmentationSize
    ? readAugmentationData(section, augmentation.slice(1), addressSizeBytes)
    : NO_AUGMENTATION_DATA;
  if (cursor.failed) return undefined;
  return {
    sectionOffset,
    version,
    augmentation,
    addressSizeBytes,
    segmentSelectorSizeBytes,
    codeAlignment,
    dataAlignment,
    returnAddressRegister,
    hasAugmentationSize,
    ...data,
    instructionsStart: cursor.position,
    instructionsEnd: entry.end,
    initialRules: undefined,
  };
}

function readAugmentation(section: FrameSection): string {
  const { cursor } = section;
  const start = cursor.skipCString();
  const length = cursor.position - 1 - start;
  if (cursor.failed || length > LONGEST_AUGMENTATION) {
    cursor.fail();
    return '';
  }
  return String.fromCharCode(...section.bytes.subarray(start, start + length));
}

/** Moves the cursor to the end of the augmentation data. @param letters of the augmentation, without the z */
function readAugmentationData(
  section: FrameSection,
  letters: string,
  addressSizeBytes: number,
): AugmentationData {
  const { cursor } = section;
  const sizeBytes = cursor.readUleb128();
  const end = cursor.position + sizeBytes;
  let { pointerEncoding, isSignalFrame, usesKeyB } = NO_AUGMENTATION_DATA;
  // What an unknown letter stores is unknown, so are the places of the letters after it.
  const [known] = /^[RLPSBG]*/.exec(letters)!;
  for (const letter of known) {
    if (letter === 'R') pointerEncoding = cursor.readU8();
    else if (letter === 'L') cursor.skip(1);
    else if (letter === 'P') skipPersonality(section, addressSizeBytes);
    else if (letter === 'S') isSignalFrame = true;
    else if (letter === 'B') usesKeyB = true;
  }
  cursor.seek(end);
  return { pointerEncoding, isSignalFrame, usesKeyB };
}

function skipPersonality(section: FrameSection, addressSizeBytes: number): void {
  const { cursor } = section;
  const encoding = cursor.readU8();
  if (encoding === dw.DW_EH_PE_omit) return;
  if ((encoding & 0x70) === dw.DW_EH_PE_aligned) {
    const misaligned = (section.sectionSvma + cursor.position) % addressSizeBytes;
    cursor.skip(misaligned === 0 ? addressSizeBytes : 2 * addressSizeBytes - misaligned);
    return;
  }
  readFormat(cursor, encoding & 0x0f, addressSizeBytes);
}
