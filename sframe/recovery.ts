/**
 * One form for the rows of SFrame sections and of call frame information, so that they can be compared: how CFA,
 * return address and frame pointer are recovered at a range of code.
 *
 * What DWARF leaves to the ABI and SFrame calls "unchanged" is written out: the value is in its own register (x30 and
 * r14 hold the return address on machines with a link register).
 *
 * Left out on purpose: all other registers, of which SFrame says nothing, and the caller's stack pointer, which SFrame
 * puts at a fixed distance from the CFA.
 */

import {
  CfaKind,
  REGISTER_LIMIT,
  ReturnAddressSigning,
  RuleKind,
  SFrameLocationKind,
  type CfiRow,
  type SFrameLocation,
  type SFrameRow,
} from '../parser';

/** Stands for the CFA where a DWARF register number is asked for. */
export const CFA = -1;

export enum RecoveryKind {
  /** There is no value: the register is lost, or there is no caller. */
  Lost,
  /** base + offset or, with `deref`, the word there. */
  Sum,
  /** What a DWARF expression computes or, with `deref`, the word there. */
  Expression,
}

/** How one value is recovered. */
export class Recovery {
  kind = RecoveryKind.Lost;
  /** Base of a sum: a DWARF register number or {@link CFA}. */
  base = 0;
  offset = 0;
  deref = false;
  /** Range in {@link RecoveryRow.section}. */
  expressionStart = 0;
  expressionEnd = 0;

  setLost(): void {
    this.set(RecoveryKind.Lost, 0, 0, false);
  }

  setSum(base: number, offset: number, deref: boolean): void {
    this.set(RecoveryKind.Sum, base, offset, deref);
  }

  setExpression(start: number, end: number, deref: boolean): void {
    this.set(RecoveryKind.Expression, 0, 0, deref);
    this.expressionStart = start;
    this.expressionEnd = end;
  }

  copyFrom(other: Recovery): void {
    this.set(other.kind, other.base, other.offset, other.deref);
    this.expressionStart = other.expressionStart;
    this.expressionEnd = other.expressionEnd;
  }

  equals(other: Recovery): boolean {
    return (
      this.kind === other.kind &&
      this.base === other.base &&
      this.offset === other.offset &&
      this.deref === other.deref &&
      this.expressionStart === other.expressionStart &&
      this.expressionEnd === other.expressionEnd
    );
  }

  private set(kind: RecoveryKind, base: number, offset: number, deref: boolean): void {
    this.kind = kind;
    this.base = base;
    this.offset = offset;
    this.deref = deref;
    this.expressionStart = 0;
    this.expressionEnd = 0;
  }
}

/** Which DWARF registers hold what. */
export interface RecoveryRegisters {
  readonly fp: number;
  /** The return address column of the call frame information. */
  readonly ra: number;
}

export class RecoveryRow {
  /** The row holds for svma in [startSvma, endSvma). */
  startSvma = 0;
  endSvma = 0;
  isSignal = false;
  isRaSigned = false;
  usesKeyB = false;
  /** There is no caller. CFA and FP mean nothing then. */
  isOutermost = false;
  readonly cfa = new Recovery();
  readonly ra = new Recovery();
  readonly fp = new Recovery();
  /** Where expressions lie; borrowed. */
  section: Uint8Array = noBytes;

  /** Takes over an SFrame row. */
  setFromSFrame(row: SFrameRow, registers: RecoveryRegisters): void {
    this.startSvma = row.startSvma;
    this.endSvma = row.endSvma;
    this.isSignal = row.isSignal;
    this.isRaSigned = row.isRaSigned;
    this.usesKeyB = row.usesPauthKeyB;
    this.isOutermost = row.isOutermost;
    this.section = noBytes;
    setFromLocation(this.cfa, row.cfa, CFA);
    setFromLocation(this.ra, row.ra, registers.ra);
    setFromLocation(this.fp, row.fp, registers.fp);
  }

  /** Takes over a row of call frame information. */
  setFromCfi(row: CfiRow, registers: RecoveryRegisters): void {
    this.startSvma = row.startSvma;
    this.endSvma = row.endSvma;
    this.isSignal = row.isSignalFrame;
    this.isRaSigned = row.raSignState !== ReturnAddressSigning.None;
    this.usesKeyB = row.raSignedWithKeyB;
    this.section = row.section;
    if (row.cfaKind === CfaKind.RegisterOffset) this.cfa.setSum(row.cfaRegister, row.cfaOffset, false);
    else if (row.cfaKind === CfaKind.Undefined) this.cfa.setLost();
    else this.cfa.setExpression(row.cfaExpressionStart, row.cfaExpressionEnd, false);
    // A CIE may name another column than the ABI's (.cfi_return_column).
    setFromRule(this.ra, row, row.returnAddressRegister);
    setFromRule(this.fp, row, registers.fp);
    this.isOutermost = this.ra.kind === RecoveryKind.Lost;
  }

  /** Whether the row says what another one of the same table says, whatever their ranges. */
  hasSameRules(other: RecoveryRow): boolean {
    return (
      this.isSignal === other.isSignal &&
      this.isRaSigned === other.isRaSigned &&
      this.usesKeyB === other.usesKeyB &&
      this.isOutermost === other.isOutermost &&
      this.cfa.equals(other.cfa) &&
      this.ra.equals(other.ra) &&
      this.fp.equals(other.fp)
    );
  }

  /** Becomes a copy of another row, for a range of its own. */
  copyFrom(other: RecoveryRow, startSvma: number, endSvma: number): void {
    this.startSvma = startSvma;
    this.endSvma = endSvma;
    this.isSignal = other.isSignal;
    this.isRaSigned = other.isRaSigned;
    this.usesKeyB = other.usesKeyB;
    this.isOutermost = other.isOutermost;
    this.section = other.section;
    this.cfa.copyFrom(other.cfa);
    this.ra.copyFrom(other.ra);
    this.fp.copyFrom(other.fp);
  }
}

const noBytes = new Uint8Array(0);

function setFromLocation(out: Recovery, location: SFrameLocation, ownRegister: number): void {
  switch (location.kind) {
    case SFrameLocationKind.Undefined:
      return out.setLost();
    case SFrameLocationKind.Unchanged:
      return out.setSum(ownRegister, 0, false);
    case SFrameLocationKind.FromCfa:
      return out.setSum(CFA, location.offset, location.deref);
    case SFrameLocationKind.FromRegister:
      return out.setSum(location.register, location.offset, location.deref);
  }
}

function setFromRule(out: Recovery, row: CfiRow, register: number): void {
  // Rules of such registers are not kept.
  if (register >= REGISTER_LIMIT) return out.setSum(register, 0, false);
  const kind: RuleKind = row.ruleKind[register];
  const value = row.ruleValue[register];
  switch (kind) {
    case RuleKind.Unspecified:
    case RuleKind.SameValue:
      return out.setSum(register, 0, false);
    case RuleKind.Undefined:
      return out.setLost();
    case RuleKind.Offset:
      return out.setSum(CFA, value, true);
    case RuleKind.ValOffset:
      return out.setSum(CFA, value, false);
    case RuleKind.Register:
      return out.setSum(value, 0, false);
    case RuleKind.Expression:
      return out.setExpression(value, row.ruleExpressionEnd[register], true);
    case RuleKind.ValExpression:
      return out.setExpression(value, row.ruleExpressionEnd[register], false);
  }
}
