/**
 * Which unit holds an address: from .debug_aranges where a unit has an entry there, otherwise from the ranges that
 * its first entry states (clang writes no .debug_aranges).
 *
 *   a set (DWARF 5, section 6.1.2): length (4 or 12 bytes) | version u16 = 2 | offset of the unit in .debug_info
 *   address size u8 | segment selector size u8 | padding to twice the address size
 *   pairs (start, size), each of the address size, ended by two zeros
 */

import { DwarfCursor } from '../dwarf-cursor';
import { IntervalIndex, IntervalList } from './interval-index';
import { visitRanges } from './range-lists';
import type { Unit } from './unit';
import type { UnitList } from './unit-list';

const ARANGES_VERSION = 2;

/** An index of all units by address; owners are indexes of the unit list. */
export function indexUnitAddresses(units: UnitList): IntervalIndex {
  const intervals = new IntervalList();
  const listed = readAddressRanges(units, intervals);
  for (let index = 0; index < units.count; index++) {
    if (listed.has(index)) continue;
    const unit = units.at(index);
    if (unit?.holdsCode) visitUnitRanges(unit, (low, high) => intervals.add(low, high, index));
  }
  return new IntervalIndex(intervals);
}

/** Calls back with the ranges that a unit's first entry states. */
function visitUnitRanges(unit: Unit, visit: (lowSvma: number, highSvma: number) => void): void {
  const { ranges, lowPc, highPc } = unit.root;
  if (ranges) visitRanges(unit, ranges, visit);
  else if (highPc > lowPc) visit(lowPc, highPc);
}

/** Adds the sets of .debug_aranges; returns the indexes of the units that have one. Damage ends the section. */
function readAddressRanges(units: UnitList, intervals: IntervalList): Set<number> {
  const { sections } = units;
  const bytes = sections.bytes('aranges');
  const cursor = new DwarfCursor(bytes, sections.littleEndian);
  const listed = new Set<number>();
  let position = 0;
  while (position < bytes.length) {
    cursor.reset(position, bytes.length);
    let offsetSizeBytes = 4;
    let length = cursor.readU32();
    if (length === 0xffffffff) {
      offsetSizeBytes = 8;
      length = cursor.readOffset(8);
    }
    const end = cursor.position + length;
    if (cursor.failed || end > bytes.length) break;
    cursor.reset(cursor.position, end);
    const version = cursor.readU16();
    const unitIndex = units.indexOfHeader(cursor.readOffset(offsetSizeBytes));
    const addressSizeBytes = cursor.readU8();
    const segmentSizeBytes = cursor.readU8();
    if (version === ARANGES_VERSION && segmentSizeBytes === 0 && unitIndex >= 0 && !cursor.failed) {
      const pairSizeBytes = 2 * addressSizeBytes;
      const padding = pairSizeBytes - 1 - ((cursor.position - position + pairSizeBytes - 1) % pairSizeBytes);
      cursor.skip(padding);
      listed.add(unitIndex);
      while (cursor.remaining >= pairSizeBytes && pairSizeBytes > 0) {
        const start = cursor.readUnsigned(addressSizeBytes);
        const size = cursor.readUnsigned(addressSizeBytes);
        if (cursor.failed || (start === 0 && size === 0)) break;
        intervals.add(start, start + size, unitIndex);
      }
    }
    position = end;
  }
  return listed;
}
