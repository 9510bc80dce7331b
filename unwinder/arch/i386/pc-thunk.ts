/**
 * Functions that tell position independent code its own address: `__x86.get_pc_thunk.bx` and its like. Nearly every function of a
 * 32-bit glibc calls one, and the one that glibc brings along itself (sysdeps/i386/crti.S) has no call frame information.
 *
 *   8b 1c 24   mov (%esp), %ebx      any register, by bits 3 to 5 of the second byte; not %esp
 *   c3         ret
 */

import { CfaRule, RegisterRule, RowSource, type RegisterRow } from '../../tables/register-row';
import type { CodeReader } from '../arch';

const STACK_POINTER = 4;
const RETURN_ADDRESS_COLUMN = 8;
const WORD_SIZE_BYTES = 4;
const MOV = 0x8b;
const FROM_STACK_POINTER = 0x04;
const NO_INDEX = 0x24;
const RET = 0xc3;
const MOV_SIZE_BYTES = 3;

/** Nothing is pushed at either of the two instructions. */
const row: RegisterRow = {
  isSignalFrame: false,
  isOutermost: false,
  cfaRule: CfaRule.RegisterPlus,
  cfaRegister: STACK_POINTER,
  cfaOffset: WORD_SIZE_BYTES,
  cfaExpression: undefined,
  returnAddressColumn: RETURN_ADDRESS_COLUMN,
  rules: [
    {
      register: RETURN_ADDRESS_COLUMN,
      rule: RegisterRule.AtCfa,
      baseRegister: -1,
      value: -WORD_SIZE_BYTES,
      expression: undefined,
    },
  ],
  source: RowSource.Trampoline,
};

/** The row of such a function, one of whose two instructions is at the svma. */
export function findPcThunkRow(svma: number, readCode: CodeReader): RegisterRow | undefined {
  return isPcThunk(svma, readCode) || isPcThunk(svma - MOV_SIZE_BYTES, readCode) ? row : undefined;
}

function isPcThunk(svma: number, readCode: CodeReader): boolean {
  const code = readCode(svma, MOV_SIZE_BYTES + 1);
  if (code === undefined) return false;
  const operands = code.getUint8(1);
  const register = (operands >> 3) & 7;
  return (
    code.getUint8(0) === MOV &&
    (operands & 0xc7) === FROM_STACK_POINTER &&
    register !== STACK_POINTER &&
    code.getUint8(2) === NO_INDEX &&
    code.getUint8(MOV_SIZE_BYTES) === RET
  );
}
