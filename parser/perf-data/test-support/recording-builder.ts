/** Assembles recordings for tests: as a file or as a pipe carries them, in either byte order. */

import { attrFlagNames, type AttrFlag } from '../records/event-attr';
import { RecordType } from '../constants';

const ATTR_SIZE = 144;
const FILE_HEADER_SIZE = 104;

/** Bytes in a byte order, appended one after the other. */
export class ByteBuilder {
  private bytes = new Uint8Array(256);
  size = 0;

  constructor(readonly littleEndian: boolean) {}

  u8(...values: number[]): this {
    for (const value of values) this.append(1).setUint8(0, value);
    return this;
  }

  u16(...values: number[]): this {
    for (const value of values) this.append(2).setUint16(0, value, this.littleEndian);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.append(4).setUint32(0, value, this.littleEndian);
    return this;
  }

  u64(...values: (number | bigint)[]): this {
    for (const value of values) {
      this.append(8).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), this.littleEndian);
    }
    return this;
  }

  /** Text and zeros after it, up to a multiple of `alignment` bytes, at least one. */
  text(text: string, alignment = 8): this {
    const encoded = new TextEncoder().encode(text);
    const padded = Math.ceil((encoded.length + 1) / alignment) * alignment;
    return this.raw(encoded).zeros(padded - encoded.length);
  }

  zeros(count: number): this {
    this.grow(count);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.grow(bytes.length);
    this.bytes.set(bytes, at);
    return this;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.size);
  }

  /** A view of new bytes at the end. */
  private append(count: number): DataView {
    const at = this.grow(count);
    return new DataView(this.bytes.buffer, at, count);
  }

  private grow(count: number): number {
    const at = this.size;
    this.size += count;
    while (this.size > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    return at;
  }
}

export interface EventSpec {
  readonly type?: number;
  readonly config?: number | bigint;
  readonly config1?: number | bigint;
  readonly bpType?: number;
  readonly samplePeriod?: number;
  readonly sampleType?: number;
  readonly readFormat?: number;
  readonly flags?: readonly AttrFlag[];
  readonly branchSampleType?: number;
  readonly sampleRegsUser?: bigint;
  readonly sampleStackUser?: number;
  readonly sampleRegsIntr?: bigint;
  readonly ids?: readonly number[];
}

export class RecordingBuilder {
  private readonly events: EventSpec[] = [];
  private readonly features = new Map<number, Uint8Array>();
  private readonly data: ByteBuilder;

  constructor(readonly littleEndian = true) {
    this.data = new ByteBuilder(littleEndian);
  }

  /** A builder of bytes in the recording's order. */
  bytes(): ByteBuilder {
    return new ByteBuilder(this.littleEndian);
  }

  event(spec: EventSpec): this {
    this.events.push(spec);
    return this;
  }

  feature(number: number, bytes: Uint8Array): this {
    this.features.set(number, bytes);
    return this;
  }

  /** A feature that is one string. */
  stringFeature(number: number, text: string): this {
    return this.feature(number, featureString(this.bytes(), text).finish());
  }

  record(type: number, body: (bytes: ByteBuilder) => void, misc = 0): this {
    const bytes = this.bytes();
    body(bytes);
    return this.rawRecord(type, misc, bytes.size + 8, bytes.finish());
  }

  /** A record whose header may lie about its size. */
  rawRecord(type: number, misc: number, sizeBytes: number, body: Uint8Array): this {
    this.data.u32(type).u16(misc, sizeBytes).raw(body);
    return this;
  }

  /** Bytes that are not a record. */
  rawData(bytes: Uint8Array): this {
    this.data.raw(bytes);
    return this;
  }

  finishedRound(): this {
    return this.record(RecordType.FINISHED_ROUND, () => undefined);
  }

  /** The records alone, as a file of a directory holds them. */
  toData(): Uint8Array {
    return this.data.finish();
  }

  /** @param dataSize what the header claims */
  toFile(dataSize = this.data.size): Uint8Array {
    const out = this.bytes();
    const { events } = this;
    const attrsAt = FILE_HEADER_SIZE;
    const idsAt = attrsAt + events.length * (ATTR_SIZE + 16);
    const dataAt = idsAt + events.reduce((sum, event) => sum + (event.ids?.length ?? 0) * 8, 0);
    out.raw(new TextEncoder().encode(this.littleEndian ? 'PERFILE2' : '2ELIFREP'));
    out.u64(
      FILE_HEADER_SIZE,
      ATTR_SIZE + 16,
      attrsAt,
      events.length * (ATTR_SIZE + 16),
      dataAt,
      dataSize,
      0,
      0,
    );
    const numbers = [...this.features.keys()].sort((a, b) => a - b);
    for (let word = 0; word < 4; word++) {
      const bits = numbers.filter((number) => number >> 6 === word);
      out.u64(bits.reduce((sum, number) => sum | (1n << BigInt(number & 63)), 0n));
    }
    let idAt = idsAt;
    for (const event of events) {
      const ids = event.ids ?? [];
      this.writeAttr(out, event);
      out.u64(idAt, ids.length * 8);
      idAt += ids.length * 8;
    }
    for (const event of events) out.u64(...(event.ids ?? []));
    out.raw(this.data.finish());
    let featureAt = out.size + numbers.length * 16;
    for (const number of numbers) {
      out.u64(featureAt, this.features.get(number)!.length);
      featureAt += this.features.get(number)!.length;
    }
    for (const number of numbers) out.raw(this.features.get(number)!);
    return out.finish();
  }

  /** As `perf record -o -` writes it: attributes and features as records. */
  toPipe(): Uint8Array {
    const out = this.bytes();
    out.raw(new TextEncoder().encode(this.littleEndian ? 'PERFILE2' : '2ELIFREP')).u64(16);
    for (const event of this.events) {
      const ids = event.ids ?? [];
      out.u32(RecordType.HEADER_ATTR).u16(0, 8 + ATTR_SIZE + ids.length * 8);
      this.writeAttr(out, event);
      out.u64(...ids);
    }
    for (const [number, bytes] of this.features) {
      out
        .u32(RecordType.HEADER_FEATURE)
        .u16(0, 16 + bytes.length)
        .u64(number)
        .raw(bytes);
    }
    return out.raw(this.data.finish()).finish();
  }

  private writeAttr(out: ByteBuilder, event: EventSpec): void {
    const flags = (event.flags ?? ['sample_id_all']).reduce(
      (sum, flag) => sum | (1n << BigInt(attrFlagNames.indexOf(flag))),
      0n,
    );
    out.u32(event.type ?? 1, ATTR_SIZE).u64(event.config ?? 0, event.samplePeriod ?? 1);
    out.u64(event.sampleType ?? 0, event.readFormat ?? 0);
    this.writeFlags(out, flags);
    out.u32(0, event.bpType ?? 0).u64(event.config1 ?? 0, 0, event.branchSampleType ?? 0);
    out
      .u64(event.sampleRegsUser ?? 0n)
      .u32(event.sampleStackUser ?? 0, 0)
      .u64(event.sampleRegsIntr ?? 0n)
      .u32(0)
      .u16(0, 0)
      .u32(0, 0);
    out.u64(0, 0, 0);
  }

  /** A bitfield: on big endian the first bit is the highest of the first byte. */
  private writeFlags(out: ByteBuilder, flags: bigint): void {
    for (let byte = 0; byte < 8; byte++) {
      let value = Number((flags >> BigInt(8 * byte)) & 0xffn);
      if (!this.littleEndian) {
        value = Number.parseInt(value.toString(2).padStart(8, '0').split('').reverse().join(''), 2);
      }
      out.u8(value);
    }
  }
}

/** A string as features hold it: its size, and zeros up to a multiple of 64. */
export function featureString(bytes: ByteBuilder, text: string): ByteBuilder {
  const padded = Math.ceil((new TextEncoder().encode(text).length + 1) / 64) * 64;
  return bytes.u32(padded).text(text, 64);
}
