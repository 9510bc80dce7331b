/** Rows of signal trampolines: the kernel has saved all registers of the interrupted code on the stack. */

import { CfaRule, RegisterRule, RowSource, type RegisterRow, type RowRule } from '../tables/register-row';

export interface SavedRegisters {
  /** The save area: base register + offset, or the address in memory there. */
  readonly baseRegister: number;
  readonly offset: number;
  readonly isPointer: boolean;
  /** The column that stands for the interrupted pc. */
  readonly pcColumn: number;
  /** Offset in the save area of each register that is restored, by DWARF number. */
  readonly offsets: ReadonlyMap<number, number>;
}

/** The row that restores what the kernel saved. */
export function signalRow(saved: SavedRegisters): RegisterRow {
  return {
    isSignalFrame: true,
    isOutermost: false,
    cfaRule: saved.isPointer ? CfaRule.AtRegister : CfaRule.RegisterPlus,
    cfaRegister: saved.baseRegister,
    cfaOffset: saved.offset,
    cfaExpression: undefined,
    returnAddressColumn: saved.pcColumn,
    rules: Array.from(saved.offsets, ([register, offset]) => atCfa(register, offset)),
    source: RowSource.Trampoline,
  };
}

function atCfa(register: number, offset: number): RowRule {
  return { register, rule: RegisterRule.AtCfa, baseRegister: -1, value: offset, expression: undefined };
}
