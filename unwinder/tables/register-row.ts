/**
 * One form for the rows of all unwind tables: how to find the CFA and the caller's registers. SFrame rows are a
 * subset of it, DWARF rows the whole. Immutable once built; most are packed into a few integers at once (see
 * unwind-rule.ts) and only the others are kept.
 */

/** Where a row finds the caller's value of a register. */
export enum RegisterRule {
  /** The value is lost. */
  Undefined,
  SameValue,
  /** In memory at CFA + value. */
  AtCfa,
  /** It is CFA + value. */
  CfaPlus,
  /** In memory at base register + value. */
  AtRegister,
  /** It is base register + value. */
  RegisterPlus,
  /** In memory at the address that an expression computes (initial stack: the CFA). */
  AtExpression,
  /** It is what an expression computes. */
  ExpressionValue,
}

export enum CfaRule {
  /** base register + offset */
  RegisterPlus,
  /** the word in memory at base register + offset */
  AtRegister,
  Expression,
}

export interface RegisterRow {
  /** The frame is a signal trampoline: its caller was interrupted, not returned from. */
  readonly isSignalFrame: boolean;
  /** There is no caller. */
  readonly isOutermost: boolean;
  readonly cfaRule: CfaRule;
  readonly cfaRegister: number;
  readonly cfaOffset: number;
  readonly cfaExpression: Uint8Array | undefined;
  /** DWARF number of the column with the caller's pc. */
  readonly returnAddressColumn: number;
  readonly rules: readonly RowRule[];
  /** Which table the row comes from, for counting. */
  readonly source: RowSource;
}

export interface RowRule {
  readonly register: number;
  readonly rule: RegisterRule;
  readonly baseRegister: number;
  readonly value: number;
  readonly expression: Uint8Array | undefined;
}

export enum RowSource {
  None,
  SFrame,
  Dwarf,
  FramePointer,
  /** No table: a signal trampoline, or other code that is known by its instructions. */
  Trampoline,
}
