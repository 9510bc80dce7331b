/**
 * What a DWARF expression of call frame information computes, as a form instead of a number:
 *
 *   constant            n                 a number; it may depend on the program counter
 *   register-based      reg + n, or the word there
 *   CFA-based           CFA + n, or the word there
 *
 * That is all that SFrame's flexible rows can say. Everything else has no form here: `undefined`.
 *
 * A PLT's CFA depends on the program counter by arithmetic on constants: the address is given, the result is a
 * register plus a constant, and {@link FormEvaluator.hasAskedForPc} tells that it holds for this address alone.
 */

import { DwarfCursor, dwarfOperations as op } from '../../parser';

/** Stands for the CFA where a register is asked for. */
export const CFA_BASE = -1;
/** No base: the value is a number. */
export const NO_BASE = -2;

export interface ValueForm {
  /** A DWARF register number, {@link CFA_BASE} or {@link NO_BASE}. */
  readonly base: number;
  readonly offset: number;
  /** The word at base + offset. */
  readonly deref: boolean;
}

/** Real expressions have under twenty operations. */
const STEP_LIMIT = 256;

export class FormEvaluator {
  /** Set when an evaluation since the last {@link reset} read the program counter. */
  hasAskedForPc = false;
  private pc = 0;

  /** @param pcRegister the DWARF register number that stands for the program counter, or -1 where none does */
  constructor(
    private readonly littleEndian: boolean,
    private readonly pcRegister: number,
  ) {}

  /** Sets the address that following evaluations are for. */
  reset(pc: number): void {
    this.pc = pc;
    this.hasAskedForPc = false;
  }

  /**
   * The form of the expression at [start, end) of a section.
   * @param startsWithCfa the CFA is on the stack at the start: so for the rules of registers
   */
  evaluate(section: Uint8Array, start: number, end: number, startsWithCfa: boolean): ValueForm | undefined {
    const cursor = new DwarfCursor(section, this.littleEndian);
    cursor.reset(start, end);
    const stack: ValueForm[] = startsWithCfa ? [{ base: CFA_BASE, offset: 0, deref: false }] : [];
    for (let steps = 0; !cursor.atEnd; steps++) {
      if (steps === STEP_LIMIT || !this.step(cursor, stack) || cursor.failed) return undefined;
    }
    const result = stack.pop();
    return result && Number.isSafeInteger(result.offset) ? result : undefined;
  }

  /** Executes one operation; false where the result would have no form. */
  private step(cursor: DwarfCursor, stack: ValueForm[]): boolean {
    const code = cursor.readU8();
    if (code >= op.DW_OP_lit0 && code <= op.DW_OP_lit31) return push(stack, NO_BASE, code - op.DW_OP_lit0);
    if (code >= op.DW_OP_breg0 && code <= op.DW_OP_breg31) {
      return this.pushRegister(stack, code - op.DW_OP_breg0, cursor.readSleb128());
    }
    switch (code) {
      case op.DW_OP_nop:
        return true;
      case op.DW_OP_bregx: {
        const register = cursor.readUleb128();
        return this.pushRegister(stack, register, cursor.readSleb128());
      }
      case op.DW_OP_const1u:
        return push(stack, NO_BASE, cursor.readU8());
      case op.DW_OP_const1s:
        return push(stack, NO_BASE, cursor.readI8());
      case op.DW_OP_const2u:
        return push(stack, NO_BASE, cursor.readU16());
      case op.DW_OP_const2s:
        return push(stack, NO_BASE, cursor.readI16());
      case op.DW_OP_const4u:
        return push(stack, NO_BASE, cursor.readU32());
      case op.DW_OP_const4s:
        return push(stack, NO_BASE, cursor.readI32());
      case op.DW_OP_constu:
        return push(stack, NO_BASE, cursor.readUleb128());
      case op.DW_OP_consts:
        return push(stack, NO_BASE, cursor.readSleb128());
      case op.DW_OP_plus_uconst:
        return addTo(stack, cursor.readUleb128());
      case op.DW_OP_deref: {
        const address = stack.pop();
        // The word at a constant address, and a word found through another word, have no form.
        if (!address || address.deref || address.base === NO_BASE) return false;
        stack.push({ ...address, deref: true });
        return true;
      }
      default:
        return applyBinary(code, stack);
    }
  }

  private pushRegister(stack: ValueForm[], register: number, offset: number): boolean {
    if (register !== this.pcRegister) return push(stack, register, offset);
    this.hasAskedForPc = true;
    return push(stack, NO_BASE, this.pc + offset);
  }
}

function push(stack: ValueForm[], base: number, offset: number): boolean {
  stack.push({ base, offset, deref: false });
  return true;
}

function addTo(stack: ValueForm[], addend: number): boolean {
  const value = stack.pop();
  if (!value || value.deref) return false;
  return push(stack, value.base, value.offset + addend);
}

/** Sums and differences of a base and a number; all other operations on numbers alone. */
function applyBinary(code: number, stack: ValueForm[]): boolean {
  const second = stack.pop();
  const first = stack.pop();
  if (!first || !second || first.deref || second.deref) return false;
  if (code === op.DW_OP_plus) {
    if (second.base === NO_BASE) return push(stack, first.base, first.offset + second.offset);
    return first.base === NO_BASE && push(stack, second.base, first.offset + second.offset);
  }
  if (second.base !== NO_BASE) return false;
  if (code === op.DW_OP_minus) return push(stack, first.base, first.offset - second.offset);
  if (first.base !== NO_BASE) return false;
  const result = numberOperations.get(code)?.(BigInt(first.offset), BigInt(second.offset));
  return result !== undefined && push(stack, NO_BASE, Number(BigInt.asIntN(64, result)));
}

/** Of two 64-bit words; comparisons are signed (DWARF 5, section 2.5.1.4). */
const numberOperations: ReadonlyMap<number, (a: bigint, b: bigint) => bigint | undefined> = new Map([
  [op.DW_OP_and, (a, b) => a & b],
  [op.DW_OP_or, (a, b) => a | b],
  [op.DW_OP_xor, (a, b) => a ^ b],
  [op.DW_OP_mul, (a, b) => a * b],
  [op.DW_OP_shl, (a, b) => (b >= 0n && b < 64n ? a << b : undefined)],
  [op.DW_OP_shr, (a, b) => (b >= 0n && b < 64n ? BigInt.asUintN(64, a) >> b : undefined)],
  [op.DW_OP_shra, (a, b) => (b >= 0n && b < 64n ? a >> b : undefined)],
  [op.DW_OP_eq, (a, b) => (a === b ? 1n : 0n)],
  [op.DW_OP_ne, (a, b) => (a !== b ? 1n : 0n)],
  [op.DW_OP_lt, (a, b) => (a < b ? 1n : 0n)],
  [op.DW_OP_le, (a, b) => (a <= b ? 1n : 0n)],
  [op.DW_OP_gt, (a, b) => (a > b ? 1n : 0n)],
  [op.DW_OP_ge, (a, b) => (a >= b ? 1n : 0n)],
]);
