/**
 * Rows of SFrame and of .eh_frame in one notation, that of `sframe dump` with the machine's register names:
 *
 *   CFA       rsp+16     a register plus an offset;  (rbp-16): the word there
 *   FP, RA    c-16       saved at CFA - 16;  u: unchanged;  f0: in another register
 *             ((rip&15)>=11)<<3    DWARF expressions, written out
 */

import { ByteReader, dwarfOperations as op, formatAddress, ParseError, type Machine } from '../../../parser';
import { CFA, RecoveryKind, type Recovery, type RecoveryRow } from '../../../sframe';

/** What formatting needs to know of the file. */
export interface RowNotation {
  readonly machine: Machine | undefined;
  readonly littleEndian: boolean;
}

/** CFA, FP and RA of a row, and what else it says: "rsp+16 c-16 c-8", "… signal". */
export function formatRecoveryRow(row: RecoveryRow, notation: RowNotation): string {
  const flags = row.isSignal ? ' signal' : '';
  if (row.isOutermost) return `no caller${flags}`;
  const cell = (recovery: Recovery, own: number) => formatRecovery(recovery, own, row.section, notation);
  // A rule that names the register it is for is "u".
  const { framePointer = -1, returnAddressColumn = -1 } = notation.machine ?? {};
  const cfa = cell(row.cfa, -1);
  const fp = cell(row.fp, framePointer);
  const ra = cell(row.ra, returnAddressColumn);
  const signed = row.isRaSigned ? (row.usesKeyB ? '[s, key B]' : '[s]') : '';
  return `${cfa.padEnd(8)} ${fp.padEnd(5)} ${ra}${signed}${flags}`;
}

function formatRecovery(
  recovery: Recovery,
  ownRegister: number,
  section: Uint8Array,
  notation: RowNotation,
): string {
  const { kind, base, offset, deref } = recovery;
  if (kind === RecoveryKind.Lost) return 'lost';
  if (kind === RecoveryKind.Expression) {
    const { expressionStart, expressionEnd } = recovery;
    const text = formatExpression(section.subarray(expressionStart, expressionEnd), notation);
    return deref ? `(${text})` : text;
  }
  if (base === CFA) return deref ? withOffset('c', offset) : `=${withOffset('c', offset)}`;
  if (base === ownRegister && offset === 0 && !deref) return 'u';
  const isPlainRegister = offset === 0 && !deref && ownRegister >= 0;
  const text = isPlainRegister
    ? registerName(base, notation)
    : withOffset(registerName(base, notation), offset);
  return deref ? `(${text})` : text;
}

function withOffset(base: string, offset: number): string {
  return offset < 0 ? `${base}${offset}` : `${base}+${offset}`;
}

function registerName(register: number, { machine }: RowNotation): string {
  return machine?.dwarfRegisterNames[register] ?? `r${register}`;
}

const binaryOperators = new Map<number, string>([
  [op.DW_OP_and, '&'],
  [op.DW_OP_div, '/'],
  [op.DW_OP_minus, '-'],
  [op.DW_OP_mod, '%'],
  [op.DW_OP_mul, '*'],
  [op.DW_OP_or, '|'],
  [op.DW_OP_plus, '+'],
  [op.DW_OP_shl, '<<'],
  [op.DW_OP_shr, '>>'],
  [op.DW_OP_shra, '>>'],
  [op.DW_OP_xor, '^'],
  [op.DW_OP_eq, '=='],
  [op.DW_OP_ge, '>='],
  [op.DW_OP_gt, '>'],
  [op.DW_OP_le, '<='],
  [op.DW_OP_lt, '<'],
  [op.DW_OP_ne, '!='],
]);

/** A DWARF expression as a formula; as bytes where an operation has no formula. */
function formatExpression(bytes: Uint8Array, notation: RowNotation): string {
  const asBytes = () =>
    `expression ${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
  try {
    return formulaOf(bytes, notation) ?? asBytes();
  } catch (error) {
    if (error instanceof ParseError) return asBytes();
    throw error;
  }
}

function formulaOf(bytes: Uint8Array, notation: RowNotation): string | undefined {
  const reader = new ByteReader(bytes, notation.littleEndian, 'expression');
  // The CFA lies below what a register's rule pushes; the CFA's own rule never reaches it.
  const stack = ['c'];
  while (reader.remaining > 0) {
    const code = reader.readU8();
    const pushed = readOperand(reader, code, notation);
    const operator = binaryOperators.get(code);
    if (pushed !== undefined) stack.push(pushed);
    else if (code === op.DW_OP_nop) continue;
    else if (code === op.DW_OP_deref && stack.length > 0) stack.push(`(${stack.pop()})`);
    else if (code === op.DW_OP_plus_uconst && stack.length > 0) {
      stack.push(withOffset(stack.pop()!, reader.readUleb128()));
    } else if (code === op.DW_OP_dup && stack.length > 0) stack.push(stack.at(-1)!);
    else if (operator !== undefined && stack.length > 1) {
      const right = stack.pop()!;
      stack.push(`${inParentheses(stack.pop()!)}${operator}${inParentheses(right)}`);
    } else return undefined;
  }
  return stack.pop();
}

function readOperand(reader: ByteReader, code: number, notation: RowNotation): string | undefined {
  if (code >= op.DW_OP_lit0 && code <= op.DW_OP_lit31) return String(code - op.DW_OP_lit0);
  if (code >= op.DW_OP_breg0 && code <= op.DW_OP_breg31) {
    return registerPlus(code - op.DW_OP_breg0, reader, notation);
  }
  switch (code) {
    case op.DW_OP_addr:
      return `0x${formatAddress(reader.readAddress())}`;
    case op.DW_OP_const1u:
      return String(reader.readU8());
    case op.DW_OP_const1s:
      return String(reader.readI8());
    case op.DW_OP_const2u:
      return String(reader.readU16());
    case op.DW_OP_const2s:
      return String(reader.readI16());
    case op.DW_OP_const4u:
      return String(reader.readU32());
    case op.DW_OP_const4s:
      return String(reader.readI32());
    case op.DW_OP_constu:
      return String(reader.readUleb128());
    case op.DW_OP_consts:
      return String(reader.readSleb128());
    case op.DW_OP_bregx:
      return registerPlus(reader.readUleb128(), reader, notation);
    case op.DW_OP_call_frame_cfa:
      return 'c';
    default:
      return undefined;
  }
}

function registerPlus(register: number, reader: ByteReader, notation: RowNotation): string {
  const offset = reader.readSleb128();
  const name = registerName(register, notation);
  return offset === 0 ? name : withOffset(name, offset);
}

function inParentheses(term: string): string {
  return /^[\w]+$/.test(term) || /^\([^()]*\)$/.test(term) ? term : `(${term})`;
}
