/**
 * The expressions of a tracepoint's print format: C over the fields of REC, with the kernel's functions for
 * flags, symbols and arrays (include/trace/stages/stage3_trace_output.h, Linux 7.2).
 *
 *   REC->ret < 0 ? "-" : __print_flags(REC->flags, "|", { 0x01, "A" }, { 1 << 1, "B" })
 *
 * What libtraceevent does not take either is refused (a pointer to a pointer as a type, an index right after
 * __get_dynamic_array(), functions that only the kernel has): perf prints such events field by field.
 */

import { foldConstant } from './trace-constant';
import type { DynamicKind, NamedValue, TraceExpression } from './trace-syntax';
import { TraceFormatError, type TraceTokens } from './trace-tokens';
import type { TracepointFormat } from './tracepoint-format';

/** How tightly operators bind, loosest first. */
const precedences = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Nesting beyond this is not a format of a kernel. */
const DEEPEST = 200;
const LONGEST_CHAIN = 1000;

/** Functions over the data that one field points to. */
const dynamicFunctions: Readonly<Record<string, DynamicKind>> = {
  __get_str: 'text',
  __get_rel_str: 'text',
  __get_bitmask: 'bitmask',
  __get_rel_bitmask: 'bitmask',
  __get_cpumask: 'cpumask',
  __get_rel_cpumask: 'cpumask',
  __get_dynamic_array: 'dynamic',
  __get_rel_dynamic_array: 'dynamic',
  __get_sockaddr: 'dynamic',
  __get_sockaddr_rel: 'dynamic',
  __get_dynamic_array_len: 'dynamicSize',
  __get_rel_dynamic_array_len: 'dynamicSize',
};

/** Parses expressions as C does. */
export class ExpressionParser {
  private depth = 0;

  constructor(
    protected readonly tokens: TraceTokens,
    private readonly format: TracepointFormat,
    private readonly longSizeBytes: number,
  ) {}

  /** Parses the arguments of a print format, from after the format string to the end. @throws TraceFormatError */
  parseArguments(): TraceExpression[] {
    const { tokens } = this;
    const result: TraceExpression[] = [];
    while (tokens.take(',')) result.push(this.parseExpression());
    if (!tokens.isAtEnd) throw new TraceFormatError(`unexpected '${tokens.text}'`);
    return result;
  }

  protected parseExpression(): TraceExpression {
    this.enter();
    const condition = this.parseBinary(0);
    let result = condition;
    if (this.tokens.take('?')) {
      const yes = this.parseExpression();
      this.tokens.expect(':');
      result = { kind: 'choice', condition, yes, no: this.parseExpression() };
    }
    this.leave();
    return result;
  }

  /** @throws TraceFormatError where expressions nest deeper than in any format of a kernel */
  protected enter(): void {
    if (++this.depth > DEEPEST) throw new TraceFormatError('expressions nest too deep');
  }

  protected leave(): void {
    this.depth--;
  }

  private parseBinary(level: number): TraceExpression {
    if (level === precedences.length) return this.parseOperand();
    let left = this.parseBinary(level + 1);
    for (let length = 0; ; length++) {
      if (length > LONGEST_CHAIN) throw new TraceFormatError('an expression has too many operators');
      const operator = precedences[level].find((candidate) => this.tokens.take(candidate));
      if (operator === undefined) return left;
      if (operator === '*' && this.tokens.text === ')' && left.kind === 'number') {
        return { ...left, text: `${left.text} *` };
      }
      left = { kind: 'binary', operator, left, right: this.parseBinary(level + 1) };
    }
  }

  private parseOperand(): TraceExpression {
    const { tokens } = this;
    for (const operator of ['!', '~', '-', '+']) {
      if (tokens.take(operator)) {
        this.enter();
        const operand = this.parseOperand();
        this.leave();
        return { kind: 'unary', operator, operand };
      }
    }
    let operand = this.parsePrimary();
    while (tokens.take('[')) {
      if (operand.kind === 'dynamic') throw new TraceFormatError('an array without a type has an index');
      operand = { kind: 'element', array: operand, index: this.parseExpression() };
      tokens.expect(']');
    }
    return operand;
  }

  protected parsePrimary(): TraceExpression {
    const { tokens } = this;
    if (tokens.take('(')) return this.parseParenthesis();
    if (tokens.kind === 'string') return { kind: 'string', text: tokens.next() };
    if (tokens.kind === 'character') {
      const text = String(tokens.next().charCodeAt(0) || 0);
      return { kind: 'number', value: BigInt(text), text };
    }
    if (tokens.kind !== 'word') throw new TraceFormatError(`unexpected '${tokens.text}'`);
    const word = tokens.next();
    if (word === 'REC') return this.parseField();
    if (tokens.take('(')) return this.parseCall(word);
    let text = word;
    while (tokens.kind === 'word') text += ` ${tokens.next()}`;
    return { kind: 'number', value: parseNumber(text), text };
  }

  /** What follows REC. */
  private parseField(): TraceExpression {
    this.tokens.expect('->');
    const name = this.tokens.expectWord();
    return { kind: 'field', field: this.format.fields.find((field) => field.name === name) };
  }

  /** What follows an opening parenthesis: a type that the next operand is cast to, or an expression. */
  private parseParenthesis(): TraceExpression {
    const { tokens } = this;
    if (tokens.text === 'REC' && tokens.following === ')') {
      tokens.next();
      tokens.expect(')');
      return this.parseField();
    }
    const inner = this.parseExpression();
    tokens.expect(')');
    const startsOperand = tokens.kind !== 'operator' || tokens.text === '(';
    if (tokens.isAtEnd || !startsOperand) return inner;
    if (inner.kind !== 'number') throw new TraceFormatError(`unexpected '${tokens.text}'`);
    this.enter();
    const operand = this.parsePrimary();
    this.leave();
    return { kind: 'cast', type: inner.text, operand };
  }

  private parseCall(name: string): TraceExpression {
    const dynamic = Object.hasOwn(dynamicFunctions, name) ? dynamicFunctions[name] : undefined;
    if (dynamic) return this.parseDynamic(dynamic);
    switch (name) {
      case '__print_flags': {
        const operand = this.parseExpression();
        this.tokens.expect(',');
        const delimiter = this.tokens.kind === 'operator' ? '' : this.tokens.next();
        const names = this.parseNames();
        return { kind: 'flags', operand, delimiter, names };
      }
      case '__print_symbolic':
        return { kind: 'symbol', operand: this.parseExpression(), names: this.parseNames() };
      case '__print_hex':
      case '__print_hex_str': {
        const [array, count] = this.parseList(2);
        return { kind: 'hex', array, count, separator: name === '__print_hex' ? ' ' : '' };
      }
      case '__print_array': {
        const [array, count, elementSize] = this.parseList(3);
        return { kind: 'array', array, count, elementSize };
      }
      case '__builtin_expect':
        return this.parseList(2)[0];
      case 'sizeof':
        return this.parseSizeof();
      default:
        throw new TraceFormatError(`the function ${name} is not known`);
    }
  }

  private parseDynamic(kind: DynamicKind): TraceExpression {
    const name = this.tokens.expectWord();
    this.tokens.expect(')');
    const field = this.format.fields.find((candidate) => candidate.name === name);
    if (!field && (kind === 'dynamic' || kind === 'dynamicSize')) {
      throw new TraceFormatError(`there is no field ${name}`);
    }
    return { kind, field };
  }

  /** The arguments of a call, up to its closing parenthesis. */
  private parseList(count: number): TraceExpression[] {
    const list = Array.from({ length: count }, (_, i) => {
      if (i > 0) this.tokens.expect(',');
      return this.parseExpression();
    });
    this.tokens.expect(')');
    return list;
  }

  /** `, { value, "name" }, …)` */
  private parseNames(): NamedValue[] {
    const { tokens } = this;
    const names: NamedValue[] = [];
    while (tokens.take(',')) {
      // The kernel ends its own lists with a comma.
      if (tokens.text !== '{') break;
      tokens.expect('{');
      const value = foldConstant(this.parseExpression());
      tokens.expect(',');
      // The kernel ends some lists with { 0, ((void *)0) }.
      let name = this.parseExpression();
      while (name.kind === 'cast') name = name.operand;
      if (name.kind !== 'string' && name.kind !== 'number') throw new TraceFormatError('a value has no name');
      tokens.expect('}');
      names.push({ value, name: name.text });
    }
    tokens.expect(')');
    return names;
  }

  private parseSizeof(): TraceExpression {
    const { tokens } = this;
    let sizeBytes: number | undefined;
    if (tokens.text === 'REC') {
      tokens.next();
      const expression = this.parseField();
      const field = expression.kind === 'field' ? expression.field : undefined;
      if (field && !field.isArray) ({ sizeBytes } = field);
    } else {
      const words: string[] = [];
      while (tokens.kind === 'word') words.push(tokens.next());
      sizeBytes = sizeOfType(words.join(' '), this.longSizeBytes);
    }
    if (sizeBytes === undefined) throw new TraceFormatError('a size is not known');
    tokens.expect(')');
    return { kind: 'number', value: BigInt(sizeBytes), text: String(sizeBytes) };
  }
}

function sizeOfType(type: string, longSizeBytes: number): number | undefined {
  const bits = /^(?:__)?[us](8|16|32|64)$/.exec(type)?.[1];
  if (bits !== undefined) return Number(bits) / 8;
  switch (type.replace(/^unsigned ?/, '')) {
    case '':
    case 'int':
      return 4;
    case 'long':
      return longSizeBytes;
    case 'long long':
      return 8;
    default:
      return undefined;
  }
}

/** A C number by its first digits, whatever follows them ("10UL"); 0 for what is none. At most 64 bits. */
function parseNumber(text: string): bigint {
  const [, hex, octal, decimal] = /^(?:0x([0-9a-f]+)|(0[0-7]*)|([1-9]\d*))/i.exec(text) ?? [];
  let value = 0n;
  if (hex !== undefined) value = BigInt(`0x${hex}`);
  else if (octal !== undefined) value = octal === '0' ? 0n : BigInt(`0o${octal.slice(1)}`);
  else if (decimal !== undefined) value = BigInt(decimal);
  return value > 0xffff_ffff_ffff_ffffn ? 0xffff_ffff_ffff_ffffn : value;
}
