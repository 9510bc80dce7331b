/**
 * The data words of an FRE, interpreted (specification, chapter "Interpretation of SFrame FREs").
 *
 *   default FDE    CFA [, RA] [, FP]      signed offsets; RA is there only where the header fixes none
 *   flexible FDE   control, offset for each of CFA, RA, FP, or a single 0 for "no rule"
 *
 *   control word   3… register | 2 reserved | 1 deref | 0 register-based (else CFA-based)
 */

import * as sframe from './constants';
import type { DecodePlan } from './decode-plan';
import type { FreCursor } from './fre-cursor';
import { SFrameLocationKind, type SFrameLocation, type SFrameRow } from './sframe-row';

/** The header's fixed offsets from the CFA, 0 for none. */
export interface FixedOffsets {
  readonly fixedFpOffset: number;
  readonly fixedRaOffset: number;
}

/** Makes a row say that there is no caller. */
export function setOutermost(row: SFrameRow): void {
  row.isOutermost = true;
  row.isRaSigned = false;
  row.hasReservedBit = false;
  row.cfa.set(SFrameLocationKind.Undefined, -1, false, 0);
  row.ra.set(SFrameLocationKind.Undefined, -1, false, 0);
  row.fp.set(SFrameLocationKind.Undefined, -1, false, 0);
}

/**
 * Fills the locations of a row from the cursor's FRE.
 * @returns false when the words make no sense: a flexible FRE that ends within a rule, or whose CFA has no
 *   base register; a negative register number (version 2). Words beyond the last one known are ignored.
 */
export function decodeLocationsInto(
  plan: DecodePlan,
  fixed: FixedOffsets,
  fre: FreCursor,
  isFlex: boolean,
  row: SFrameRow,
): boolean {
  if (fre.wordCount === 0) {
    setOutermost(row);
    return true;
  }
  row.isOutermost = false;
  row.isRaSigned = plan.signsReturnAddresses && fre.isRaMangled;
  row.hasReservedBit = false;
  return isFlex ? decodeFlexInto(plan, fixed, fre, row) : decodeDefaultInto(plan, fixed, fre, row);
}

function decodeDefaultInto(plan: DecodePlan, fixed: FixedOffsets, fre: FreCursor, row: SFrameRow): boolean {
  const base = fre.isSpBased ? plan.machine.stackPointer : plan.machine.framePointer;
  row.cfa.set(SFrameLocationKind.FromRegister, base, false, cfaOffset(plan, fre.signedWord(0)));
  const tracksRa = fixed.fixedRaOffset === sframe.SFRAME_FRE_RA_OFFSET_INVALID;
  const raWord = tracksRa && fre.wordCount > 1 ? fre.signedWord(1) : sframe.SFRAME_FRE_RA_OFFSET_INVALID;
  if (raWord === sframe.SFRAME_FRE_RA_OFFSET_INVALID) setFixed(row.ra, fixed.fixedRaOffset);
  else if (!setFromWord(plan, row.ra, raWord)) return false;
  const fpIndex = tracksRa ? 2 : 1;
  if (fixed.fixedFpOffset === 0 && fre.wordCount > fpIndex) {
    return setFromWord(plan, row.fp, fre.signedWord(fpIndex));
  }
  setFixed(row.fp, fixed.fixedFpOffset);
  return true;
}

function cfaOffset(plan: DecodePlan, word: number): number {
  return word * plan.cfaScale + plan.cfaAdjustment;
}

/** A location without a rule of its own: the header's fixed offset from the CFA, or else nothing was saved. */
function setFixed(location: SFrameLocation, offset: number): void {
  if (offset === 0) location.set(SFrameLocationKind.Unchanged, -1, false, 0);
  else location.set(SFrameLocationKind.FromCfa, -1, true, offset);
}

/** The RA or FP word of a default FRE; false when it names a register that cannot be. */
function setFromWord(plan: DecodePlan, location: SFrameLocation, word: number): boolean {
  if (!plan.wordsNameRegisters || (word & 1) === 0) {
    location.set(SFrameLocationKind.FromCfa, -1, true, word);
    return true;
  }
  location.set(SFrameLocationKind.FromRegister, word >> 1, false, 0);
  return word >= 0;
}

function decodeFlexInto(plan: DecodePlan, fixed: FixedOffsets, fre: FreCursor, row: SFrameRow): boolean {
  if (fre.wordCount < 2) return false;
  const control = fre.unsignedWord(0);
  if ((control & 1) === 0) return false;
  row.hasReservedBit = (control & 4) !== 0;
  setFromControl(row.cfa, control, cfaOffset(plan, fre.signedWord(1)));
  const behindRa = decodeRuleInto(fre, 2, row.ra, fixed.fixedRaOffset, row);
  return behindRa >= 0 && decodeRuleInto(fre, behindRa, row.fp, fixed.fixedFpOffset, row) >= 0;
}

/**
 * One rule of a flexible FRE, from the word at `index`.
 * @returns the index after the rule, or -1 when the offset word is missing
 */
function decodeRuleInto(
  fre: FreCursor,
  index: number,
  location: SFrameLocation,
  fixedOffset: number,
  row: SFrameRow,
): number {
  const control = index < fre.wordCount ? fre.unsignedWord(index) : 0;
  if (control === 0) {
    setFixed(location, fixedOffset);
    return index + 1;
  }
  if (index + 1 >= fre.wordCount) return -1;
  if ((control & 4) !== 0) row.hasReservedBit = true;
  setFromControl(location, control, fre.signedWord(index + 1));
  return index + 2;
}

function setFromControl(location: SFrameLocation, control: number, offset: number): void {
  const deref = (control & 2) !== 0;
  if ((control & 1) === 0) location.set(SFrameLocationKind.FromCfa, -1, deref, offset);
  else location.set(SFrameLocationKind.FromRegister, control >>> 3, deref, offset);
}
