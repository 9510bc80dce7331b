/** The syntax trees of expressions in tracepoints' print formats. */

import type { TracepointField } from './tracepoint-format';

/** One name of __print_flags or __print_symbolic. */
export interface NamedValue {
  readonly value: bigint;
  readonly name: string;
}

/** What is made of the data that a field points to: __get_str() and its like. */
export type DynamicKind = 'text' | 'bitmask' | 'cpumask' | 'dynamic' | 'dynamicSize';

export type TraceExpression =
  /** Also what is not a number: words are 0. */
  | { readonly kind: 'number'; readonly value: bigint; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  /** undefined: the format has no such field. */
  | { readonly kind: 'field'; readonly field: TracepointField | undefined }
  | { readonly kind: 'cast'; readonly type: string; readonly operand: TraceExpression }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: TraceExpression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: TraceExpression;
      readonly right: TraceExpression;
    }
  | {
      readonly kind: 'choice';
      readonly condition: TraceExpression;
      readonly yes: TraceExpression;
      readonly no: TraceExpression;
    }
  | { readonly kind: 'element'; readonly array: TraceExpression; readonly index: TraceExpression }
  | {
      readonly kind: 'flags';
      readonly operand: TraceExpression;
      readonly delimiter: string;
      readonly names: readonly NamedValue[];
    }
  | { readonly kind: 'symbol'; readonly operand: TraceExpression; readonly names: readonly NamedValue[] }
  | {
      readonly kind: 'hex';
      readonly array: TraceExpression;
      readonly count: TraceExpression;
      readonly separator: string;
    }
  | {
      readonly kind: 'array';
      readonly array: TraceExpression;
      readonly count: TraceExpression;
      readonly elementSize: TraceExpression;
    }
  | { readonly kind: DynamicKind; readonly field: TracepointField | undefined };
