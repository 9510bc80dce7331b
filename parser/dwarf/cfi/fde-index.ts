/**
 * Which FDE covers an address: columns sorted by start address, made from the search table that linkers put
 * into .eh_frame_hdr, or from a pass over all entries where there is no table.
 *
 *   .eh_frame_hdr (LSB Core): version u8 = 1 | encodings u8 of: .eh_frame pointer, count, table
 *   .eh_frame pointer | count | table: count pairs (function start, FDE address), sorted by start
 *
 * Linkers write datarel|sdata4 for the table, 8 bytes a pair; every format of fixed size is read.
 */

import type { DwarfCursor } from '../dwarf-cursor';
import { formatSizeBytes, readEncodedPointer, readFormat, type PointerBases } from './encoded-pointer';
import { DW_EH_PE_datarel, DW_EH_PE_omit, DW_EH_PE_sdata4 } from './constants';
import { createFde, FdeStatus, type FdeReader } from './fde';
import { createFrameEntry, EntryStatus, readEntryInto, type FrameSection } from './frame-section';
import type { CfiFindingLog } from './cfi-findings';

export interface FdeIndex {
  readonly count: number;
  /** Start of each FDE's function, ascending. */
  readonly startSvma: Float64Array;
  /** Section offset of each FDE, in the same order. */
  readonly sectionOffset: Uint32Array;
}

const HEADER_VERSION = 1;
const USUAL_ENCODING = DW_EH_PE_datarel | DW_EH_PE_sdata4;

/** Where .eh_frame_hdr says that .eh_frame starts; NaN when it does not say. */
export function readEhFramePointer(cursor: DwarfCursor, bases: PointerBases): number {
  cursor.reset(0, cursor.bytes.length);
  const version = cursor.readU8();
  const encoding = cursor.readU8();
  cursor.skip(2);
  if (version !== HEADER_VERSION || encoding === DW_EH_PE_omit) return NaN;
  const svma = readEncodedPointer(cursor, encoding, bases.addressSizeBytes, bases, NaN);
  return cursor.failed ? NaN : svma;
}

/**
 * The search table of .eh_frame_hdr as columns; undefined when there is none or it is not usable: unknown
 * version or encoding, longer than the section, not sorted, or pointing outside .eh_frame.
 *
 * @param cursor over the section .eh_frame_hdr
 */
export function readSearchTable(
  cursor: DwarfCursor,
  bases: PointerBases,
  section: FrameSection,
): FdeIndex | undefined {
  if (Number.isNaN(readEhFramePointer(cursor, bases))) return undefined;
  const countEncoding = cursor.bytes[2];
  const tableEncoding = cursor.bytes[3];
  if (countEncoding === DW_EH_PE_omit || tableEncoding === DW_EH_PE_omit) return undefined;
  const { addressSizeBytes } = bases;
  const count = readFormat(cursor, countEncoding & 0x0f, addressSizeBytes);
  const fieldSizeBytes = formatSizeBytes(tableEncoding & 0x0f, addressSizeBytes);
  if (cursor.failed || fieldSizeBytes === 0 || !(count > 0)) return undefined;
  if (count * 2 * fieldSizeBytes > cursor.remaining) return undefined;
  if (tableEncoding === USUAL_ENCODING && addressSizeBytes === 8)
    return readUsualTable(cursor, count, bases.dataSvma, section);

  const startSvma = new Float64Array(count);
  const sectionOffset = new Uint32Array(count);
  let previous = -Infinity;
  for (let i = 0; i < count; i++) {
    const start = readEncodedPointer(cursor, tableEncoding, addressSizeBytes, bases, NaN);
    const fdeSvma = readEncodedPointer(cursor, tableEncoding, addressSizeBytes, bases, NaN);
    const offset = fdeSvma - section.sectionSvma;
    if (cursor.failed || !(start >= previous) || !(offset >= 0 && offset < section.bytes.length)) {
      return undefined;
    }
    startSvma[i] = start;
    sectionOffset[i] = offset;
    previous = start;
  }
  return { count, startSvma, sectionOffset };
}

/** {@link readSearchTable} for the encoding that linkers write: opening a large library is mostly reading its table. */
function readUsualTable(
  { view, position, littleEndian }: DwarfCursor,
  count: number,
  dataSvma: number,
  { sectionSvma, bytes }: FrameSection,
): FdeIndex | undefined {
  const startSvma = new Float64Array(count);
  const sectionOffset = new Uint32Array(count);
  const toSection = dataSvma - sectionSvma;
  let previous = -Infinity;
  for (let i = 0, at = position; i < count; i++, at += 8) {
    const startDistance = view.getInt32(at, littleEndian);
    const fdeDistance = view.getInt32(at + 4, littleEndian);
    // A zero is a null pointer whatever it is relative to: no base applies.
    const start = startDistance === 0 ? 0 : dataSvma + startDistance;
    const offset = fdeDistance === 0 ? -sectionSvma : toSection + fdeDistance;
    if (!(start >= previous) || !(offset >= 0 && offset < bytes.length)) return undefined;
    startSvma[i] = start;
    sectionOffset[i] = offset;
    previous = start;
  }
  return { count, startSvma, sectionOffset };
}

/**
 * Columns from a pass over all entries. FDEs of discarded functions are left out: linkers leave those of
 * .debug_frame in place with a start of 0 or of all ones (and -2 where they need to tell them apart).
 */
export function scanEntries(section: FrameSection, reader: FdeReader, findings: CfiFindingLog): FdeIndex {
  const entry = createFrameEntry();
  const fde = createFde();
  const starts: number[] = [];
  const offsets: number[] = [];
  let position = 0;
  while (position + 4 <= section.bytes.length) {
    const status = readEntryInto(section, position, entry);
    if (status === EntryStatus.Damaged) {
      findings.add('entry-length', position);
      break;
    }
    if (status === EntryStatus.Entry && !entry.isCie) {
      const { contents, end, cieOffset } = entry;
      const fdeStatus = reader.readContentsInto(position, contents, end, cieOffset, fde);
      if (fdeStatus === FdeStatus.DamagedFde) findings.add('damaged-fde', position);
      else if (fdeStatus === FdeStatus.UnusableCie) findings.add('unusable-cie', position);
      else if (fde.sizeBytes > 0 && !isDiscarded(fde.startSvma)) {
        starts.push(fde.startSvma);
        offsets.push(position);
      }
    }
    position = entry.end;
  }
  return sortedColumns(starts, offsets);
}

function isDiscarded(startSvma: number): boolean {
  return startSvma === 0 || startSvma === -1 || startSvma === -2;
}

function sortedColumns(starts: readonly number[], offsets: readonly number[]): FdeIndex {
  const count = starts.length;
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => starts[a] - starts[b] || a - b);
  const startSvma = new Float64Array(count);
  const sectionOffset = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    startSvma[i] = starts[order[i]];
    sectionOffset[i] = offsets[order[i]];
  }
  return { count, startSvma, sectionOffset };
}
