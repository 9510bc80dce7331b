/**
 * Expressions as libtraceevent 1.9 takes them apart, which is not always as C does: it turns a tree around where the
 * right side of an operator is a looser one, even if that is in parentheses, and lets operators of the same strength
 * bind from the right.
 *
 *   flags & (A | B)          is read as   (flags & A) | B
 *   n < (a < b ? a : b)      is read as   (n < a < b) ? a : b
 *   a - b - c                is read as   a - (b - c)
 *   a ? b ? c : d : e        is not read at all
 *
 * Few formats of the kernel are harmed (timer:timer_start, kmem:mm_page_alloc_extfrag); perf prints wrong fields for them.
 */

import { ExpressionParser } from './trace-expression';
import type { TraceExpression } from './trace-syntax';
import { TraceFormatError } from './trace-tokens';

/** How loosely operators bind; the tightest ones, and those whose trees are never turned, count as 0. */
const looseness = new Map<string, number>([
  ['!', 4],
  ['~', 4],
  ...['*', '/', '%'].map((operator): [string, number] => [operator, 6]),
  ...['+', '-'].map((operator): [string, number] => [operator, 7]),
  ...['>>', '<<'].map((operator): [string, number] => [operator, 8]),
  ...['<', '>', '<=', '>='].map((operator): [string, number] => [operator, 9]),
  ...['==', '!='].map((operator): [string, number] => [operator, 10]),
  ['&', 11],
  ['^', 12],
  ['|', 13],
  ['&&', 14],
  ['||', 15],
  ['?', 16],
  ['[', 0],
]);

const ZERO: TraceExpression = { kind: 'number', value: 0n, text: '' };

export class TurningExpressionParser extends ExpressionParser {
  protected override parseExpression(): TraceExpression {
    this.enter();
    const expression = this.extend(this.parseSide());
    this.leave();
    return expression;
  }

  /** The next operator, if one follows that continues an expression. */
  private get operator(): string | undefined {
    const { kind, text } = this.tokens;
    return kind === 'operator' && looseness.has(text) ? text : undefined;
  }

  /** One side of an operator. A sign takes all that follows for its own. */
  private parseSide(): TraceExpression {
    const { operator, tokens } = this;
    if (operator === undefined || !['!', '~', '-', '+'].includes(operator)) return this.parsePrimary();
    tokens.next();
    this.enter();
    const sign: TraceExpression = { kind: 'unary', operator, operand: this.parseSide() };
    this.leave();
    return this.extend(sign);
  }

  /** The expression that begins with `left`, to the end of its operators. */
  private extend(left: TraceExpression): TraceExpression {
    const { operator } = this;
    if (operator === undefined) return left;
    this.enter();
    const whole = this.extendBy(operator, left);
    this.leave();
    return whole;
  }

  private extendBy(operator: string, left: TraceExpression): TraceExpression {
    const { tokens } = this;
    tokens.next();
    if (operator === '?') {
      const isEnclosed = tokens.text === '(';
      const yes = this.parseExpression();
      if (yes.kind === 'choice' && !isEnclosed) throw new TraceFormatError('a choice within a choice');
      tokens.expect(':');
      return { kind: 'choice', condition: left, yes, no: this.parseExpression() };
    }
    if (operator === '[') {
      if (left.kind === 'dynamic') throw new TraceFormatError('an array without a type has an index');
      const index = this.parseSide();
      tokens.expect(']');
      return this.extend({ kind: 'element', array: left, index });
    }
    if (operator === '*' && tokens.text === ')' && left.kind === 'number') {
      return { ...left, text: `${left.text} *` };
    }
    const right = this.parseSide();
    return this.continueTree(turn({ kind: 'binary', operator, left, right }));
  }

  /** Puts what follows above a tree or into its side, by the strength of the next operator. */
  private continueTree({ root, strength, isTurned }: Turned): TraceExpression {
    const { operator } = this;
    if (operator === undefined) return root;
    if (looseness.get(operator)! > strength) return this.extend(root);
    if (root.kind === 'choice') return { ...root, condition: this.extend(root.condition) };
    if (root.kind !== 'binary') return root;
    return isTurned ? { ...root, left: this.extend(root.left) } : { ...root, right: this.extend(root.right) };
  }
}

interface Turned {
  readonly root: TraceExpression;
  /** Of the root, as libtraceevent notes it. */
  readonly strength: number;
  readonly isTurned: boolean;
}

/** Turns a tree around where its right side is an operator that binds more loosely than its own. */
function turn(tree: Extract<TraceExpression, { kind: 'binary' }>): Turned {
  const { operator, left, right } = tree;
  const strength = looseness.get(operator)!;
  const join = (inner: TraceExpression): TraceExpression => ({
    kind: 'binary',
    operator,
    left,
    right: inner,
  });
  if (right.kind === 'binary' && strength < looseness.get(right.operator)!) {
    const root: TraceExpression = { ...right, left: join(right.left) };
    return { root, strength: looseness.get(right.operator)!, isTurned: true };
  }
  if (right.kind === 'choice') {
    return { root: { ...right, condition: join(right.condition) }, strength: 0, isTurned: true };
  }
  if (right.kind === 'unary' && strength < looseness.get(right.operator)!) {
    const root: TraceExpression = {
      kind: 'binary',
      operator: right.operator,
      left: join(ZERO),
      right: right.operand,
    };
    return { root, strength: 0, isTurned: true };
  }
  return { root: tree, strength, isTurned: false };
}
