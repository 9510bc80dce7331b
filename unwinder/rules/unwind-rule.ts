/**
 * Rows packed into integers, so that unwinding a frame is a table probe, a few loads and two words of the stack.
 *
 *   word 0  file offset of the address (the key)
 *   word 1  frame index + 1; 0 marks a free slot
 *   word 2  RuleKind | signal flag | source << 8
 *   word 3  CFA offset                     | general rules: index of the row
 *   word 4  return address, from the CFA   | or IN_LINK_REGISTER
 *   word 5  frame pointer, from the CFA    | or UNCHANGED; where the CFA is at the frame pointer, from the frame pointer
 *
 * What does not fit (other base registers, other dereferences, expressions, signal frames) is kept as a RegisterRow and
 * evaluated by register-evaluation.ts: a few frames in a hundred, counted by the unwinder.
 */

import type { Architecture } from '../arch/arch';
import { CfaRule, RegisterRule, type RegisterRow, type RowRule } from '../tables/register-row';

export enum RuleKind {
  /** CFA = stack pointer + offset */
  FromStackPointer,
  /** CFA = frame pointer + offset */
  FromFramePointer,
  /**
   * CFA = the word at frame pointer + offset: functions that align their stack (locals of 32 bytes and more for AVX, or
   * -mstackrealign) keep it there.
   */
  AtFramePointer,
  /** A RegisterRow has to be evaluated. */
  General,
  /** There is no caller. */
  Outermost,
  /** No table covers the address, and the method may guess by the frame pointer: from the words as far as they lead. */
  FramePointerGuess,
  /** No table covers the address. */
  NoRow,
  /** The table's entry for the address is damaged. */
  CorruptRow,
  /** The binary's file cannot be had. */
  NoBinary,
}

export const KIND_MASK = 0x7f;
/** The frame is a signal trampoline. */
export const SIGNAL_FRAME_FLAG = 0x80;
export const SOURCE_SHIFT = 8;

/** In word 5: the frame pointer still holds the caller's value. */
export const UNCHANGED = -0x8000_0000;
/** In word 4: the return address is in the link register. */
export const IN_LINK_REGISTER = -0x8000_0000;

/** A packed rule, without key and frame. Reused by {@link packRow}. */
export class PackedRule {
  kind = RuleKind.NoRow;
  cfaOffset = 0;
  returnAddressOffset = 0;
  framePointerOffset = UNCHANGED;
}

/** Packs a row. @returns false when it does not fit; `out` is then unspecified */
export function packRow(row: RegisterRow, arch: Architecture, out: PackedRule): boolean {
  if (row.isOutermost && !row.isSignalFrame) {
    out.kind = RuleKind.Outermost;
    out.cfaOffset = 0;
    out.returnAddressOffset = 0;
    out.framePointerOffset = 0;
    return true;
  }
  if (row.isSignalFrame) return false;
  out.kind = kindOf(row, arch);
  if (out.kind === RuleKind.General) return false;
  out.cfaOffset = row.cfaOffset;
  out.framePointerOffset = UNCHANGED;
  out.returnAddressOffset = IN_LINK_REGISTER;
  let hasReturnAddress = row.returnAddressColumn === arch.linkRegister;
  for (const rule of row.rules) {
    if (rule.register === row.returnAddressColumn) {
      if (!packReturnAddress(rule, arch, out)) return false;
      hasReturnAddress = true;
    } else if (rule.register === arch.framePointer) {
      if (!packFramePointer(rule, arch, out)) return false;
    } else if (rule.register === arch.stackPointer) {
      if (!isCallerStackPointer(rule, arch)) return false;
    }
  }
  return hasReturnAddress && fitsInt32(out.cfaOffset);
}

/** The kind by which a row finds its CFA; `General` where none does. */
function kindOf({ cfaRule, cfaRegister }: RegisterRow, arch: Architecture): RuleKind {
  if (cfaRegister === arch.framePointer) {
    if (cfaRule === CfaRule.RegisterPlus) return RuleKind.FromFramePointer;
    if (cfaRule === CfaRule.AtRegister) return RuleKind.AtFramePointer;
  }
  const isFromStackPointer = cfaRule === CfaRule.RegisterPlus && cfaRegister === arch.stackPointer;
  return isFromStackPointer ? RuleKind.FromStackPointer : RuleKind.General;
}

function packReturnAddress(rule: RowRule, arch: Architecture, out: PackedRule): boolean {
  if (rule.rule === RegisterRule.AtCfa) {
    out.returnAddressOffset = rule.value;
    return fitsInt32(rule.value);
  }
  const isUnchanged = rule.rule === RegisterRule.SameValue && rule.register === arch.linkRegister;
  const isLinkRegister =
    rule.rule === RegisterRule.RegisterPlus && rule.baseRegister === arch.linkRegister && rule.value === 0;
  out.returnAddressOffset = IN_LINK_REGISTER;
  return arch.linkRegister >= 0 && (isUnchanged || isLinkRegister);
}

function packFramePointer(rule: RowRule, arch: Architecture, out: PackedRule): boolean {
  if (rule.rule === RegisterRule.SameValue) return true;
  out.framePointerOffset = rule.value;
  const isWhereKindHasIt =
    out.kind === RuleKind.AtFramePointer
      ? rule.rule === RegisterRule.AtRegister && rule.baseRegister === arch.framePointer
      : rule.rule === RegisterRule.AtCfa;
  return isWhereKindHasIt && fitsInt32(rule.value);
}

/** Whether a rule for the stack pointer says what is assumed without one. */
function isCallerStackPointer(rule: RowRule, arch: Architecture): boolean {
  return rule.rule === RegisterRule.CfaPlus && rule.value === arch.callerStackPointerFromCfa;
}

/** Whether an offset fits a word of the cache (the lowest value is taken, see {@link UNCHANGED}). */
function fitsInt32(value: number): boolean {
  return value > -0x8000_0000 && value <= 0x7fff_ffff;
}
