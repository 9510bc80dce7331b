/**
 * The FDEs of a section as columns, sorted by start address whatever the file's order was, so that a lookup is
 * a binary search over one typed array. FDE numbers of {@link SFrameSection} are positions in these columns.
 */

import { isExactAddress } from '../bytes';
import * as sframe from './constants';
import { FdeFields } from './decode-plan';
import type { SFrameFindings } from './sframe-findings';
import type { SFrameHeader } from './sframe-header';

export interface FdeTable {
  readonly count: number;
  readonly startSvma: Float64Array;
  readonly sizeBytes: Uint32Array;
  /** Section offset of the first FRE; 0 where {@link isDamaged}. */
  readonly freSectionOffset: Uint32Array;
  readonly freCount: Uint32Array;
  readonly info: Uint8Array;
  readonly info2: Uint8Array;
  readonly repetitionSize: Uint8Array;
  /** 1 where the FDE's FREs cannot be read. */
  readonly isDamaged: Uint8Array;
  /** The FDE's place in the file's index; undefined when the file's index is in this order already. */
  readonly filePosition: Uint32Array | undefined;
}

/** A section whose FDE index is read. */
interface FdeTableSource {
  readonly view: DataView;
  readonly header: SFrameHeader;
  /** Of the section's first byte. */
  readonly svma: number;
  /** Section offset where the FRE sub-section ends within the bytes. */
  readonly freEnd: number;
  /** Names the section in messages. */
  readonly where: string;
  readonly findings: SFrameFindings;
}

/** Reads the FDE index and attributes. Damage is added to the findings; nothing is thrown. */
export function readFdeTable({ view, header, svma, freEnd, where, findings }: FdeTableSource): FdeTable {
  const { layout } = header.plan;
  const room = Math.max(0, view.byteLength - header.fdeSectionOffset);
  const count = Math.min(header.fdeCount, Math.floor(room / layout.entrySizeBytes));
  if (count < header.fdeCount) {
    findings.add(
      'fde-table-truncated',
      where,
      () => `the header announces ${header.fdeCount} FDEs, the section has room for ${count}`,
    );
  }
  const table = {
    count,
    startSvma: new Float64Array(count),
    sizeBytes: new Uint32Array(count),
    freSectionOffset: new Uint32Array(count),
    freCount: new Uint32Array(count),
    info: new Uint8Array(count),
    info2: new Uint8Array(count),
    repetitionSize: new Uint8Array(count),
    isDamaged: new Uint8Array(count),
    filePosition: undefined,
  };
  const isPcRelative = (header.flags & sframe.SFRAME_F_FDE_FUNC_START_PCREL) !== 0;
  const fde = new FdeFields();
  for (let i = 0; i < count; i++) {
    const at = header.fdeSectionOffset + i * layout.entrySizeBytes;
    layout.readEntryInto(view, at, header.littleEndian, fde);
    const start = svma + (isPcRelative ? at : 0) + fde.startOffset;
    table.startSvma[i] = start;
    table.sizeBytes[i] = fde.sizeBytes;
    const dataAt = header.freSectionOffset + fde.dataOffset;
    const freAt = dataAt + layout.attributeSizeBytes;
    const whereFde = () => `${where}, FDE ${i} at 0x${at.toString(16)}`;
    if (freAt > freEnd) {
      table.isDamaged[i] = 1;
      findings.add(
        'fde-data-out-of-bounds',
        whereFde(),
        () => `the FDE's data begins at 0x${dataAt.toString(16)}, beyond the end of the FRE sub-section`,
      );
      continue;
    }
    layout.readAttributesInto(view, dataAt, header.littleEndian, fde);
    table.freSectionOffset[i] = freAt;
    table.freCount[i] = fde.freCount;
    table.info[i] = fde.info;
    table.info2[i] = fde.info2;
    table.repetitionSize[i] = fde.repetitionSize;
    if (!isExactAddress(start)) {
      table.isDamaged[i] = 1;
      findings.add('fde-start-absurd', whereFde(), () => `no function can start at ${start}`);
    }
    if (!hasReadableFres(fde, whereFde, findings)) table.isDamaged[i] = 1;
  }
  return sortTable(table, header, where, findings);
}

function hasReadableFres(fde: FdeFields, where: () => string, findings: SFrameFindings): boolean {
  const freType = fde.info & 0xf;
  if (freType > sframe.SFRAME_FRE_TYPE_ADDR4) {
    findings.add('fde-fre-type', where(), () => `FRE type ${freType}; known are 0, 1 and 2`);
    return false;
  }
  const fdeType = fde.info2 & 0x1f;
  if (fdeType > sframe.SFRAME_FDE_TYPE_FLEX) {
    findings.add('fde-type', where(), () => `FDE type ${fdeType}; known are 0 (default) and 1 (flexible)`);
    return false;
  }
  const isMask = ((fde.info >> 4) & 1) === sframe.SFRAME_FDE_PCTYPE_MASK;
  if (isMask && fde.repetitionSize === 0) {
    // The FREs can be listed; only lookups have nothing to divide by.
    findings.add('fde-repetition-size', where(), () => 'PC type MASK with a repetition size of 0');
  }
  return true;
}

/**
 * Puts the columns into order of (start, size): of FDEs that start together the longest comes last, where the
 * search for "the last start at or below" finds it.
 */
function sortTable(table: FdeTable, header: SFrameHeader, where: string, findings: SFrameFindings): FdeTable {
  const { count, startSvma, sizeBytes } = table;
  let isOrdered = true;
  let firstDescent = -1;
  for (let i = 1; i < count; i++) {
    if (startSvma[i] > startSvma[i - 1]) continue;
    if (startSvma[i] === startSvma[i - 1] && sizeBytes[i] >= sizeBytes[i - 1]) continue;
    isOrdered = false;
    // NaN cannot occur: starts are sums of finite numbers.
    if (firstDescent < 0 && startSvma[i] < startSvma[i - 1]) firstDescent = i;
  }
  if (isOrdered) return table;
  if (firstDescent >= 0 && (header.flags & sframe.SFRAME_F_FDE_SORTED) !== 0) {
    findings.add(
      'fde-order',
      where,
      () => `the header says that FDEs are sorted, but FDE ${firstDescent} starts below the one before it`,
    );
  }
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  order.sort((a, b) => startSvma[a] - startSvma[b] || sizeBytes[a] - sizeBytes[b] || a - b);
  return {
    count,
    startSvma: Float64Array.from(order, (i) => startSvma[i]),
    sizeBytes: Uint32Array.from(order, (i) => sizeBytes[i]),
    freSectionOffset: Uint32Array.from(order, (i) => table.freSectionOffset[i]),
    freCount: Uint32Array.from(order, (i) => table.freCount[i]),
    info: Uint8Array.from(order, (i) => table.info[i]),
    info2: Uint8Array.from(order, (i) => table.info2[i]),
    repetitionSize: Uint8Array.from(order, (i) => table.repetitionSize[i]),
    isDamaged: Uint8Array.from(order, (i) => table.isDamaged[i]),
    filePosition: order,
  };
}
