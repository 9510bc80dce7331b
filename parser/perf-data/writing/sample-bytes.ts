/**
 * A sample with another callchain, and without stack copy; all else byte for byte as it was:
 *
 *   header … read values │ nr, callchain │ raw, branches │ user registers    │ stack copy │ weight …
 *   copied, new size     │ new           │ copied        │ left out, or kept │ left out   │ copied
 */

import { RECORD_HEADER_SIZE } from '../constants';
import type { Sample } from '../records/sample';

/** The largest multiple of eight that a record's size, of 16 bits, can be. */
export const LARGEST_RECORD_BYTES = 0xfff8;

const SIZE_OFFSET = 6;

/**
 * Writes the record.
 * @param sample one that has a callchain
 * @param chain the entries, low and high word of each in turn
 * @param keepsRegisters whether user registers stay
 * @param out of {@link LARGEST_RECORD_BYTES} at least; what of the chain does not fit a record is left out at its end
 * @returns the record's size
 */
export function writeSample(
  sample: Sample,
  chain: Uint32Array,
  entryCount: number,
  keepsRegisters: boolean,
  out: DataView,
): number {
  const { bytes, littleEndian, recordStart, recordEnd, callchainOffset, callchainCount } = sample;
  const target = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  const chainEnd = callchainOffset + callchainCount * 8;
  const keptEnd = keepsRegisters ? sample.userStackStart : sample.userStateStart;
  const others = callchainOffset - recordStart + (keptEnd - chainEnd) + (recordEnd - sample.userStateEnd);
  const count = Math.min(entryCount, Math.floor((LARGEST_RECORD_BYTES - others) / 8));
  let at = callchainOffset - 8 - recordStart;
  target.set(bytes.subarray(recordStart, callchainOffset - 8));
  at = writeWord(out, at, count, 0, littleEndian);
  for (let i = 0; i < count; i++) at = writeWord(out, at, chain[2 * i], chain[2 * i + 1], littleEndian);
  target.set(bytes.subarray(chainEnd, keptEnd), at);
  at += keptEnd - chainEnd;
  target.set(bytes.subarray(sample.userStateEnd, recordEnd), at);
  at += recordEnd - sample.userStateEnd;
  // A stack copy of a damaged recording may have any size; records are multiples of eight bytes.
  while ((at & 7) !== 0) target[at++] = 0;
  out.setUint16(SIZE_OFFSET, at, littleEndian);
  return at;
}

/** A record of a header alone. */
export function emptyRecord(type: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(RECORD_HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, littleEndian);
  view.setUint16(SIZE_OFFSET, RECORD_HEADER_SIZE, littleEndian);
  return bytes;
}

function writeWord(out: DataView, at: number, low: number, high: number, little: boolean): number {
  out.setUint32(little ? at : at + 4, low, little);
  out.setUint32(little ? at + 4 : at, high, little);
  return at + 8;
}
