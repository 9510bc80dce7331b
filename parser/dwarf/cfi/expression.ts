/**
 * DWARF expressions as call frame information uses them (DWARF 5, section 2.5 and 6.4.2): PLT stubs, signal
 * trampolines, realigned stacks.
 *
 * Values are 64-bit words kept as two int32 halves: exact, and without BigInt, which only multiplication and
 * division use. Operations that call frame information must not contain (object addresses, pieces, calls, typed
 * values, thread-local storage, other address spaces) end the evaluation.
 */

import { addressFromHalves, TWO_POW_32 } from '../../bytes';
import { DwarfCursor } from '../dwarf-cursor';
import * as op from './expression-operations';

/** What an expression can ask for: the frame whose caller is looked for. */
export interface ExpressionContext {
  readonly littleEndian: boolean;
  /** Size of an address: 4 or 8. */
  readonly wordSizeBytes: number;
  /** svma + bias = avma, for DW_OP_addr. */
  readonly loadBias: number;
  /** The canonical frame address (DW_OP_call_frame_cfa); NaN where it is not known yet. */
  readonly cfa: number;
  /** A register's value as a signed double; NaN when it is unknown. */
  register(dwarfRegister: number): number;
  /** 1, 2, 4 or 8 bytes of memory as an unsigned number (8 bytes: a signed double); NaN when they were not captured. */
  readMemory(avma: number, sizeBytes: number): number;
}

const STACK_LIMIT = 64;
/** Real expressions have under twenty operations; loops are possible but never seen. */
const STEP_LIMIT = 4096;

/**
 * The evaluator's stack, shared by evaluations that are nested (a context may evaluate an expression to answer
 * for a register): each uses the part above the one below.
 */
const low = new Int32Array(STACK_LIMIT * 8);
const high = new Int32Array(STACK_LIMIT * 8);
let sharedBase = 0;

/** One cursor for each section that expressions were evaluated in. */
const cursors = new WeakMap<Uint8Array, DwarfCursor>();

/**
 * Evaluates the expression that lies at [start, end) of `bytes`.
 *
 * @param initial pushed first: the CFA, for the rules of registers; undefined for the CFA's own expression
 * @returns the word on top of the stack as a signed double; NaN when a register or memory it needs is unknown, or
 *   the expression is damaged, not allowed here, or too long
 */
export function evaluateExpression(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: ExpressionContext,
  initial?: number,
): number {
  const base = sharedBase;
  if (base + STACK_LIMIT > low.length) return NaN;
  let cursor = cursors.get(bytes);
  // Nested evaluations move the cursor of the outer one: they get their own.
  if (!cursor || cursor.littleEndian !== context.littleEndian || base > 0) {
    cursor = new DwarfCursor(bytes, context.littleEndian);
    if (base === 0) cursors.set(bytes, cursor);
  }
  cursor.reset(start, end);
  sharedBase = base + STACK_LIMIT;
  try {
    return run(cursor, start, context, base, initial);
  } finally {
    sharedBase = base;
  }
}

/** What {@link runOperation} returns when the evaluation ends without a value. */
const DAMAGED = -2;

/** Runs to the end of the cursor's range on the stack part that starts at `base`. */
function run(
  cursor: DwarfCursor,
  start: number,
  context: ExpressionContext,
  base: number,
  initial: number | undefined,
): number {
  let top = base - 1;
  const full = base + STACK_LIMIT - 1;
  if (initial !== undefined) {
    if (!Number.isSafeInteger(initial)) return NaN;
    top++;
    store(top, initial);
  }
  for (let steps = 0; !cursor.atEnd; steps++) {
    if (steps === STEP_LIMIT || top === full) return NaN;
    const code = cursor.readU8();
    const depth = top - base + 1;
    if (depth < op.OPERAND_COUNTS[code]) return NaN;
    if (code === op.DW_OP_skip || code === op.DW_OP_bra) {
      const distance = cursor.readI16();
      const taken = code === op.DW_OP_skip || (low[top] | high[top]) !== 0;
      if (code === op.DW_OP_bra) top--;
      if (!taken) continue;
      if (cursor.position + distance < start) return NaN;
      cursor.seek(cursor.position + distance);
    } else if (code === op.DW_OP_pick) {
      const index = cursor.readU8();
      if (index >= depth) return NaN;
      copy(top - index, ++top);
    } else {
      top = runOperation(cursor, code, context, top);
      if (top === DAMAGED) return NaN;
    }
  }
  return cursor.failed || top < base ? NaN : addressAt(top, context.wordSizeBytes);
}

/** Runs an operation on the stack whose last value is at `top`. @returns where its last value is then, or DAMAGED */
function runOperation(cursor: DwarfCursor, code: number, context: ExpressionContext, top: number): number {
  if (code >= op.DW_OP_lit0 && code <= op.DW_OP_lit31) {
    low[top + 1] = code - op.DW_OP_lit0;
    high[top + 1] = 0;
    return top + 1;
  }
  if (code === op.DW_OP_const8u || code === op.DW_OP_const8s) {
    readWordInto(cursor, top + 1);
    return top + 1;
  }
  if (pushes(code)) {
    const value = readPushedValue(cursor, code, context);
    // Not only NaN: a word outside ±2^53 has lost low bits, so nothing right can come of it.
    if (!Number.isSafeInteger(value)) return DAMAGED;
    store(top + 1, value);
    return top + 1;
  }
  switch (code) {
    case op.DW_OP_nop:
      return top;
    case op.DW_OP_dup:
      copy(top, top + 1);
      return top + 1;
    case op.DW_OP_drop:
      return top - 1;
    case op.DW_OP_over:
      copy(top - 1, top + 1);
      return top + 1;
    case op.DW_OP_swap:
      swap(top, top - 1);
      return top;
    case op.DW_OP_rot:
      swap(top, top - 1);
      swap(top - 1, top - 2);
      return top;
    case op.DW_OP_plus_uconst:
    case op.DW_OP_abs:
    case op.DW_OP_neg:
    case op.DW_OP_not:
      applyUnary(cursor, code, top);
      return top;
    case op.DW_OP_deref:
    case op.DW_OP_deref_size: {
      const sizeBytes = code === op.DW_OP_deref ? context.wordSizeBytes : cursor.readU8();
      const value = context.readMemory(addressAt(top, context.wordSizeBytes), sizeBytes);
      if (!Number.isSafeInteger(value)) return DAMAGED;
      store(top, value);
      return top;
    }
    default:
      return applyBinary(code, top - 1) ? top - 1 : DAMAGED;
  }
}

/** The value that an operation pushes without looking at the stack; for 64-bit constants see {@link readWordInto}. */
function readPushedValue(cursor: DwarfCursor, code: number, context: ExpressionContext): number {
  if (code >= op.DW_OP_breg0 && code <= op.DW_OP_breg31) {
    return context.register(code - op.DW_OP_breg0) + cursor.readSleb128();
  }
  if (code >= op.DW_OP_reg0 && code <= op.DW_OP_reg31) return context.register(code - op.DW_OP_reg0);
  switch (code) {
    case op.DW_OP_addr:
      return cursor.readUnsigned(context.wordSizeBytes) + context.loadBias;
    case op.DW_OP_const1u:
      return cursor.readU8();
    case op.DW_OP_const1s:
      return cursor.readI8();
    case op.DW_OP_const2u:
      return cursor.readU16();
    case op.DW_OP_const2s:
      return cursor.readI16();
    case op.DW_OP_const4u:
      return cursor.readU32();
    case op.DW_OP_const4s:
      return cursor.readI32();
    case op.DW_OP_constu:
      return cursor.readUleb128();
    case op.DW_OP_consts:
      return cursor.readSleb128();
    case op.DW_OP_regx:
      return context.register(cursor.readUleb128());
    case op.DW_OP_bregx: {
      const register = cursor.readUleb128();
      return context.register(register) + cursor.readSleb128();
    }
    case op.DW_OP_call_frame_cfa:
      return context.cfa;
    default:
      return 0;
  }
}

/** Whether an operation pushes a value that does not depend on the stack. */
function pushes(code: number): boolean {
  return (
    (code >= op.DW_OP_reg0 && code <= op.DW_OP_bregx) ||
    (code >= op.DW_OP_const1u && code <= op.DW_OP_consts) ||
    code === op.DW_OP_addr ||
    code === op.DW_OP_call_frame_cfa
  );
}

/** Applies an operation to the value at `at`. */
function applyUnary(cursor: DwarfCursor, code: number, at: number): void {
  switch (code) {
    case op.DW_OP_plus_uconst: {
      const addend = cursor.readUleb128();
      add(at, addend | 0, Math.floor(addend / TWO_POW_32) | 0);
      break;
    }
    case op.DW_OP_abs:
      if (high[at] < 0) negate(at);
      break;
    case op.DW_OP_neg:
      negate(at);
      break;
    case op.DW_OP_not:
      low[at] = ~low[at];
      high[at] = ~high[at];
      break;
  }
}

/** Applies a binary operation to the values at `at` and above it; the result replaces the lower one. */
function applyBinary(code: number, at: number): boolean {
  const above = at + 1;
  switch (code) {
    case op.DW_OP_plus:
      add(at, low[above], high[above]);
      return true;
    case op.DW_OP_minus:
      negate(above);
      add(at, low[above], high[above]);
      return true;
    case op.DW_OP_and:
      low[at] &= low[above];
      high[at] &= high[above];
      return true;
    case op.DW_OP_or:
      low[at] |= low[above];
      high[at] |= high[above];
      return true;
    case op.DW_OP_xor:
      low[at] ^= low[above];
      high[at] ^= high[above];
      return true;
    case op.DW_OP_shl:
    case op.DW_OP_shr:
    case op.DW_OP_shra:
      shift(code, at, high[above] !== 0 || low[above] >>> 0 > 63 ? 64 : low[above]);
      return true;
    case op.DW_OP_eq:
      storeFlag(at, compare(at, above) === 0);
      return true;
    case op.DW_OP_ne:
      storeFlag(at, compare(at, above) !== 0);
      return true;
    case op.DW_OP_lt:
      storeFlag(at, compare(at, above) < 0);
      return true;
    case op.DW_OP_le:
      storeFlag(at, compare(at, above) <= 0);
      return true;
    case op.DW_OP_gt:
      storeFlag(at, compare(at, above) > 0);
      return true;
    case op.DW_OP_ge:
      storeFlag(at, compare(at, above) >= 0);
      return true;
    case op.DW_OP_mul:
      storeBig(at, bigAt(at) * bigAt(above));
      return true;
    case op.DW_OP_div:
      if ((low[above] | high[above]) === 0) return false;
      storeBig(at, bigAt(at) / bigAt(above));
      return true;
    case op.DW_OP_mod:
      // Unsigned, unlike division, as gdb and libgcc agree.
      if ((low[above] | high[above]) === 0) return false;
      storeBig(at, BigInt.asUintN(64, bigAt(at)) % BigInt.asUintN(64, bigAt(above)));
      return true;
    default:
      return false;
  }
}

function store(at: number, value: number): void {
  low[at] = value | 0;
  high[at] = Math.floor(value / TWO_POW_32) | 0;
}

function storeFlag(at: number, value: boolean): void {
  low[at] = value ? 1 : 0;
  high[at] = 0;
}

/** Machines of 32 bits compute modulo 2^32. */
function addressAt(at: number, wordSizeBytes: number): number {
  return wordSizeBytes === 4 ? low[at] >>> 0 : addressFromHalves(low[at], high[at]);
}

function readWordInto(cursor: DwarfCursor, at: number): void {
  const first = cursor.readI32();
  const second = cursor.readI32();
  low[at] = cursor.littleEndian ? first : second;
  high[at] = cursor.littleEndian ? second : first;
}

function copy(from: number, to: number): void {
  low[to] = low[from];
  high[to] = high[from];
}

function swap(one: number, other: number): void {
  const [oneLow, oneHigh] = [low[one], high[one]];
  copy(other, one);
  low[other] = oneLow;
  high[other] = oneHigh;
}

function add(at: number, addendLow: number, addendHigh: number): void {
  const sum = (low[at] >>> 0) + (addendLow >>> 0);
  low[at] = sum | 0;
  high[at] = (high[at] + addendHigh + (sum >= TWO_POW_32 ? 1 : 0)) | 0;
}

function negate(at: number): void {
  low[at] = -low[at] | 0;
  high[at] = (~high[at] + (low[at] === 0 ? 1 : 0)) | 0;
}

/** Shifts by 0 to 63; 64 stands for everything more. */
function shift(code: number, at: number, count: number): void {
  const sign = code === op.DW_OP_shra && high[at] < 0 ? -1 : 0;
  if (count >= 64) {
    low[at] = sign;
    high[at] = sign;
    return;
  }
  if (count === 0) return;
  const [oldLow, oldHigh] = [low[at], high[at]];
  if (code === op.DW_OP_shl) {
    high[at] = count < 32 ? (oldHigh << count) | (oldLow >>> (32 - count)) : oldLow << (count - 32);
    low[at] = count < 32 ? oldLow << count : 0;
    return;
  }
  const shiftHigh = (by: number) => (code === op.DW_OP_shra ? oldHigh >> by : oldHigh >>> by);
  low[at] = count < 32 ? (oldLow >>> count) | (oldHigh << (32 - count)) : shiftHigh(count - 32);
  high[at] = count < 32 ? shiftHigh(count) : sign;
}

/** Signed, as every comparison of DWARF expressions is. */
function compare(one: number, other: number): number {
  if (high[one] !== high[other]) return high[one] < high[other] ? -1 : 1;
  const [oneLow, otherLow] = [low[one] >>> 0, low[other] >>> 0];
  return oneLow < otherLow ? -1 : oneLow > otherLow ? 1 : 0;
}

function bigAt(at: number): bigint {
  return (BigInt(high[at]) << 32n) | BigInt(low[at] >>> 0);
}

function storeBig(at: number, value: bigint): void {
  low[at] = Number(BigInt.asIntN(32, value));
  high[at] = Number(BigInt.asIntN(32, value >> 32n));
}
