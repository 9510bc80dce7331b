/** A perf_event_attr as bytes: the inverse of records/event-attr.ts, where its layout is. */

import { reverseBits, type EventAttr } from '../records/event-attr';

/** Size of the struct in Linux 7.2; fields of later ones are not known here. */
const LARGEST_ATTR_BYTES = 144;

/** The size in which all attributes of a recording can be written: perf wants one for all. */
export function commonAttrSize(attrs: readonly EventAttr[]): number {
  const largest = Math.max(...attrs.map(({ sizeBytes }) => sizeBytes));
  return Math.min(LARGEST_ATTR_BYTES, Math.ceil(largest / 8) * 8);
}

/** @param sizeBytes a multiple of 8; fields beyond it are left out */
export function attrBytes(attr: EventAttr, sizeBytes: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(LARGEST_ATTR_BYTES);
  const view = new DataView(bytes.buffer);
  const u32 = (at: number, value: number): void => view.setUint32(at, value, littleEndian);
  const u64 = (at: number, value: bigint): void => view.setBigUint64(at, value, littleEndian);
  u32(0, attr.type);
  u32(4, sizeBytes);
  u64(8, attr.config);
  u64(16, attr.samplePeriod);
  u64(24, (BigInt(attr.sampleTypeHigh) << 32n) | BigInt(attr.sampleType >>> 0));
  u64(32, BigInt(attr.readFormat));
  writeBitfield(bytes, 40, attr.flagsLow, littleEndian);
  writeBitfield(bytes, 44, attr.flagsHigh, littleEndian);
  u32(48, attr.wakeup);
  u32(52, attr.bpType);
  u64(56, attr.config1);
  u64(64, attr.config2);
  u64(72, attr.branchSampleType);
  u64(80, attr.sampleRegsUser);
  u32(88, attr.sampleStackUser);
  u32(92, attr.clockId);
  u64(96, attr.sampleRegsIntr);
  u32(104, attr.auxWatermark);
  view.setUint16(108, attr.sampleMaxStack, littleEndian);
  u32(112, attr.auxSampleSize);
  writeBitfield(bytes, 116, attr.auxAction, littleEndian);
  u64(120, attr.sigData);
  u64(128, attr.config3);
  u64(136, attr.config4);
  return bytes.subarray(0, sizeBytes);
}

function writeBitfield(bytes: Uint8Array, offset: number, word: number, littleEndian: boolean): void {
  for (let i = 0; i < 4; i++) {
    const byte = (word >>> (8 * i)) & 0xff;
    bytes[offset + i] = littleEndian ? byte : reverseBits(byte);
  }
}
