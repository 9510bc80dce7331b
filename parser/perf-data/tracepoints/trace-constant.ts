/** Constants of __print_flags and __print_symbolic: values that must be known before any sample is. */

import type { TraceExpression } from './trace-syntax';
import { TraceFormatError } from './trace-tokens';

/** Names that kernels leave in formats; others are -1, as in libtraceevent. */
const knownNames: Readonly<Record<string, bigint>> = {
  HI_SOFTIRQ: 0n,
  TIMER_SOFTIRQ: 1n,
  NET_TX_SOFTIRQ: 2n,
  NET_RX_SOFTIRQ: 3n,
  BLOCK_SOFTIRQ: 4n,
  IRQ_POLL_SOFTIRQ: 5n,
  TASKLET_SOFTIRQ: 6n,
  SCHED_SOFTIRQ: 7n,
  HRTIMER_SOFTIRQ: 8n,
  RCU_SOFTIRQ: 9n,
  HRTIMER_NORESTART: 0n,
  HRTIMER_RESTART: 1n,
};

/**
 * The signed value of a constant expression. Names, and values below zero, are -1: no field that is read as
 * unsigned is equal to them, except one of 64 bits.
 * @throws TraceFormatError where it is none
 */
export function foldConstant(expression: TraceExpression): bigint {
  let inner = expression;
  while (inner.kind === 'cast') inner = inner.operand;
  if (inner.kind === 'number' && !/^\d/.test(inner.text)) return knownNames[inner.text] ?? -1n;
  if (inner.kind === 'string') return knownNames[inner.text] ?? -1n;
  const value = fold(inner);
  return value < 0n && inner.kind !== 'number' ? -1n : value;
}

function fold(expression: TraceExpression): bigint {
  switch (expression.kind) {
    case 'number':
      return BigInt.asIntN(64, expression.value);
    case 'cast':
      return castTo(expression.type, fold(expression.operand));
    case 'unary': {
      const operand = fold(expression.operand);
      if (expression.operator === '-') return BigInt.asIntN(64, -operand);
      if (expression.operator === '~') return ~operand;
      if (expression.operator === '+') return operand;
      break;
    }
    case 'binary':
      return foldBinary(expression.operator, fold(expression.left), fold(expression.right));
    default:
  }
  throw new TraceFormatError('a value is not a constant');
}

function foldBinary(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '|':
      return left | right;
    case '&':
      return left & right;
    case '<<':
      return BigInt.asIntN(64, left << (right & 63n));
    case '>>':
      return left >> (right & 63n);
    case '+':
      return BigInt.asIntN(64, left + right);
    case '-':
      return BigInt.asIntN(64, left - right);
    case '||':
      return left || right ? 1n : 0n;
    case '&&':
      return left && right ? 1n : 0n;
    case '<':
      return left < right ? 1n : 0n;
    case '<=':
      return left <= right ? 1n : 0n;
    case '>':
      return left > right ? 1n : 0n;
    case '>=':
      return left >= right ? 1n : 0n;
    case '==':
      return left === right ? 1n : 0n;
    case '!=':
      return left !== right ? 1n : 0n;
    default:
      throw new TraceFormatError(`${operator} is in a constant`);
  }
}

const bitsOfType: Readonly<Record<string, number>> = {
  u8: 8,
  s8: 8,
  char: 8,
  'unsigned char': 8,
  u16: 16,
  s16: 16,
  short: 16,
  'unsigned short': 16,
  u32: 32,
  s32: 32,
  int: 32,
  'unsigned int': 32,
};

/** A value cut off to a type, as unsigned; types that libtraceevent does not know ("__u32", "gfp_t") change nothing. */
export function castTo(type: string, value: bigint): bigint {
  const bits = Object.hasOwn(bitsOfType, type) ? bitsOfType[type] : 64;
  return bits === 64 ? value : BigInt.asUintN(bits, value);
}
