/** What "%s" prints of an argument in a tracepoint's print format: texts, flags by their names, bytes in hex. */

import { decodeText, type Conversion, type TraceExpression, type TracepointField } from '../../../parser';
import { formatString } from './printf-text';
import { evaluate, findDynamicData, readNumber, type TraceRange, type TraceRecord } from './trace-values';

/** Format strings of the kernel by their addresses: some fields are pointers to one. */
export type KernelStrings = ReadonlyMap<bigint, string>;

/** @param length stands for '*'; negative where there is none */
export function formatStringArgument(
  record: TraceRecord,
  conversion: Conversion,
  length: number,
  argument: TraceExpression,
  kernelStrings: KernelStrings,
): string {
  switch (argument.kind) {
    case 'number':
    case 'string':
      return formatString(conversion, argument.text, length);
    case 'field': {
      const { field } = argument;
      if (!field) return '';
      if (!field.isArray && field.sizeBytes === record.longSizeBytes) {
        const address = readNumber(record, field.offset, field.sizeBytes);
        return kernelStrings.get(address) ?? address.toString(16);
      }
      const sizeBytes = field.sizeBytes || record.bytes.length - field.offset;
      return formatString(conversion, readText(record, { offset: field.offset, sizeBytes }), length);
    }
    case 'choice': {
      const chosen = evaluate(record, argument.condition) !== 0n ? argument.yes : argument.no;
      return formatStringArgument(record, conversion, length, chosen, kernelStrings);
    }
    case 'flags': {
      const value = evaluate(record, argument.operand);
      return formatFlags(value, argument.names, argument.delimiter, (name) =>
        formatString(conversion, name, length),
      );
    }
    case 'symbol': {
      const value = BigInt.asIntN(64, evaluate(record, argument.operand));
      const match = argument.names.find((name) => name.value === value);
      return match ? formatString(conversion, match.name, length) : hexOf(value);
    }
    case 'hex': {
      const bytes = bytesOf(record, argument.array, Number(evaluate(record, argument.count)));
      return Array.from(bytes, hexByte).join(argument.separator);
    }
    case 'array':
      return formatArray(record, argument);
    case 'text': {
      if (!argument.field) return '';
      const data = findDynamicData(record, argument.field);
      if (data.sizeBytes === 0) return '';
      return formatString(conversion, readText(record, { ...data, sizeBytes: Infinity }), length);
    }
    case 'bitmask':
    case 'cpumask': {
      if (!argument.field) return '';
      const mask = bytesOfRange(record, findDynamicData(record, argument.field));
      const ordered = record.littleEndian ? mask : mask.toReversed();
      const text = argument.kind === 'bitmask' ? formatBitmask(ordered) : formatCpuList(ordered);
      return formatString(conversion, text, length);
    }
    default:
      return '';
  }
}

/** The text at a place, up to a zero. */
function readText(record: TraceRecord, { offset, sizeBytes }: TraceRange): string {
  const { bytes } = record;
  const end = Math.min(bytes.length, offset + sizeBytes);
  const zero = bytes.indexOf(0, offset);
  return decodeText(bytes.subarray(offset, zero < 0 ? end : Math.min(zero, end)));
}

export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function hexOf(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}

function bytesOfRange({ bytes }: TraceRecord, { offset, sizeBytes }: TraceRange): Uint8Array {
  return bytes.subarray(offset, offset + sizeBytes);
}

/** Bytes of an array, at most those that the data hold. */
function bytesOf(record: TraceRecord, array: TraceExpression, sizeBytes: number): Uint8Array {
  const offset = offsetOf(record, array);
  return offset === undefined ? new Uint8Array(0) : record.bytes.subarray(offset, offset + sizeBytes);
}

function offsetOf(record: TraceRecord, array: TraceExpression): number | undefined {
  if (array.kind === 'field') return array.field?.offset;
  if (array.kind !== 'dynamic' || !array.field) return undefined;
  return findDynamicData(record, array.field).offset;
}

function formatFlags(
  value: bigint,
  names: readonly { value: bigint; name: string }[],
  delimiter: string,
  format: (name: string) => string,
): string {
  let rest = value;
  const parts: string[] = [];
  for (const { value: flag, name } of names) {
    if (rest === 0n && flag < 0n) return parts.join(delimiter) + format(name);
    if (flag > 0n && (rest & flag) === flag) {
      parts.push(format(name));
      rest &= ~flag;
    }
  }
  if (rest !== 0n) parts.push(hexOf(rest));
  return parts.join(delimiter);
}

function formatArray(record: TraceRecord, argument: Extract<TraceExpression, { kind: 'array' }>): string {
  const offset = offsetOf(record, argument.array);
  if (offset === undefined) return '{}';
  const size = Number(evaluate(record, argument.elementSize));
  const isKnownSize = [1, 2, 4, 8].includes(size);
  const step = isKnownSize ? size : 1;
  const fitting = Math.floor((record.bytes.length - offset) / step);
  const count = Math.max(0, Math.min(fitting, Number(evaluate(record, argument.count))));
  const elements = Array.from(
    { length: count },
    (_, i) => `0x${readNumber(record, offset + i * step, step).toString(16)}`,
  );
  if (!isKnownSize && count > 0) elements[0] = `BAD SIZE:${size} ${elements[0]}`;
  return `{${elements.join(',')}}`;
}

/** Hex digits from the highest bit on, a comma between words of 32 bits. @param mask lowest byte first */
function formatBitmask(mask: Uint8Array): string {
  let text = '';
  for (let i = mask.length - 1; i >= 0; i--) text += hexByte(mask[i]) + (i > 0 && i % 4 === 0 ? ',' : '');
  return text;
}

/** "0-3,8". @param mask lowest byte first */
function formatCpuList(mask: Uint8Array): string {
  const ranges: string[] = [];
  let first = -1;
  for (let bit = 0; bit <= mask.length * 8; bit++) {
    const isSet = bit < mask.length * 8 && (mask[bit >> 3] & (1 << (bit & 7))) !== 0;
    if (isSet && first < 0) first = bit;
    if (!isSet && first >= 0) {
      ranges.push(first === bit - 1 ? String(first) : `${first}-${bit - 1}`);
      first = -1;
    }
  }
  return ranges.join(',');
}

/**
 * A field as it is, where the print format cannot be read.
 * @param binaryFields arrays of characters that were found to hold no text; they are not text from then on
 */
export function formatRawField(
  record: TraceRecord,
  field: TracepointField,
  binaryFields: Set<TracepointField>,
): string {
  // Dynamic data whose type has no brackets (cpumask_t) are shown as the word that says where they are.
  const isArray = field.isDynamic ? field.type.includes('[') || field.sizeBytes === 2 : field.isArray;
  if (isArray) {
    const range = field.isDynamic ? findDynamicData(record, field) : field;
    const bytes = bytesOfRange(record, range);
    if (/char|u8|s8/.test(field.type) && !binaryFields.has(field)) {
      if (isPrintable(bytes)) return readText(record, { offset: range.offset, sizeBytes: Infinity });
      binaryFields.add(field);
    }
    return `ARRAY[${Array.from(bytes, hexByte).join(', ')}]`;
  }
  const value = readNumber(record, field.offset, field.sizeBytes);
  if (field.type.includes('*')) return hexOf(value);
  const isLong = field.type.includes('long');
  if (!field.isSigned) return isLong ? hexOf(value) : value.toString();
  const signed = BigInt.asIntN(field.sizeBytes * 8, value).toString();
  switch (field.sizeBytes) {
    case 4:
      return isLong ? hexOf(value) : signed;
    case 2:
      return signed.padStart(2);
    default:
      return signed;
  }
}

/** Whether an array holds nothing but characters, up to a zero. */
function isPrintable(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte === 0) return true;
    if (!((byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13))) return false;
  }
  return true;
}
