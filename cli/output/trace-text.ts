/**
 * What a tracepoint recorded, as text: the kernel's print format with the sample's raw data put in, as libtraceevent
 * does for perf (Linux 7.2's trace events; the conversions of lib/vsprintf.c that they use).
 *
 *   prev_comm=%s prev_pid=%d … prev_state=%s ──► prev_comm=bash prev_pid=312 … prev_state=S
 *
 * A format that cannot be read gives "[FAILED TO PARSE]" and the fields with their values.
 */

import {
  decodeCString,
  type RecordedEvent,
  type Sample,
  type TracepointField,
  type TracepointFormat,
  type TracingData,
} from '../../parser';
import {
  formatBitmask,
  formatIp4,
  formatIp6,
  formatMac,
  formatSocketAddress,
  formatUuid,
} from './trace-addresses';
import {
  TraceFormatError,
  TraceParser,
  unescapeString,
  type CType,
  type NamedValue,
  type TraceNode,
} from './trace-expression';

/** Names a kernel address, with the offset in the function; undefined where none covers it. */
export type FunctionNamer = (
  address: bigint,
) => { readonly name: string; readonly offset: number } | undefined;

/** A piece of a format: text, or a conversion with its argument. */
type Piece =
  | { readonly text: string }
  | {
      readonly flags: string;
      readonly width: string;
      readonly precision: string;
      readonly length: string;
      readonly conversion: string;
      /** What follows %p: "S", "I4", "ISpc". */
      readonly extension: string;
      readonly args: readonly TraceNode[];
    };

const conversionPattern = /%([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?(hh|h|ll|l|L|z|Z|t|j)?([a-zA-Z%])/y;
/** What the kernel allows after %p, longest first. */
const pointerExtension =
  /(?:[fFsSB]|[mM][FR]?|[iI](?:4[hnbl]?|6c?|S(?:p?f?s?c?h?n?b?l?)*)|U[bBlL]?|h[CDN]?|K|bl?|d[0-9]?|[xe])/y;

export class TraceText {
  private readonly printers = new Map<number, FormatPrinter>();

  constructor(data: TracingData, functionName: FunctionNamer) {
    for (const format of data.formats) {
      this.printers.set(format.id, new FormatPrinter(format, data, functionName));
    }
  }

  /** The text of a sample's raw data; undefined where the recording lacks the tracepoint's format. */
  format(sample: Sample, event: RecordedEvent): string | undefined {
    const printer = this.printers.get(Number(event.attr.config));
    if (!printer || sample.rawOffset < 0) return undefined;
    return printer.print(sample.bytes.subarray(sample.rawOffset, sample.rawOffset + sample.rawSizeBytes));
  }
}

class FormatPrinter {
  /** Undefined before the first sample, and 'unusable' where the format cannot be read. */
  private pieces: readonly Piece[] | 'unusable' | undefined;
  private data: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));

  constructor(
    private readonly format: TracepointFormat,
    private readonly tracing: TracingData,
    private readonly functionName: FunctionNamer,
  ) {}

  print(data: Uint8Array): string {
    this.data = data;
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    try {
      this.pieces ??= this.compile();
      if (this.pieces !== 'unusable') {
        let text = '';
        for (const piece of this.pieces) text += 'text' in piece ? piece.text : this.convert(piece);
        return text;
      }
    } catch (error) {
      if (!(error instanceof TraceFormatError)) throw error;
      this.pieces = 'unusable';
    }
    const fields = this.format.fields.filter(({ isCommon }) => !isCommon);
    return `[FAILED TO PARSE]${fields.map((field) => ` ${field.name}=${this.formatField(field)}`).join('')}`;
  }

  private compile(): Piece[] {
    const { printFormat, fields } = this.format;
    const { format, args } = new TraceParser(
      printFormat,
      fields,
      this.tracing.longSizeBytes,
    ).parseArguments();
    const pieces: Piece[] = [];
    let nextArg = 0;
    const takeArg = (): TraceNode => {
      const arg = args[nextArg++];
      if (!arg) throw new TraceFormatError('the format has more conversions than arguments');
      return arg;
    };
    let at = 0;
    while (at < format.length) {
      const percent = format.indexOf('%', at);
      const end = percent < 0 ? format.length : percent;
      if (end > at) pieces.push({ text: unescapeString(format.slice(at, end)) });
      if (percent < 0) break;
      conversionPattern.lastIndex = percent;
      const match = conversionPattern.exec(format);
      if (!match) throw new TraceFormatError('unknown conversion');
      at = conversionPattern.lastIndex;
      const [, flags, width, precision = '', length = '', conversion] = match;
      if (conversion === '%') {
        pieces.push({ text: '%' });
        continue;
      }
      let extension = '';
      if (conversion === 'p') {
        pointerExtension.lastIndex = at;
        extension = pointerExtension.exec(format)?.[0] ?? '';
        at += extension.length;
      }
      const conversionArgs = [...`${width}${precision}`].filter((c) => c === '*').map(takeArg);
      conversionArgs.push(takeArg());
      pieces.push({ flags, width, precision, length, conversion, extension, args: conversionArgs });
    }
    return pieces;
  }

  private convert(piece: Exclude<Piece, { text: string }>): string {
    const args = [...piece.args];
    const argument = args.pop()!;
    const width = piece.width === '*' ? Number(this.number(args.shift()!)) : Number(piece.width || '0');
    const precision =
      piece.precision === '*' ? Number(this.number(args.shift()!)) : precisionOf(piece.precision);
    const leftAligned = piece.flags.includes('-') || width < 0;
    const pad = (text: string): string =>
      leftAligned ? text.padEnd(Math.abs(width)) : text.padStart(Math.abs(width));
    switch (piece.conversion) {
      case 's': {
        const text = this.string(argument);
        return pad(precision === undefined ? text : text.slice(0, precision));
      }
      case 'c':
        return pad(String.fromCharCode(Number(this.number(argument) & 0xffn)));
      case 'p':
        return this.convertPointer(piece.extension, argument, pad, width);
      default:
        return pad(formatInteger(this.number(argument), piece, width, precision, this.tracing.longSizeBytes));
    }
  }

  private convertPointer(
    extension: string,
    argument: TraceNode,
    pad: (text: string) => string,
    width: number,
  ): string {
    switch (extension[0]) {
      case 'F':
      case 'f':
      case 's':
      case 'S':
      case 'B':
        return pad(this.formatFunction(this.number(argument), extension !== 's' && extension !== 'f'));
      case 'M':
      case 'm':
        return pad(formatMac(this.bytesOf(argument), extension));
      case 'I':
      case 'i': {
        const bytes = this.bytesOf(argument);
        if (extension[1] === '4') return pad(formatIp4(bytes, extension[0] === 'i'));
        if (extension[1] === '6') return pad(formatIp6(bytes, extension));
        return pad(formatSocketAddress(bytes, extension));
      }
      case 'U':
        return pad(formatUuid(this.bytesOf(argument), extension[1] ?? 'b'));
      case 'b':
        return formatBitmask(this.bytesOf(argument), this.tracing.littleEndian, extension === 'bl', width);
      default: {
        const address = BigInt.asUintN(64, this.number(argument));
        return pad(address === 0n ? '(nil)' : `0x${address.toString(16)}`);
      }
    }
  }

  private formatFunction(address: bigint, withOffset: boolean): string {
    const name = this.functionName(BigInt.asUintN(64, address));
    if (!name) return `0x${BigInt.asUintN(64, address).toString(16)}`;
    return withOffset ? `${name.name}+0x${name.offset.toString(16)}` : name.name;
  }

  /** The value of an expression as a number, of its type. */
  private number(node: TraceNode): bigint {
    switch (node.kind) {
      case 'number':
        return node.value;
      case 'field':
        return node.field.isDynamic ? this.readUnsigned(node.field) & 0xffffn : this.readField(node.field);
      case 'cast':
        return castInteger(this.number(node.operand), node.type);
      case 'choice':
        return this.number(node.condition) ? this.number(node.yes) : this.number(node.no);
      case 'unary':
        return applyUnary(node.operator, this.number(node.operand), this.typeOf(node));
      case 'binary':
        return this.binary(node);
      case 'element':
        return this.element(node.array, Number(this.number(node.index)));
      case 'call':
        return this.callNumber(node.name, node.args);
      default:
        return 0n;
    }
  }

  private binary(node: Extract<TraceNode, { kind: 'binary' }>): bigint {
    const { operator } = node;
    const left = this.number(node.left);
    if (operator === '&&') return left && this.number(node.right) ? 1n : 0n;
    if (operator === '||') return left || this.number(node.right) ? 1n : 0n;
    // Shifts keep the left type; all else brings both sides to the larger type first.
    const isShift = operator === '<<' || operator === '>>';
    const type = isShift
      ? promote(this.typeOf(node.left))
      : commonType(this.typeOf(node.left), this.typeOf(node.right));
    const right = this.number(node.right);
    return applyBinary(operator, castInteger(left, type), isShift ? right : castInteger(right, type), type);
  }

  /** The C type of an expression. */
  private typeOf(node: TraceNode): CType {
    switch (node.kind) {
      case 'number':
      case 'cast':
        return node.type;
      case 'field':
        return promote({ ...node.field, isPointer: false });
      case 'choice':
        return commonType(this.typeOf(node.yes), this.typeOf(node.no));
      case 'unary':
        return node.operator === '!' ? INT : promote(this.typeOf(node.operand));
      case 'binary':
        if (/^(?:&&|\|\||[=!]=|[<>]=?)$/.test(node.operator)) return INT;
        if (node.operator === '<<' || node.operator === '>>') return promote(this.typeOf(node.left));
        return commonType(this.typeOf(node.left), this.typeOf(node.right));
      default:
        return LONG_LONG;
    }
  }

  private callNumber(name: string, args: readonly TraceNode[]): bigint {
    switch (name) {
      case '__builtin_expect':
        return this.number(args[0]);
      case '__get_dynamic_array_len':
      case '__get_rel_dynamic_array_len':
        return BigInt(this.dynamicRange(args[0]).size);
      case '__get_dynamic_array':
      case '__get_rel_dynamic_array':
        return BigInt(this.dynamicRange(args[0]).offset);
      default:
        throw new TraceFormatError(`unknown function ${name}`);
    }
  }

  /** The value of an expression as a string. */
  private string(node: TraceNode): string {
    switch (node.kind) {
      case 'string':
        return node.text;
      case 'field':
        return this.fieldString(node.field);
      case 'choice':
        return this.string(this.number(node.condition) ? node.yes : node.no);
      case 'call':
        return this.callString(node.name, node.args);
      case 'cast':
      case 'unary':
        return this.string(node.operand);
      default:
        return '';
    }
  }

  private callString(name: string, args: readonly TraceNode[]): string {
    switch (name) {
      case '__print_flags':
      case '__print_flags_u64':
        return this.flags(args);
      case '__print_symbolic':
      case '__print_symbolic_u64': {
        const value = BigInt.asUintN(64, this.number(args[0]));
        const match = pairsOf(args, 1).find((pair) => BigInt.asUintN(64, this.number(pair.value)) === value);
        return match ? match.name : `0x${value.toString(16)}`;
      }
      case '__get_str':
      case '__get_rel_str': {
        const { offset } = this.dynamicRange(args[0]);
        return offset < this.data.length ? decodeCString(this.data, offset) : '';
      }
      case '__print_hex':
      case '__print_hex_str': {
        const bytes = this.bytesOf(args[0]).subarray(0, Number(this.number(args[1])));
        const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
        return digits.join(name === '__print_hex' ? ' ' : '');
      }
      case '__print_array': {
        const size = Number(this.number(args[2]));
        const type = { sizeBytes: size, isSigned: false, isPointer: false };
        const bytes = this.bytesOf(args[0]);
        const count = Math.min(Number(this.number(args[1])), Math.floor(bytes.length / Math.max(1, size)));
        const start = bytes.byteOffset - this.data.byteOffset;
        const values = Array.from({ length: count }, (_, i) => this.readAt(start + i * size, type));
        return `{${values.map((value) => `0x${value.toString(16)}`).join(',')}}`;
      }
      case '__get_bitmask':
      case '__get_cpumask':
      case '__get_rel_bitmask':
      case '__get_rel_cpumask':
        return formatBitmask(this.bytesOf(args[0]), this.tracing.littleEndian, false, 0);
      case '__get_sockaddr':
        return formatSocketAddress(this.bytesOf(args[0]), 'ISpc');
      default:
        throw new TraceFormatError(`unknown function ${name}`);
    }
  }

  private flags(args: readonly TraceNode[]): string {
    let value = BigInt.asUintN(64, this.number(args[0]));
    const delimiter = args[1]?.kind === 'string' ? args[1].text : '';
    const names: string[] = [];
    for (const pair of pairsOf(args, 2)) {
      const flag = BigInt.asUintN(64, this.number(pair.value));
      if (value === 0n && BigInt.asIntN(64, flag) < 0n) {
        names.push(pair.name);
        break;
      }
      if (flag > 0n && (value & flag) === flag) {
        names.push(pair.name);
        value &= ~flag;
      }
    }
    if (value !== 0n) names.push(`0x${value.toString(16)}`);
    return names.join(delimiter);
  }

  private fieldString(field: TracepointField): string {
    if (field.isDynamic) {
      const { offset } = this.dynamicRange({ kind: 'field', field });
      return offset < this.data.length ? decodeCString(this.data, offset) : '';
    }
    if (field.isArray) {
      return decodeCString(this.data.subarray(field.offset, field.offset + field.sizeBytes), 0);
    }
    const address = this.readUnsigned(field);
    return this.tracing.printkFormats.get(address) ?? address.toString(16);
  }

  /** Where the data of a dynamic field lie. */
  private dynamicRange(node: TraceNode): { offset: number; size: number } {
    if (node?.kind !== 'field') throw new TraceFormatError('a field is missing');
    const { field } = node;
    const word = Number(this.readUnsigned(field));
    const base = field.isRelative ? field.offset + field.sizeBytes : 0;
    return { offset: base + (word & 0xffff), size: word >>> 16 };
  }

  /** The bytes that an expression points at, to the end of the data where their size is not known. */
  private bytesOf(node: TraceNode): Uint8Array {
    if (node.kind === 'cast' || node.kind === 'unary') return this.bytesOf(node.operand);
    if (node.kind === 'field' && !node.field.isDynamic) {
      return this.data.subarray(node.field.offset, node.field.offset + node.field.sizeBytes);
    }
    const field = node.kind === 'call' ? node.args[0] : node;
    const { offset, size } = this.dynamicRange(field);
    return this.data.subarray(offset, offset + size);
  }

  private element(array: TraceNode, index: number): bigint {
    let type: CType | undefined;
    let base = array;
    while (base.kind === 'cast') {
      type ??= base.type;
      base = base.operand;
    }
    const bytes = this.bytesOf(base);
    const start = bytes.byteOffset - this.data.byteOffset;
    if (type) return this.readAt(start + index * type.sizeBytes, type);
    if (base.kind !== 'field') throw new TraceFormatError('an element of what is no array');
    const { sizeBytes, length, isSigned } = base.field;
    const size = sizeBytes / length;
    return this.readAt(start + index * size, { sizeBytes: size, isSigned, isPointer: false });
  }

  private readField({ offset, sizeBytes, isSigned }: TracepointField): bigint {
    return this.readAt(offset, { sizeBytes, isSigned, isPointer: false });
  }

  private readUnsigned({ offset, sizeBytes }: TracepointField): bigint {
    return this.readAt(offset, { sizeBytes, isSigned: false, isPointer: false });
  }

  /** A number in the data; 0 where the data end before it. */
  private readAt(offset: number, { sizeBytes, isSigned }: CType): bigint {
    if (offset < 0 || offset + sizeBytes > this.data.length) return 0n;
    const little = this.tracing.littleEndian;
    let value: bigint;
    if (sizeBytes === 8) value = this.view.getBigUint64(offset, little);
    else if (sizeBytes === 4) value = BigInt(this.view.getUint32(offset, little));
    else if (sizeBytes === 2) value = BigInt(this.view.getUint16(offset, little));
    else if (sizeBytes === 1) value = BigInt(this.view.getUint8(offset));
    else return 0n;
    return isSigned ? BigInt.asIntN(sizeBytes * 8, value) : value;
  }

  /** A field's value where there is no usable format. */
  private formatField(field: TracepointField): string {
    if (field.isArray) {
      const bytes = this.bytesOf({ kind: 'field', field });
      if (field.type.includes('char')) return decodeCString(bytes, 0);
      return `ARRAY[${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(', ')}]`;
    }
    const { sizeBytes, isSigned } = field;
    const value = this.readAt(field.offset, { sizeBytes, isSigned, isPointer: false });
    if (field.type.includes('*')) return `0x${BigInt.asUintN(64, value).toString(16)}`;
    return String(value);
  }
}

function pairsOf(args: readonly TraceNode[], from: number): NamedValue[] {
  return args.slice(from).flatMap((arg) => (arg.kind === 'pairs' ? arg.pairs : []));
}

function precisionOf(text: string): number | undefined {
  return text === '' ? undefined : Number(text);
}

/** An argument of a printf with an integer conversion. */
function formatInteger(
  value: bigint,
  piece: { flags: string; length: string; conversion: string },
  width: number,
  precision: number | undefined,
  longSizeBytes: number,
): string {
  const isSigned = piece.conversion === 'd' || piece.conversion === 'i';
  const bits = bitsOf(piece.length, longSizeBytes);
  const wrapped = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  const isNegative = wrapped < 0n;
  let digits = (isNegative ? -wrapped : wrapped).toString(radixOf(piece.conversion));
  if (piece.conversion === 'X') digits = digits.toUpperCase();
  let prefix = '';
  if (isNegative) prefix = '-';
  else if (isSigned && piece.flags.includes('+')) prefix = '+';
  else if (isSigned && piece.flags.includes(' ')) prefix = ' ';
  if (piece.flags.includes('#') && wrapped !== 0n) {
    if (piece.conversion === 'o') prefix += '0';
    else if (!isSigned && piece.conversion !== 'u') prefix += `0${piece.conversion}`;
  }
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  else if (piece.flags.includes('0') && !piece.flags.includes('-')) {
    digits = digits.padStart(Math.max(0, width - prefix.length), '0');
  }
  return prefix + digits;
}

function radixOf(conversion: string): number {
  if (conversion === 'x' || conversion === 'X') return 16;
  return conversion === 'o' ? 8 : 10;
}

function bitsOf(length: string, longSizeBytes: number): number {
  switch (length) {
    case 'hh':
      return 8;
    case 'h':
      return 16;
    case '':
      return 32;
    case 'l':
    case 'z':
    case 'Z':
    case 't':
      return longSizeBytes * 8;
    default:
      return 64;
  }
}

const INT: CType = { sizeBytes: 4, isSigned: true, isPointer: false };
const LONG_LONG: CType = { sizeBytes: 8, isSigned: true, isPointer: false };

/** What C does to types smaller than int; pointers count as unsigned numbers. */
function promote(type: CType): CType {
  if (type.isPointer) return { sizeBytes: 8, isSigned: false, isPointer: false };
  return type.sizeBytes < 4 ? INT : type;
}

/** The type in which C computes with both. */
function commonType(left: CType, right: CType): CType {
  const a = promote(left);
  const b = promote(right);
  if (a.sizeBytes !== b.sizeBytes) return a.sizeBytes > b.sizeBytes ? a : b;
  return a.isSigned ? b : a;
}

function castInteger(value: bigint, { sizeBytes, isSigned, isPointer }: CType): bigint {
  if (isPointer) return value;
  return isSigned ? BigInt.asIntN(sizeBytes * 8, value) : BigInt.asUintN(sizeBytes * 8, value);
}

function applyUnary(operator: string, value: bigint, type: CType): bigint {
  switch (operator) {
    case '!':
      return value === 0n ? 1n : 0n;
    case '~':
      return castInteger(~value, type);
    case '-':
      return castInteger(-value, type);
    default:
      return value;
  }
}

/** @param type of the result of arithmetic, which the operands have */
function applyBinary(operator: string, left: bigint, right: bigint, type: CType): bigint {
  const truth = (isTrue: boolean): bigint => (isTrue ? 1n : 0n);
  switch (operator) {
    case '==':
      return truth(left === right);
    case '!=':
      return truth(left !== right);
    case '<':
      return truth(left < right);
    case '<=':
      return truth(left <= right);
    case '>':
      return truth(left > right);
    case '>=':
      return truth(left >= right);
    default:
      return castInteger(compute(operator, left, right), type);
  }
}

function compute(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '&':
      return left & right;
    case '<<':
      return left << (right & 63n);
    case '>>':
      return left >> (right & 63n);
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      if (right === 0n) return 0n;
      return operator === '/' ? left / right : left % right;
  }
}
