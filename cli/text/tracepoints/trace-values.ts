/**
 * Values of expressions in tracepoints' print formats, for one sample. As in libtraceevent every value is unsigned
 * and of 64 bits, whatever C makes of its type: a field of four bytes that holds -1 is 4294967295 until it is printed.
 */

import { castTo, type TraceExpression, type TracepointField } from '../../../parser';

/** The raw data of a tracepoint's sample. */
export interface TraceRecord {
  /** Holds nothing but the raw data. */
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly longSizeBytes: number;
}

/** A place in a {@link TraceRecord}, within its bounds. */
export interface TraceRange {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Reads an unsigned number of 1, 2, 4 or 8 bytes; 0 for other sizes, and where the data end before it. */
export function readNumber(record: TraceRecord, offset: number, sizeBytes: number): bigint {
  const { view, littleEndian } = record;
  if (offset < 0 || offset + sizeBytes > view.byteLength) return 0n;
  switch (sizeBytes) {
    case 1:
      return BigInt(view.getUint8(offset));
    case 2:
      return BigInt(view.getUint16(offset, littleEndian));
    case 4:
      return BigInt(view.getUint32(offset, littleEndian));
    case 8:
      return view.getBigUint64(offset, littleEndian);
    default:
      return 0n;
  }
}

/** Where the data are that a field points to: offset in its low half, size in its high half. */
export function findDynamicData(record: TraceRecord, field: TracepointField): TraceRange {
  const total = record.view.byteLength;
  const end = field.offset + field.sizeBytes;
  if (end > total) return { offset: 0, sizeBytes: 0 };
  const word = Number(readNumber(record, field.offset, field.sizeBytes) & 0xffff_ffffn);
  const place = word & 0xffff;
  // Kernels before 2.6.32 wrote the offset alone.
  const size = field.sizeBytes === 2 ? total - place : word >>> 16;
  const offset = (place > total ? 0 : place) + (field.isRelative ? end : 0);
  const sizeBytes = place + size > total ? 0 : size;
  return { offset: Math.min(offset, total), sizeBytes: Math.max(0, Math.min(sizeBytes, total - offset)) };
}

/** The value of an expression. */
export function evaluate(record: TraceRecord, expression: TraceExpression): bigint {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'field': {
      const { field } = expression;
      return field ? readNumber(record, field.offset, field.sizeBytes) : 0n;
    }
    case 'cast':
      return castTo(expression.type, evaluate(record, expression.operand));
    case 'unary':
      return evaluateUnary(expression.operator, evaluate(record, expression.operand));
    case 'binary':
      return evaluateBinary(
        expression.operator,
        evaluate(record, expression.left),
        evaluate(record, expression.right),
      );
    case 'choice': {
      const isChosen = evaluate(record, expression.condition) !== 0n;
      return evaluate(record, isChosen ? expression.yes : expression.no);
    }
    case 'element':
      return evaluateElement(record, expression.array, evaluate(record, expression.index));
    case 'dynamic':
      return expression.field ? BigInt(findDynamicData(record, expression.field).offset) : 0n;
    case 'dynamicSize':
      return expression.field ? BigInt(findDynamicData(record, expression.field).sizeBytes) : 0n;
    default:
      return 0n;
  }
}

function evaluateElement(record: TraceRecord, array: TraceExpression, index: bigint): bigint {
  let inner = array;
  while (inner.kind === 'cast') inner = inner.operand;
  if ((inner.kind !== 'field' && inner.kind !== 'dynamic') || !inner.field || index > 0xffffn) return 0n;
  const { field } = inner;
  if (inner.kind === 'field') {
    const size = field.isArray ? Math.floor(field.sizeBytes / (field.length || 1)) : field.sizeBytes;
    return readNumber(record, field.offset + Number(index) * size, size);
  }
  // libtraceevent takes the index for a number of bytes.
  const { offset } = findDynamicData(record, field);
  const value = readNumber(record, offset + Number(index), elementSizeOf(field, record.longSizeBytes));
  return array.kind === 'cast' ? castTo(array.type.replace(/ ?\*$/, ''), value) : value;
}

/** Bytes of an element of dynamic data, by the type's last word. */
function elementSizeOf(field: TracepointField, longSizeBytes: number): number {
  const type = /(\w+)\s*(?:\[\])?$/.exec(field.type)?.[1] ?? '';
  if (type === 'char') return 1;
  const bits = /^[us](8|16|32|64)$/.exec(type)?.[1];
  return bits === undefined ? longSizeBytes : Number(bits) / 8;
}

function evaluateUnary(operator: string, operand: bigint): bigint {
  switch (operator) {
    case '!':
      return operand === 0n ? 1n : 0n;
    case '~':
      return BigInt.asUintN(64, ~operand);
    case '-':
      return BigInt.asUintN(64, -operand);
    default:
      return operand;
  }
}

function evaluateBinary(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '|':
      return left | right;
    case '&':
      return left & right;
    case '^':
      return left ^ right;
    case '<<':
      return BigInt.asUintN(64, left << (right & 63n));
    case '>>':
      return left >> (right & 63n);
    case '+':
      return BigInt.asUintN(64, left + right);
    case '-':
      return BigInt.asUintN(64, left - right);
    case '*':
      return BigInt.asUintN(64, left * right);
    case '/':
      return right === 0n ? 0n : left / right;
    case '%':
      return right === 0n ? 0n : left % right;
    default:
      return compare(operator, left, right) ? 1n : 0n;
  }
}

function compare(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case '||':
      return left !== 0n || right !== 0n;
    case '&&':
      return left !== 0n && right !== 0n;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '==':
      return left === right;
    default:
      return left !== right;
  }
}
