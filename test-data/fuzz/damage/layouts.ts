/** Where the structure of formats lies, as far as damage asks for it. Made of damaged bytes, too: nothing is trusted here. */

import type { Block, Field, Layout } from '../target';

const MOST_BLOCKS = 4096;

/** Lines of a text, and every number in them. */
export function textLayout(bytes: Uint8Array): Layout {
  const blocks: Block[] = [];
  for (let start = 0; start < bytes.length && blocks.length < MOST_BLOCKS;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    blocks.push({ start, end });
    start = end;
  }
  return { littleEndian: true, fields: [], blocks };
}

/** Words of a size, one after the other. */
function words(from: number, to: number, sizeBytes: 4 | 8): Field[] {
  const fields: Field[] = [];
  for (let at = from; at + sizeBytes <= to; at += sizeBytes) fields.push({ at, sizeBytes });
  return fields;
}

/** A header in words, and then records that begin with u32 kind, u32 size (jitdump). */
export function jitDumpLayout(bytes: Uint8Array): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = words(0, Math.min(40, bytes.length), 4);
  const blocks: Block[] = [];
  for (let at = 40; at + 16 <= bytes.length && blocks.length < MOST_BLOCKS;) {
    const sizeBytes = view.getUint32(at + 4, true);
    if (sizeBytes < 16 || at + sizeBytes > bytes.length) break;
    blocks.push({ start: at, end: at + sizeBytes });
    fields.push(...words(at, Math.min(at + 72, at + sizeBytes), 4));
    at += sizeBytes;
  }
  return { littleEndian: true, fields, blocks };
}

/** Of a perf.data file its header, attributes, table of features and records; of a pipe or data file the records. */
export function perfDataLayout(bytes: Uint8Array): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] !== 0x32;
  const hasMagic = bytes.length >= 16 && [0x50, 0x32].includes(bytes[0]);
  const u64 = (at: number): number => Number(view.getBigUint64(at, littleEndian));
  const fields: Field[] = [];
  let start = 0;
  let end = bytes.length;
  if (hasMagic) fields.push(...words(8, Math.min(104, bytes.length), 8));
  if (hasMagic && bytes.length >= 104 && u64(8) >= 104) {
    start = Math.min(u64(40), bytes.length);
    end = Math.min(start + u64(48), bytes.length);
    const attrs = Math.min(u64(24), bytes.length);
    fields.push(...words(attrs, Math.min(attrs + Math.min(u64(32), 1024), bytes.length), 8));
    fields.push(...words(end, Math.min(end + 512, bytes.length), 8));
  } else if (hasMagic) start = 16;
  const blocks: Block[] = [];
  for (let at = start; at + 8 <= end && blocks.length < MOST_BLOCKS;) {
    const sizeBytes = view.getUint16(at + 6, littleEndian);
    if (sizeBytes < 8 || at + sizeBytes > end) break;
    blocks.push({ start: at, end: at + sizeBytes });
    fields.push({ at, sizeBytes: 4 }, { at: at + 4, sizeBytes: 2 }, { at: at + 6, sizeBytes: 2 });
    fields.push(...words(at + 8, Math.min(at + sizeBytes, at + 56), 8));
    at += sizeBytes;
  }
  return { littleEndian, fields, blocks };
}

/** The headers of an ELF file's header, segments and sections; its sections' contents. */
export function elfLayout(bytes: Uint8Array): Layout {
  const littleEndian = bytes[5] !== 2;
  const fields: Field[] = [];
  const blocks: Block[] = [];
  if (bytes.length < 64 || bytes[4] !== 2) return { littleEndian, fields, blocks };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u64 = (at: number): number => Number(view.getBigUint64(at, littleEndian));
  fields.push({ at: 16, sizeBytes: 2 }, { at: 18, sizeBytes: 2 }, ...words(24, 48, 8));
  for (let at = 48; at < 64; at += 2) fields.push({ at, sizeBytes: 2 });
  const segments = Math.min(u64(32), bytes.length);
  fields.push(
    ...words(segments, Math.min(segments + view.getUint16(56, littleEndian) * 56, bytes.length), 8),
  );
  const headers = u64(40);
  for (let i = 0; i < view.getUint16(60, littleEndian); i++) {
    const at = headers + i * 64;
    if (at + 64 > bytes.length) break;
    fields.push({ at, sizeBytes: 4 }, { at: at + 4, sizeBytes: 4 }, ...words(at + 8, at + 64, 8));
    const [start, sizeBytes] = [u64(at + 24), u64(at + 32)];
    if (start + sizeBytes <= bytes.length) blocks.push({ start, end: start + sizeBytes });
    blocks.push({ start: at, end: at + 64 });
  }
  return { littleEndian, fields, blocks };
}

/** Entries of .eh_frame, or units of .debug_info and .debug_line: each begins with its length as u32. */
export function lengthPrefixedLayout(bytes: Uint8Array, littleEndian = true): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  const blocks: Block[] = [];
  for (let at = 0; at + 4 <= bytes.length && blocks.length < MOST_BLOCKS;) {
    const end = at + 4 + view.getUint32(at, littleEndian);
    if (end > bytes.length) break;
    blocks.push({ start: at, end });
    fields.push(...words(at, Math.min(at + 24, end), 4));
    for (let i = at + 4; i < Math.min(at + 24, end); i++) fields.push({ at: i, sizeBytes: 1 });
    at = end;
  }
  return { littleEndian, fields, blocks };
}

/** The header of an SFrame section (28 bytes) and the index of 16 bytes for each function. */
export function sframeLayout(bytes: Uint8Array): Layout {
  const littleEndian = bytes[0] !== 0xde;
  const fields: Field[] = [2, 3, 4, 5, 6, 7].map((at) => ({ at, sizeBytes: 1 }));
  fields.push(...words(8, 28, 4));
  const blocks: Block[] = [];
  for (let at = 28; at + 16 <= Math.min(bytes.length, 28 + 64 * 16); at += 16) {
    blocks.push({ start: at, end: at + 16 });
    fields.push(...words(at, at + 16, 4));
  }
  return { littleEndian, fields, blocks };
}
