/**
 * Where code that is not in one piece lies: .debug_ranges (DWARF 4, section 2.17.3) and .debug_rnglists (DWARF 5,
 * sections 2.17.3 and 7.25).
 */

import type { DwarfCursor } from '../dwarf-cursor';
import * as dw from './constants';
import type { RangesReference, Unit } from './unit';

/** No function or unit is in more pieces; a damaged list must not fill the memory. */
const MOST_RANGES = 1 << 20;

/** Calls back with each non-empty range [lowSvma, highSvma) of a list. Damage ends the list. */
export function visitRanges(
  unit: Unit,
  reference: RangesReference,
  visit: (lowSvma: number, highSvma: number) => void,
): void {
  if (unit.version >= 5) visitRangeList(unit, reference, visit);
  else visitOldRanges(unit, reference.value, visit);
}

/** Pairs of addresses relative to a base, which a pair with all ones first replaces; ended by two zeros. */
function visitOldRanges(unit: Unit, value: number, visit: (low: number, high: number) => void): void {
  // Split units of GNU's DWARF 4 extension keep their lists in the program's section, after a base of the skeleton.
  const home = unit.skeleton ?? unit;
  const offset = unit.skeleton ? value + home.root.rangesBase : value;
  const cursor = home.sections.sharedCursor('ranges');
  cursor.reset(offset, cursor.bytes.length);
  const budget = home.sections.readBudget('ranges');
  const { addressSizeBytes } = unit;
  const allOnes = addressSizeBytes === 4 ? 0xffffffff : -1;
  let base = baseAddress(unit);
  for (let count = 0; count < MOST_RANGES; count++) {
    const low = cursor.readUnsigned(addressSizeBytes);
    const high = cursor.readUnsigned(addressSizeBytes);
    budget.bytesLeft -= 2 * addressSizeBytes;
    if (cursor.failed || budget.bytesLeft < 0 || (low === 0 && high === 0)) return;
    if (low === allOnes) base = high;
    else if (high > low) visit(base + low, base + high);
  }
}

function visitRangeList(
  unit: Unit,
  reference: RangesReference,
  visit: (low: number, high: number) => void,
): void {
  const { sections, addressSizeBytes } = unit;
  const cursor = sections.sharedCursor('rnglists');
  const offset = reference.isIndex ? listOffset(unit, reference.value, cursor) : reference.value;
  cursor.reset(offset, cursor.bytes.length);
  const budget = sections.readBudget('rnglists');
  let base = baseAddress(unit);
  let start = cursor.position;
  for (let count = 0; count < MOST_RANGES && !cursor.failed; count++) {
    budget.bytesLeft -= cursor.position - start;
    if (budget.bytesLeft < 0) return;
    start = cursor.position;
    let low: number;
    let high: number;
    switch (cursor.readU8()) {
      case dw.DW_RLE_base_addressx:
        base = unit.indexedAddress(cursor.readUleb128());
        continue;
      case dw.DW_RLE_base_address:
        base = cursor.readUnsigned(addressSizeBytes);
        continue;
      case dw.DW_RLE_startx_endx:
        low = unit.indexedAddress(cursor.readUleb128());
        high = unit.indexedAddress(cursor.readUleb128());
        break;
      case dw.DW_RLE_startx_length:
        low = unit.indexedAddress(cursor.readUleb128());
        high = low + cursor.readUleb128();
        break;
      case dw.DW_RLE_offset_pair:
        low = base + cursor.readUleb128();
        high = base + cursor.readUleb128();
        break;
      case dw.DW_RLE_start_end:
        low = cursor.readUnsigned(addressSizeBytes);
        high = cursor.readUnsigned(addressSizeBytes);
        break;
      case dw.DW_RLE_start_length:
        low = cursor.readUnsigned(addressSizeBytes);
        high = low + cursor.readUleb128();
        break;
      default:
        return;
    }
    if (!cursor.failed && high > low) visit(low, high);
  }
}

/** The offset of a list in the unit's table of offsets, which are relative to the table. */
function listOffset(unit: Unit, index: number, cursor: DwarfCursor): number {
  const { offsetSizeBytes } = unit;
  // In a .dwo no attribute says where the table is: after the only header, whose last field is the count u32.
  const base = unit.skeleton ? 2 * offsetSizeBytes + 4 : unit.root.rangesBase;
  const at = base + index * offsetSizeBytes;
  cursor.reset(at, at + offsetSizeBytes);
  const offset = cursor.readOffset(offsetSizeBytes);
  return cursor.failed ? -1 : base + offset;
}

/** What ranges are relative to before they say otherwise: the unit's low address. */
function baseAddress(unit: Unit): number {
  const { lowPc } = (unit.skeleton ?? unit).root;
  return Number.isNaN(lowPc) ? 0 : lowPc;
}
