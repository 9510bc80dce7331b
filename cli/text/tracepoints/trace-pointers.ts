/**
 * What "%p" and its extensions print of an argument in a tracepoint's print format (Documentation/core-api/
 * printk-formats.rst): addresses, functions, MAC and IP addresses, UUIDs, bytes.
 */

import type { Conversion, TraceExpression, TracepointField } from '../../../parser';
import { hexByte } from './trace-strings';
import { evaluate, findDynamicData, type TraceRange, type TraceRecord } from './trace-values';

/** The kernel's function at an address, with the address's offset in it; undefined where none is known. */
export type FunctionFinder = (address: bigint) => { name: string; offset: number } | undefined;

const AF_INET = 2;
const AF_INET6 = 10;

/** @param length of '*'; 1 where there is none */
export function formatPointerArgument(
  record: TraceRecord,
  { extension }: Conversion,
  length: number,
  argument: TraceExpression,
  findFunction: FunctionFinder,
): string {
  switch (extension[0]) {
    case 'F':
    case 'f':
    case 'S':
    case 's':
      return formatFunction(evaluate(record, argument), extension, findFunction);
    case 'M':
    case 'm':
      return formatFixed(record, argument, 6, 'INVALIDMAC', (bytes) => formatMac(bytes, extension));
    case 'I':
    case 'i':
      return formatIp(record, extension, argument);
    case 'U':
      return formatFixed(record, argument, 16, 'INVALIDUUID', (bytes) => formatUuid(bytes, extension));
    case 'h':
      return formatBytes(record, extension, length, argument);
    default: {
      const value = evaluate(record, argument);
      return value === 0n ? '(nil)' : `0x${value.toString(16)}`;
    }
  }
}

function formatFunction(address: bigint, extension: string, findFunction: FunctionFinder): string {
  const found = findFunction(address);
  if (!found) return `0x${address.toString(16)}`;
  const isWithOffset = extension === 'F' || extension === 'S';
  return isWithOffset ? `${found.name}+0x${found.offset.toString(16)}` : found.name;
}

function withoutCasts(argument: TraceExpression): TraceExpression {
  let inner = argument;
  while (inner.kind === 'cast') inner = inner.operand;
  return inner;
}

/** Numbers of libtraceevent's kinds of arguments, which are in its complaints. */
const kindNumbers: Readonly<Record<TraceExpression['kind'], number>> = {
  number: 1,
  string: 1,
  field: 2,
  flags: 3,
  symbol: 4,
  hex: 5,
  array: 6,
  cast: 7,
  text: 8,
  dynamic: 10,
  binary: 11,
  unary: 11,
  choice: 11,
  element: 11,
  bitmask: 13,
  dynamicSize: 14,
  cpumask: 16,
};

/** Formats a field of one size. */
function formatFixed(
  record: TraceRecord,
  argument: TraceExpression,
  sizeBytes: number,
  complaint: string,
  format: (bytes: Uint8Array) => string,
): string {
  const inner = withoutCasts(argument);
  if (inner.kind !== 'field') return `ARG TYPE NOT FIELD BUT ${kindNumbers[inner.kind]}`;
  const { field } = inner;
  if (!field) return '';
  if (field.sizeBytes !== sizeBytes) return complaint;
  const bytes = bytesAt(record, field.offset, sizeBytes);
  return bytes ? format(bytes) : '';
}

function bytesAt({ bytes }: TraceRecord, offset: number, sizeBytes: number): Uint8Array | undefined {
  return offset + sizeBytes > bytes.length ? undefined : bytes.subarray(offset, offset + sizeBytes);
}

function formatMac(bytes: Uint8Array, extension: string): string {
  const separator = extension[0] === 'm' ? '' : extension[1] === 'F' ? '-' : ':';
  const ordered = extension[1] === 'R' ? bytes.toReversed() : bytes;
  return Array.from(ordered, hexByte).join(separator);
}

function formatIp(record: TraceRecord, extension: string, argument: TraceExpression): string {
  switch (extension[1]) {
    case '4':
      return formatFixed(record, argument, 4, 'INVALIDIPv4', (bytes) =>
        formatIp4(bytes, extension, extension[2], record.littleEndian),
      );
    case '6':
      return formatFixed(record, argument, 16, 'INVALIDIPv6', (bytes) => formatIp6(bytes, extension));
    case 'S':
      return formatSocketAddress(record, extension, argument);
    default:
      return '';
  }
}

/** @param order 'h', 'n', 'b', 'l': the order of the bytes; the network's where it is none of them */
function formatIp4(bytes: Uint8Array, extension: string, order: string | undefined, little: boolean): string {
  const isReversed = order === 'l' || (order === 'h' && little);
  const ordered = isReversed ? bytes.toReversed() : bytes;
  return Array.from(ordered, (byte) => String(byte).padStart(extension[0] === 'i' ? 3 : 1, '0')).join('.');
}

function formatIp6(bytes: Uint8Array, extension: string): string {
  if (extension[0] === 'I' && extension.includes('c')) return compressIp6(bytes);
  const separator = extension[0] === 'I' ? ':' : '';
  const words = Array.from({ length: 8 }, (_, i) => hexByte(bytes[i * 2]) + hexByte(bytes[i * 2 + 1]));
  return words.join(separator);
}

/** RFC 5952, as the kernel does it: the longest run of zeros is left out, embedded IPv4 addresses are shown as such. */
function compressIp6(bytes: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, i) => bytes[i * 2] * 256 + bytes[i * 2 + 1]);
  const isMapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  const isIsatap = (words[4] | 0x0200) === 0x0200 && words[5] === 0x5efe;
  const hasIp4 = isMapped || isIsatap;
  const range = words.slice(0, hasIp4 ? 6 : 8);
  let longest = 1;
  let at = -1;
  range.forEach((_, i) => {
    let run = 0;
    while (i + run < range.length && range[i + run] === 0) run++;
    if (run > longest) [longest, at] = [run, i];
  });
  const hex = (part: number[]): string => part.map((word) => word.toString(16)).join(':');
  const text = at < 0 ? hex(range) : `${hex(range.slice(0, at))}::${hex(range.slice(at + longest))}`;
  if (!hasIp4) return text;
  const separator = text.endsWith(':') ? '' : ':';
  return text + separator + Array.from(bytes.subarray(12)).join('.');
}

/** %pISpc: a struct sockaddr, with its port where 'p' asks for it. */
function formatSocketAddress(record: TraceRecord, extension: string, argument: TraceExpression): string {
  const inner = withoutCasts(argument);
  let range: TraceRange;
  if (inner.kind === 'field' && inner.field) range = inner.field;
  else if (inner.kind === 'dynamic' && inner.field) range = findDynamicData(record, inner.field);
  else return `ARG NOT FIELD NOR DYNAMIC ARRAY BUT TYPE ${kindNumbers[inner.kind]}`;
  const bytes = record.bytes.subarray(range.offset, range.offset + range.sizeBytes);
  if (bytes.length < 2) return '';
  const family = record.littleEndian ? bytes[0] + bytes[1] * 256 : bytes[0] * 256 + bytes[1];
  const hasPort = extension.includes('p');
  const port = (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0);
  if (family === AF_INET) {
    if (bytes.length < 16) return 'INVALIDIPv4';
    const order = /[hnbl]/.exec(extension)?.[0];
    return (
      formatIp4(bytes.subarray(4, 8), extension, order, record.littleEndian) + (hasPort ? `:${port}` : '')
    );
  }
  if (family === AF_INET6) {
    if (bytes.length < 28) return 'INVALIDIPv6';
    const address = formatIp6(bytes.subarray(8, 24), extension);
    return hasPort ? `[${address}]:${port}` : address;
  }
  return '';
}

const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function formatUuid(bytes: Uint8Array, extension: string): string {
  const isLittle = extension[1] === 'l' || extension[1] === 'L';
  const hex = Array.from(bytes, (byte, i) => hexByte(isLittle ? bytes[guidOrder[i]] : byte)).join('');
  const text = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return extension[1] === 'L' || extension[1] === 'B' ? text.toUpperCase() : text;
}

const byteSeparators: Readonly<Record<string, string>> = { C: ':', D: '-', N: '' };

/** %*ph: so many bytes, at most those that there are. */
function formatBytes(
  record: TraceRecord,
  extension: string,
  length: number,
  argument: TraceExpression,
): string {
  if (argument.kind !== 'dynamic') return `ARG TYPE NOT FIELD BUT ${kindNumbers[argument.kind]}`;
  const field = argument.field as TracepointField;
  const { offset, sizeBytes } = findDynamicData(record, field);
  const count = Math.max(0, Math.min(sizeBytes, length));
  const bytes = record.bytes.subarray(offset, offset + count);
  return Array.from(bytes, hexByte).join(byteSeparators[extension[1]] ?? ' ');
}
