/**
 * One row of call frame information as an SFrame row: CFA, return address and frame pointer of a {@link CfiRow} in
 * the form that flexible rows have, or the cause why they have none.
 *
 * What differs between the machines comes from the decode plan: which registers are meant, and whether the return
 * address has a fixed place (x86-64) or may still be in a link register.
 */

import {
  CfaKind,
  REGISTER_LIMIT,
  ReturnAddressSigning,
  RuleKind,
  type CfiRow,
  type DecodePlan,
} from '../../parser';
import type { LeftOutCause } from './causes';
import { CONTROL_DEREF, controlWord, type RowRules } from './row-rules';
import { CFA_BASE, FormEvaluator, NO_BASE, type ValueForm } from './value-form';

/** Register numbers have 29 bits of a control word of four bytes. */
const LARGEST_REGISTER = 2 ** 29 - 1;

export class CfiConverter {
  private readonly evaluator: FormEvaluator;
  /** A rule's two data words, as the functions below leave them. */
  private control = 0;
  private offset = 0;

  constructor(private readonly plan: DecodePlan) {
    // Without a link register, the return address column has the number of the program counter.
    const pcRegister = plan.fixedRaOffset === 0 ? -1 : plan.machine.returnAddressColumn;
    this.evaluator = new FormEvaluator(plan.littleEndian, pcRegister);
  }

  /** Whether the last conversion holds for its address alone: an expression read the program counter. */
  get dependsOnPc(): boolean {
    return this.evaluator.hasAskedForPc;
  }

  /**
   * Converts the row for an address it covers.
   * @returns the cause why SFrame cannot say it; `out` is unusable then
   */
  convertInto(row: CfiRow, svma: number, out: RowRules): LeftOutCause | undefined {
    this.evaluator.reset(svma);
    const ra = row.returnAddressRegister;
    if (ra >= REGISTER_LIMIT) return 'register';
    if (ruleKindOf(row, ra) === RuleKind.Undefined) {
      out.setOutermost();
      return undefined;
    }
    const cause = this.convertCfa(row, out) ?? this.convertRa(row, out) ?? this.convertFp(row, out);
    out.isRaSigned = row.raSignState !== ReturnAddressSigning.None;
    // The instruction that signs has a meaning on AArch64 alone.
    return out.isRaSigned && !this.plan.signsReturnAddresses ? 'damaged' : cause;
  }

  private convertCfa(row: CfiRow, out: RowRules): LeftOutCause | undefined {
    switch (row.cfaKind) {
      case CfaKind.Undefined:
        return 'no-cfa';
      case CfaKind.RegisterOffset:
        if (row.cfaRegister > LARGEST_REGISTER) return 'register';
        out.cfaControl = controlWord(row.cfaRegister, false);
        out.cfaOffset = row.cfaOffset;
        return undefined;
      case CfaKind.Expression: {
        const { cfaExpressionStart, cfaExpressionEnd, section } = row;
        const form = this.evaluator.evaluate(section, cfaExpressionStart, cfaExpressionEnd, false);
        if (!form || form.base < 0) return 'cfa-expression';
        if (form.base > LARGEST_REGISTER) return 'register';
        out.cfaControl = controlWord(form.base, form.deref);
        out.cfaOffset = form.offset;
        return undefined;
      }
    }
  }

  private convertRa(row: CfiRow, out: RowRules): LeftOutCause | undefined {
    const { plan } = this;
    const column = row.returnAddressRegister;
    if (plan.fixedRaOffset !== 0 && isUnruled(row, column)) return 'no-ra';
    const cause = this.convertRule(row, column, 'ra-expression');
    out.raControl = this.control;
    out.raOffset = this.offset;
    const isAtFixedPlace =
      plan.fixedRaOffset !== 0 && this.control === CONTROL_DEREF && this.offset === plan.fixedRaOffset;
    const isInLinkRegister =
      plan.fixedRaOffset === 0 &&
      this.control === controlWord(plan.machine.returnAddressColumn, false) &&
      this.offset === 0;
    if (isAtFixedPlace || isInLinkRegister) {
      out.raControl = 0;
      out.raOffset = 0;
    }
    return cause;
  }

  private convertFp(row: CfiRow, out: RowRules): LeftOutCause | undefined {
    const { framePointer: fpRegister } = this.plan.machine;
    if (ruleKindOf(row, fpRegister) === RuleKind.Undefined) return 'fp-undefined';
    const cause = this.convertRule(row, fpRegister, 'fp-expression');
    const isUnchanged = this.control === controlWord(fpRegister, false) && this.offset === 0;
    out.fpControl = isUnchanged ? 0 : this.control;
    out.fpOffset = isUnchanged ? 0 : this.offset;
    return cause;
  }

  /** Leaves a register's rule in {@link control} and {@link offset}. */
  private convertRule(
    row: CfiRow,
    register: number,
    expressionCause: LeftOutCause,
  ): LeftOutCause | undefined {
    const value = row.ruleValue[register];
    switch (ruleKindOf(row, register)) {
      case RuleKind.Unspecified:
      case RuleKind.SameValue:
      case RuleKind.Undefined:
        this.setForm({ base: register, offset: 0, deref: false });
        return undefined;
      case RuleKind.Offset:
        this.setForm({ base: CFA_BASE, offset: value, deref: true });
        return undefined;
      case RuleKind.ValOffset:
        return 'cfa-as-value';
      case RuleKind.Register:
        if (value > LARGEST_REGISTER) return 'register';
        this.setForm({ base: value, offset: 0, deref: false });
        return undefined;
      case RuleKind.Expression:
      case RuleKind.ValExpression: {
        const isValue = ruleKindOf(row, register) === RuleKind.ValExpression;
        const form = this.evaluator.evaluate(row.section, value, row.ruleExpressionEnd[register], true);
        // An expression that gives the place of the value already through memory needs one more step than a row has.
        if (!form || form.base === NO_BASE || (form.deref && !isValue)) return expressionCause;
        if (form.base > LARGEST_REGISTER) return 'register';
        if (form.base === CFA_BASE && isValue && !form.deref) return 'cfa-as-value';
        this.setForm({ ...form, deref: form.deref || !isValue });
        return undefined;
      }
    }
  }

  private setForm({ base, offset, deref }: ValueForm): void {
    this.control = base === CFA_BASE ? CONTROL_DEREF : controlWord(base, deref);
    this.offset = offset;
  }
}

function ruleKindOf(row: CfiRow, register: number): RuleKind {
  return row.ruleKind[register];
}

function isUnruled(row: CfiRow, register: number): boolean {
  const kind = ruleKindOf(row, register);
  return kind === RuleKind.Unspecified || kind === RuleKind.SameValue;
}
