/**
 * The expressions that say no more than a rule without one could: a register plus a number, or the word there. Compilers
 * write them where the form of the rule has no room for the register: `__restore_rt` has one for each register, a
 * realigned stack one for its CFA.
 */

import { DwarfCursor } from '../dwarf-cursor';
import * as op from './expression-operations';

export interface BaseExpression {
  /** DWARF number. */
  readonly register: number;
  readonly offset: number;
  /** Whether the value is the word at register + offset, and not the sum. */
  readonly isDereferenced: boolean;
}

/**
 * What an expression of the form "register + offset, or the word there" says; undefined for all others.
 *
 * @param expression DW_OP_breg0 to DW_OP_breg31 or DW_OP_bregx, then DW_OP_deref or nothing (DWARF 5, sections 2.5.1.2 and
 *   2.5.1.3)
 */
export function readBaseExpression(
  expression: Uint8Array,
  littleEndian: boolean,
): BaseExpression | undefined {
  const cursor = new DwarfCursor(expression, littleEndian);
  const code = cursor.readU8();
  const isNumbered = code >= op.DW_OP_breg0 && code <= op.DW_OP_breg31;
  if (!isNumbered && code !== op.DW_OP_bregx) return undefined;
  const register = isNumbered ? code - op.DW_OP_breg0 : cursor.readUleb128();
  const offset = cursor.readSleb128();
  const isDereferenced = !cursor.atEnd;
  if (isDereferenced && cursor.readU8() !== op.DW_OP_deref) return undefined;
  if (cursor.failed || !cursor.atEnd || !Number.isSafeInteger(offset)) return undefined;
  return { register, offset, isDereferenced };
}
