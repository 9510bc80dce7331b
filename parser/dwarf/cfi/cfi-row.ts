/**
 * One row of a function's unwind table (DWARF 5, section 6.4.1): how to find the canonical frame address and
 * the caller's registers at a range of addresses. A row belongs to the caller, which has it filled again and
 * again by `CfiTable.decodeRowInto`.
 */

/** Rules are kept for registers below this DWARF number; instructions about others are read and ignored. */
export const REGISTER_LIMIT = 128;

/** How the canonical frame address is found. */
export enum CfaKind {
  /** No instruction has defined it: the row cannot be used. */
  Undefined,
  /** The value of a register plus an offset. */
  RegisterOffset,
  /** The value of an expression. */
  Expression,
}

/** Where the caller's value of a register is. */
export enum RuleKind {
  /** No rule: the ABI decides (callee-saved registers keep their value, the stack pointer is the CFA). */
  Unspecified,
  /** The value is lost. For the return address register: there is no caller. */
  Undefined,
  /** The register still holds it. */
  SameValue,
  /** In memory at CFA + value. */
  Offset,
  /** It is CFA + value. */
  ValOffset,
  /** In the register whose number is the value. */
  Register,
  /** In memory at the address that an expression computes. */
  Expression,
  /** It is what an expression computes. */
  ValExpression,
}

/** What the return address is signed with (AArch64 pointer authentication). */
export enum ReturnAddressSigning {
  None = 0,
  /** Signed with the stack pointer as the modifier. */
  Sp = 1,
  /** Signed with the stack pointer and the address of the signing instruction (FEAT_PAuth_LR). */
  SpAndPc = 2,
}

export class CfiRow {
  /** The row holds for svma in [startSvma, endSvma). */
  startSvma = 0;
  endSvma = 0;
  /** Augmentation 'S': the frame was interrupted, its caller's address is exact (not after a call). */
  isSignalFrame = false;
  /** DWARF number of the column that holds the return address. */
  returnAddressRegister = 0;

  cfaKind = CfaKind.Undefined;
  cfaRegister = 0;
  cfaOffset = 0;
  /** Range in {@link section} of the CFA's expression; an empty range otherwise. */
  cfaExpressionStart = 0;
  cfaExpressionEnd = 0;

  /** By DWARF register number: a {@link RuleKind}. */
  readonly ruleKind = new Uint8Array(REGISTER_LIMIT);
  /** By DWARF register number: the offset, the other register's number, or the expression's start in {@link section}. */
  readonly ruleValue = new Float64Array(REGISTER_LIMIT);
  /** By DWARF register number: where the expression ends in {@link section}. */
  readonly ruleExpressionEnd = new Uint32Array(REGISTER_LIMIT);
  /** The registers that have a rule, in no particular order; the first {@link ruledCount} count. */
  readonly ruledRegisters = new Uint8Array(REGISTER_LIMIT);
  ruledCount = 0;

  /** DW_CFA_GNU_args_size: bytes of outgoing arguments. Says nothing of the frames, but gas writes no SFrame where it stands. */
  argumentSizeBytes = 0;

  raSignState = ReturnAddressSigning.None;
  /** Augmentation 'B': signed with key B instead of key A. */
  raSignedWithKeyB = false;

  /** The section that expression ranges lie in; borrowed from the table that filled the row. */
  section: Uint8Array = new Uint8Array(0);

  /** Gives a register a rule. Numbers beyond {@link REGISTER_LIMIT} are ignored. */
  setRule(register: number, kind: RuleKind, value: number, expressionEnd: number): void {
    if (register >= REGISTER_LIMIT) return;
    const before: RuleKind = this.ruleKind[register];
    if (before === RuleKind.Unspecified) this.ruledRegisters[this.ruledCount++] = register;
    this.ruleKind[register] = kind;
    this.ruleValue[register] = value;
    this.ruleExpressionEnd[register] = expressionEnd;
  }

  /** Takes a register's rule away. */
  clearRule(register: number): void {
    if (register >= REGISTER_LIMIT) return;
    const before: RuleKind = this.ruleKind[register];
    if (before === RuleKind.Unspecified) return;
    this.ruleKind[register] = RuleKind.Unspecified;
    let index = 0;
    while (this.ruledRegisters[index] !== register) index++;
    this.ruledRegisters[index] = this.ruledRegisters[--this.ruledCount];
  }

  /** Takes all rules away, the CFA's too. */
  clearRules(): void {
    for (let i = 0; i < this.ruledCount; i++) this.ruleKind[this.ruledRegisters[i]] = RuleKind.Unspecified;
    this.ruledCount = 0;
    this.cfaKind = CfaKind.Undefined;
    this.cfaRegister = 0;
    this.cfaOffset = 0;
    this.cfaExpressionStart = 0;
    this.cfaExpressionEnd = 0;
    this.raSignState = ReturnAddressSigning.None;
  }

  /** The CFA's expression; a view, empty where there is none. */
  get cfaExpression(): Uint8Array {
    return this.section.subarray(this.cfaExpressionStart, this.cfaExpressionEnd);
  }

  /** The expression of a register's rule; a view, empty where the rule is not an expression. */
  ruleExpression(register: number): Uint8Array {
    const kind: RuleKind = this.ruleKind[register];
    if (kind !== RuleKind.Expression && kind !== RuleKind.ValExpression) return this.section.subarray(0, 0);
    return this.section.subarray(this.ruleValue[register], this.ruleExpressionEnd[register]);
  }
}

/**
 * The rules of a row at one moment: what DW_CFA_remember_state keeps, and what a CIE's initial instructions
 * leave behind. Packed: only the registers that have a rule.
 */
export class RuleSnapshot {
  private cfaKind = CfaKind.Undefined;
  private cfaRegister = 0;
  private cfaOffset = 0;
  private cfaExpressionStart = 0;
  private cfaExpressionEnd = 0;
  private raSignState = ReturnAddressSigning.None;
  private count = 0;
  private registers = new Uint8Array(32);
  private kinds = new Uint8Array(32);
  private values = new Float64Array(32);
  private expressionEnds = new Uint32Array(32);

  /** Keeps a row's rules. */
  take(row: CfiRow): void {
    this.cfaKind = row.cfaKind;
    this.cfaRegister = row.cfaRegister;
    this.cfaOffset = row.cfaOffset;
    this.cfaExpressionStart = row.cfaExpressionStart;
    this.cfaExpressionEnd = row.cfaExpressionEnd;
    this.raSignState = row.raSignState;
    if (row.ruledCount > this.registers.length) {
      this.registers = new Uint8Array(REGISTER_LIMIT);
      this.kinds = new Uint8Array(REGISTER_LIMIT);
      this.values = new Float64Array(REGISTER_LIMIT);
      this.expressionEnds = new Uint32Array(REGISTER_LIMIT);
    }
    this.count = row.ruledCount;
    for (let i = 0; i < this.count; i++) {
      const register = row.ruledRegisters[i];
      this.registers[i] = register;
      this.kinds[i] = row.ruleKind[register];
      this.values[i] = row.ruleValue[register];
      this.expressionEnds[i] = row.ruleExpressionEnd[register];
    }
  }

  /** Gives a row the kept rules, and only those. */
  applyTo(row: CfiRow): void {
    row.clearRules();
    row.cfaKind = this.cfaKind;
    row.cfaRegister = this.cfaRegister;
    row.cfaOffset = this.cfaOffset;
    row.cfaExpressionStart = this.cfaExpressionStart;
    row.cfaExpressionEnd = this.cfaExpressionEnd;
    row.raSignState = this.raSignState;
    for (let i = 0; i < this.count; i++) {
      row.setRule(this.registers[i], this.kinds[i], this.values[i], this.expressionEnds[i]);
    }
  }

  /** Gives a row the kept rule of one register (DW_CFA_restore). */
  applyRegisterTo(row: CfiRow, register: number): void {
    for (let i = 0; i < this.count; i++) {
      if (this.registers[i] !== register) continue;
      row.setRule(register, this.kinds[i], this.values[i], this.expressionEnds[i]);
      return;
    }
    row.clearRule(register);
  }
}
