/** The units of one .debug_info section: found by the lengths in their headers, opened when they are asked for. */

import { findLastAtOrBelow } from '../../bytes';
import { DwarfCursor } from '../dwarf-cursor';
import type { DwarfSections } from '../dwarf-sections';
import { AbbreviationTables } from './abbreviations';
import { Unit } from './unit';

/** Version, offset of abbreviations and size of addresses: no unit is shorter. */
const SHORTEST_UNIT_BYTES = 7;

export class UnitList {
  /** Section offset of each unit's header, ascending. */
  readonly headerOffsets: readonly number[];
  /** Whether the section holds what is not a unit. Nothing can be found after a length that leads out of the section. */
  readonly isDamaged: boolean;
  private readonly endOffsets: readonly number[];
  private readonly tables: AbbreviationTables;
  private readonly opened = new Map<number, Unit | undefined>();

  constructor(
    readonly sections: DwarfSections,
    private readonly skeleton?: Unit,
  ) {
    this.tables = new AbbreviationTables(sections);
    const bytes = sections.bytes('info');
    const cursor = new DwarfCursor(bytes, sections.littleEndian);
    const starts: number[] = [];
    const ends: number[] = [];
    let isDamaged = false;
    while (!cursor.atEnd) {
      const start = cursor.position;
      let length = cursor.readU32();
      if (length === 0xffffffff) length = cursor.readOffset(8);
      cursor.skip(length);
      if (cursor.failed) break;
      if (length < SHORTEST_UNIT_BYTES) {
        isDamaged = true;
        continue;
      }
      starts.push(start);
      ends.push(cursor.position);
    }
    this.isDamaged = isDamaged || cursor.failed;
    this.headerOffsets = starts;
    this.endOffsets = ends;
  }

  get count(): number {
    return this.headerOffsets.length;
  }

  /** The unit at an index; undefined when its header is damaged or unknown. */
  at(index: number): Unit | undefined {
    if (!this.opened.has(index)) {
      const { sections, tables, headerOffsets, endOffsets, skeleton } = this;
      this.opened.set(index, Unit.parse(sections, tables, headerOffsets[index], endOffsets[index], skeleton));
    }
    return this.opened.get(index);
  }

  /** The index of the unit whose header is at a section offset, or -1. */
  indexOfHeader(headerOffset: number): number {
    const index = findLastAtOrBelow(this.headerOffsets, this.count, headerOffset);
    return this.headerOffsets[index] === headerOffset ? index : -1;
  }

  /** The unit that an entry lies in. */
  unitOfEntry(sectionOffset: number): Unit | undefined {
    const index = findLastAtOrBelow(this.headerOffsets, this.count, sectionOffset);
    return index >= 0 && sectionOffset < this.endOffsets[index] ? this.at(index) : undefined;
  }
}
