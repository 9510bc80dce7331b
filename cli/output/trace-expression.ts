/**
 * The C expressions in a tracepoint's print format: `REC->prev_state & 0xff ? __print_flags(…) : "R"`. Parsed once for
 * each tracepoint, evaluated for each sample, with 64-bit integers.
 *
 * What tracepoints use and no more: integers, characters, strings, REC->field, elements of arrays, casts, sizeof, C's
 * operators, and the functions of trace_events that libtraceevent knows (__print_flags, __print_symbolic, __get_str…).
 */

import type { TracepointField } from '../../parser';

export type TraceNode =
  | { readonly kind: 'number'; readonly value: bigint; readonly type: CType }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'field'; readonly field: TracepointField }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: TraceNode }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: TraceNode;
      readonly right: TraceNode;
    }
  | {
      readonly kind: 'choice';
      readonly condition: TraceNode;
      readonly yes: TraceNode;
      readonly no: TraceNode;
    }
  | { readonly kind: 'cast'; readonly type: CType; readonly operand: TraceNode }
  | { readonly kind: 'element'; readonly array: TraceNode; readonly index: TraceNode }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly TraceNode[] }
  | { readonly kind: 'pairs'; readonly pairs: readonly NamedValue[] };

/** An entry { value, "name" } of __print_flags and __print_symbolic. */
export interface NamedValue {
  readonly value: TraceNode;
  readonly name: string;
}

/** An integer type, or a pointer to one. */
export interface CType {
  readonly sizeBytes: number;
  readonly isSigned: boolean;
  readonly isPointer: boolean;
}

/** The format cannot be read; samples are printed field by field instead. */
export class TraceFormatError extends Error {}

/** Loosest first; operators of a row bind alike, from the left. */
const binaryOperators: readonly (readonly string[])[] = [
  ['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '<=', '>', '>='], ['<<', '>>'], ['+', '-'], ['*', '/', '%'],
]; // prettier-ignore

const tokenPattern =
  /\s*(?:("(?:[^"\\]|\\.)*")|('(?:[^'\\]|\\.)+')|((?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*)|([A-Za-z_]\w*)|(->|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>?:(){}[\],.;]))/y;

/** Words with which a type begins. */
const typeWord =
  /^(?:unsigned|signed|char|short|int|long|void|struct|union|enum|const|volatile|bool|_Bool|(?:__)?(?:[us]|[bl]e)(?:8|16|32|64)|\w+_t)$/;

const LONGEST_EXPRESSION = 10_000;

interface Token {
  readonly kind: 'string' | 'number' | 'name' | 'mark';
  readonly text: string;
}

/** Constants of the kernel that its formats name without giving their values. */
const knownConstants = new Map(
  ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU'].map(
    (name, value): [string, bigint] => [`${name}_SOFTIRQ`, BigInt(value)],
  ),
);
knownConstants.set('HRTIMER_NORESTART', 0n).set('HRTIMER_RESTART', 1n);

/** Splits the arguments of a print format: the strings that make up the format, and the expressions. */
export class TraceParser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private readonly fields: ReadonlyMap<string, TracepointField>;

  /**
   * @param longSizeBytes of the recorded kernel
   * @throws TraceFormatError
   */
  constructor(
    text: string,
    fields: readonly TracepointField[],
    private readonly longSizeBytes: number,
  ) {
    this.tokens = tokenize(text);
    this.fields = new Map(fields.map((field) => [field.name, field]));
  }

  /** The format string, escapes and all, and its arguments. @throws TraceFormatError */
  parseArguments(): { format: string; args: TraceNode[] } {
    const format = this.parseStrings();
    const args: TraceNode[] = [];
    while (this.accept(',')) args.push(this.parseExpression());
    if (this.position < this.tokens.length) throw this.unexpected();
    return { format, args };
  }

  private parseStrings(): string {
    let text = '';
    do {
      const token = this.tokens[this.position];
      if (token?.kind !== 'string') throw this.unexpected();
      text += token.text;
      this.position++;
    } while (this.tokens[this.position]?.kind === 'string');
    return text;
  }

  private parseExpression(): TraceNode {
    const condition = this.parseBinary(0);
    if (!this.accept('?')) return condition;
    const yes = this.parseExpression();
    this.expect(':');
    return { kind: 'choice', condition, yes, no: this.parseExpression() };
  }

  private parseBinary(level: number): TraceNode {
    if (level === binaryOperators.length) return this.parseUnary();
    let left = this.parseBinary(level + 1);
    for (;;) {
      const operator = binaryOperators[level].find((candidate) => this.accept(candidate));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.parseBinary(level + 1) };
    }
  }

  private parseUnary(): TraceNode {
    for (const operator of ['!', '~', '-', '+', '*', '&']) {
      if (this.accept(operator)) return { kind: 'unary', operator, operand: this.parseUnary() };
    }
    if (this.isCast()) {
      this.expect('(');
      const type = this.parseType();
      this.expect(')');
      return { kind: 'cast', type, operand: this.parseUnary() };
    }
    let node = this.parsePrimary();
    while (this.accept('[')) {
      const index = this.parseExpression();
      this.expect(']');
      node = { kind: 'element', array: node, index };
    }
    return node;
  }

  private parsePrimary(): TraceNode {
    const token = this.tokens[this.position];
    if (token === undefined) throw this.unexpected();
    if (token.kind === 'string') return { kind: 'string', text: unescapeString(this.parseStrings()) };
    this.position++;
    if (token.kind === 'number') return this.literal(token.text);
    if (token.text === '(') {
      const node = this.parseExpression();
      this.expect(')');
      return node;
    }
    if (token.text === '{') return this.parsePairs();
    if (token.kind === 'name') return this.parseName(token.text);
    this.position--;
    throw this.unexpected();
  }

  private parseName(name: string): TraceNode {
    if (name === 'REC' && this.accept('->')) {
      const field = this.fields.get(this.takeName());
      if (!field) throw this.unexpected();
      return { kind: 'field', field };
    }
    if (name === 'sizeof') {
      this.expect('(');
      const type = this.isTypeName() ? this.parseType() : undefined;
      const size = type
        ? type.isPointer
          ? this.longSizeBytes
          : type.sizeBytes
        : this.sizeOf(this.parseExpression());
      this.expect(')');
      return { kind: 'number', value: BigInt(size), type: unsignedType(this.longSizeBytes) };
    }
    if (!this.accept('(')) {
      // A variable of the kernel (jiffies, vmemmap_base): libtraceevent counts it as zero, and so does the offset here.
      return {
        kind: 'number',
        value: knownConstants.get(name) ?? 0n,
        type: unsignedType(this.longSizeBytes),
      };
    }
    const args: TraceNode[] = [];
    if (!this.accept(')')) {
      do args.push(this.parseArgument(name));
      while (this.accept(','));
      this.expect(')');
    }
    return { kind: 'call', name, args };
  }

  /** Some functions take the bare name of a field. */
  private parseArgument(functionName: string): TraceNode {
    const token = this.tokens[this.position];
    const field = token?.kind === 'name' && functionName.startsWith('__get_') && this.fields.get(token.text);
    if (!field) return this.parseExpression();
    this.position++;
    return { kind: 'field', field };
  }

  /** `{ value, "name" }`, or an array of such. */
  private parsePairs(): TraceNode {
    const pairs: (NamedValue | undefined)[] = [];
    if (this.tokens[this.position]?.text === '{') {
      do {
        if (!this.accept('{')) break;
        pairs.push(this.parsePair());
      } while (this.accept(','));
      this.expect('}');
    } else pairs.push(this.parsePair());
    return { kind: 'pairs', pairs: pairs.filter((pair) => pair !== undefined) };
  }

  private parsePair(): NamedValue | undefined {
    const value = this.parsePairValue();
    this.expect(',');
    // The kernel ends some lists with { 0, NULL }.
    const isEnd = this.tokens[this.position]?.kind !== 'string';
    const name = isEnd ? '' : unescapeString(this.parseStrings());
    if (isEnd) this.parseExpression();
    this.expect('}');
    return isEnd ? undefined : { value, name };
  }

  /** A constant that is not known has no value that anything equals: -1, as libtraceevent has it. */
  private parsePairValue(): TraceNode {
    const token = this.tokens[this.position];
    const isUnknown =
      token?.kind === 'name' &&
      this.tokens[this.position + 1]?.text === ',' &&
      !knownConstants.has(token.text);
    if (!isUnknown) return this.parseExpression();
    this.position++;
    return { kind: 'number', value: -1n, type: { sizeBytes: 8, isSigned: true, isPointer: false } };
  }

  /** A number with its suffixes, of the type that C gives it. */
  private literal(text: string): TraceNode {
    const [, digits, suffix] = /^(.*?)([uUlL]*)$/.exec(text)!;
    const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
    const isLong = /l/i.test(suffix);
    const isUnsigned =
      /u/i.test(suffix) || (/^0x/i.test(digits) && value > 0x7fff_ffffn && value <= 0xffff_ffffn);
    const sizeBytes = isLong
      ? Math.max(this.longSizeBytes, /ll/i.test(suffix) ? 8 : 0)
      : value > 0xffff_ffffn
        ? 8
        : 4;
    return { kind: 'number', value, type: { sizeBytes, isSigned: !isUnsigned, isPointer: false } };
  }

  private sizeOf(node: TraceNode): number {
    return node.kind === 'field' ? node.field.sizeBytes : this.longSizeBytes;
  }

  private isCast(): boolean {
    if (this.tokens[this.position]?.text !== '(') return false;
    this.position++;
    const isType = this.isTypeName();
    this.position--;
    return isType;
  }

  private isTypeName(): boolean {
    const token = this.tokens[this.position];
    return token?.kind === 'name' && typeWord.test(token.text);
  }

  private parseType(): CType {
    const words: string[] = [];
    let isPointer = false;
    for (;;) {
      const token = this.tokens[this.position];
      if (token?.kind === 'name') words.push(token.text);
      else if (token?.text === '*') isPointer = true;
      else if (token?.text === '[' && this.tokens[this.position + 1]?.text === ']') this.position++;
      else break;
      this.position++;
    }
    return { ...integerType(words, this.longSizeBytes), isPointer };
  }

  private takeName(): string {
    const token = this.tokens[this.position];
    if (token?.kind !== 'name') throw this.unexpected();
    this.position++;
    return token.text;
  }

  private accept(mark: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.position++;
    return true;
  }

  private expect(mark: string): void {
    if (!this.accept(mark)) throw this.unexpected();
  }

  private unexpected(): TraceFormatError {
    return new TraceFormatError(`unexpected '${this.tokens[this.position]?.text ?? 'end'}'`);
  }
}

/** An unsigned integer type. */
function unsignedType(sizeBytes: number): CType {
  return { sizeBytes, isSigned: false, isPointer: false };
}

/** The size of an integer type by its words; what is not known counts as a long. */
function integerType(
  words: readonly string[],
  longSizeBytes: number,
): { sizeBytes: number; isSigned: boolean } {
  const isSigned = !words.includes('unsigned');
  for (const word of words) {
    const fixed = /^_{0,2}([us])(8|16|32|64)$/.exec(word) ?? /^(u?)int(8|16|32|64)_t$/.exec(word);
    if (fixed) return { sizeBytes: Number(fixed[2]) / 8, isSigned: fixed[1] !== 'u' };
  }
  if (words.includes('char')) return { sizeBytes: 1, isSigned };
  if (words.includes('short')) return { sizeBytes: 2, isSigned };
  if (words.filter((word) => word === 'long').length === 2) return { sizeBytes: 8, isSigned };
  if (words.includes('long')) return { sizeBytes: longSizeBytes, isSigned };
  if (words.includes('int') || words.includes('unsigned') || words.includes('signed'))
    return { sizeBytes: 4, isSigned };
  return { sizeBytes: longSizeBytes, isSigned: false };
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  while (end < text.length) {
    tokenPattern.lastIndex = end;
    const match = tokenPattern.exec(text);
    if (!match) break;
    end = tokenPattern.lastIndex;
    const [, string, character, number, name, mark] = match;
    if (string !== undefined) tokens.push({ kind: 'string', text: string.slice(1, -1) });
    else if (character !== undefined) tokens.push({ kind: 'number', text: String(characterCode(character)) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'mark', text: mark });
    if (tokens.length > LONGEST_EXPRESSION) throw new TraceFormatError('the format is too long');
  }
  if (text.slice(end).trim() !== '') throw new TraceFormatError(`unexpected '${text.slice(end, end + 10)}'`);
  return tokens;
}

function characterCode(literal: string): number {
  return unescapeString(literal.slice(1, -1)).charCodeAt(0);
}

/** C's escapes that the kernel writes into names. */
export function unescapeString(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => escapes[escaped] ?? escaped);
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0' };
