/**
 * What is round the records of a file (layout: container/file-header.ts):
 *
 *   header 104 | attributes, each with the place of its ids | ids | records | table of features | features
 */

import { FILE_HEADER_SIZE } from '../container/file-header';
import type { RecordedEvent } from '../records/event-table';
import type { EventAttr } from '../records/event-attr';
import type { RecordedBuildId } from '../features/features';
import { PERF_RECORD_MISC_BUILD_ID_SIZE, RECORD_HEADER_SIZE } from '../constants';
import { attrBytes, commonAttrSize } from './attr-bytes';

const SECTION_SIZE = 16;
const FEATURE_WORDS = 4;
const STRING_ALIGNMENT = 64;
const BUILD_ID_FIELD_SIZE = 24;
const LARGEST_BUILD_ID = 20;

/** An event as it is written. */
export interface WrittenEvent {
  readonly attr: EventAttr;
  readonly name: string;
  readonly ids: readonly number[];
}

/** The events of a recording with other attributes. */
export function withAttrs(
  events: readonly RecordedEvent[],
  attrOf: (event: RecordedEvent) => EventAttr,
): WrittenEvent[] {
  return events.map((event) => ({ attr: attrOf(event), name: event.name, ids: event.ids }));
}

/** Bytes in a recording's order, one after the other. */
class Bytes {
  private readonly parts: Uint8Array[] = [];
  size = 0;

  constructor(readonly littleEndian: boolean) {}

  raw(bytes: Uint8Array): this {
    this.parts.push(bytes);
    this.size += bytes.length;
    return this;
  }

  u16(value: number): this {
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setUint16(0, value, this.littleEndian);
    return this.raw(bytes);
  }

  u32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, this.littleEndian);
    return this.raw(bytes);
  }

  u64(value: number | bigint): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), this.littleEndian);
    return this.raw(bytes);
  }

  /** Text with zeros after it, at least one. */
  text(text: string): this {
    const encoded = new TextEncoder().encode(text);
    const padded = new Uint8Array(Math.ceil((encoded.length + 1) / STRING_ALIGNMENT) * STRING_ALIGNMENT);
    padded.set(encoded);
    return this.raw(padded);
  }

  /** A feature's string: its size before it. */
  string(text: string): this {
    const padded = new Bytes(this.littleEndian).text(text);
    return this.u32(padded.size).raw(padded.finish());
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

/**
 * What is before the records.
 * @param dataSizeBytes of the records: 0 while it is not known
 * @param features numbers of those that follow the records
 */
export function fileStart(
  events: readonly WrittenEvent[],
  littleEndian: boolean,
  dataSizeBytes: number,
  features: Iterable<number>,
): Uint8Array {
  const attrSize = commonAttrSize(events.map(({ attr }) => attr));
  const attrsSize = events.length * (attrSize + SECTION_SIZE);
  const idsAt = FILE_HEADER_SIZE + attrsSize;
  const dataAt = events.reduce((at, { ids }) => at + ids.length * 8, idsAt);
  const bytes = new Bytes(littleEndian);
  bytes.raw(new TextEncoder().encode(littleEndian ? 'PERFILE2' : '2ELIFREP'));
  bytes.u64(FILE_HEADER_SIZE).u64(attrSize + SECTION_SIZE);
  bytes.u64(FILE_HEADER_SIZE).u64(attrsSize).u64(dataAt).u64(dataSizeBytes).u64(0).u64(0);
  const bits = new Array<bigint>(FEATURE_WORDS).fill(0n);
  for (const number of features) bits[number >> 6] |= 1n << BigInt(number & 63);
  for (const word of bits) bytes.u64(word);
  let at = idsAt;
  for (const { attr, ids } of events) {
    bytes
      .raw(attrBytes(attr, attrSize, littleEndian))
      .u64(at)
      .u64(ids.length * 8);
    at += ids.length * 8;
  }
  for (const { ids } of events) for (const id of ids) bytes.u64(id);
  return bytes.finish();
}

/** What is after the records. @param offset in the file of the first byte @param features ascending by number */
export function fileEnd(
  offset: number,
  features: ReadonlyMap<number, Uint8Array>,
  littleEndian: boolean,
): Uint8Array {
  const bytes = new Bytes(littleEndian);
  let at = offset + features.size * SECTION_SIZE;
  for (const { length } of features.values()) {
    bytes.u64(at).u64(length);
    at += length;
  }
  for (const section of features.values()) bytes.raw(section);
  return bytes.finish();
}

/** The feature EVENT_DESC (features/features.ts). */
export function eventDescriptions(events: readonly WrittenEvent[], littleEndian: boolean): Uint8Array {
  const attrSize = commonAttrSize(events.map(({ attr }) => attr));
  const bytes = new Bytes(littleEndian).u32(events.length).u32(attrSize);
  for (const { attr, name, ids } of events) {
    bytes
      .raw(attrBytes(attr, attrSize, littleEndian))
      .u32(ids.length)
      .string(name);
    for (const id of ids) bytes.u64(id);
  }
  return bytes.finish();
}

/** The feature BUILD_ID (features/features.ts). */
export function buildIdTable(entries: readonly RecordedBuildId[], littleEndian: boolean): Uint8Array {
  const bytes = new Bytes(littleEndian);
  for (const { misc, pid, buildId, path } of entries) {
    const name = new Bytes(littleEndian).text(path).finish();
    const field = new Uint8Array(BUILD_ID_FIELD_SIZE);
    field.set(buildId);
    const hasSize = buildId.length < LARGEST_BUILD_ID || (misc & PERF_RECORD_MISC_BUILD_ID_SIZE) !== 0;
    if (hasSize) field[LARGEST_BUILD_ID] = buildId.length;
    bytes.u32(0).u16(hasSize ? misc | PERF_RECORD_MISC_BUILD_ID_SIZE : misc);
    bytes
      .u16(RECORD_HEADER_SIZE + 4 + field.length + name.length)
      .u32(pid)
      .raw(field)
      .raw(name);
  }
  return bytes.finish();
}
