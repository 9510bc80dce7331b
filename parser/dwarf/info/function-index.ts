/**
 * The functions of one unit and what was inlined into them, as a tree over addresses. One pass over the unit's
 * entries, made when the first address of the unit is asked for, keeps only where the code lies and the entry's
 * offset; names and call sites are read when a chain needs them (function-names.ts).
 *
 * A node's ranges are a slice of two columns; children hang on their parent as a list in the order of their entries.
 */

import type { Abbreviation } from './abbreviations';
import * as dw from './constants';
import { DW_FORM_rnglistx, readFormNumber, skipForm } from '../forms';
import type { DwarfCursor } from '../dwarf-cursor';
import { IntervalIndex, IntervalList } from './interval-index';
import { visitRanges } from './range-lists';
import type { Unit } from './unit';

/** No compiler nests scopes deeper; more is damage. */
const DEEPEST_NESTING = 4096;
/** Lists of ranges are shared by nobody: a unit that has more refers to one damaged list again and again. */
const MOST_RANGES = 1 << 22;
const NONE = -1;

export class FunctionIndex {
  /** By node: section offset of its entry. */
  private readonly entryOffset: number[] = [];
  private readonly firstRange: number[] = [];
  private readonly rangeCount: number[] = [];
  private readonly firstChild: number[] = [];
  private readonly nextSibling: number[] = [];
  private readonly lastChild: number[] = [];
  private readonly rangeLow: number[] = [];
  private readonly rangeHigh: number[] = [];
  private readonly functions: IntervalIndex;
  /** Whether the entries could not be read to the end. */
  isDamaged = false;

  constructor(private readonly unit: Unit) {
    const intervals = new IntervalList();
    this.build(intervals);
    this.functions = new IntervalIndex(intervals);
  }

  /**
   * The entries that hold an svma: the function first, then what is inlined there, outermost to innermost. Empty when
   * no function of the unit does.
   */
  findChain(svma: number): number[] {
    const chain: number[] = [];
    let node = this.functions.find(svma);
    while (node >= 0) {
      chain.push(this.entryOffset[node]);
      node = this.findChild(node, svma);
    }
    return chain;
  }

  private findChild(parent: number, svma: number): number {
    for (let node = this.firstChild[parent]; node !== NONE; node = this.nextSibling[node]) {
      const end = this.firstRange[node] + this.rangeCount[node];
      for (let range = this.firstRange[node]; range < end; range++) {
        if (svma >= this.rangeLow[range] && svma < this.rangeHigh[range]) return node;
      }
    }
    return NONE;
  }

  private build(intervals: IntervalList): void {
    const { unit } = this;
    const { abbreviations } = unit;
    const cursor = unit.cursor();
    const budget = unit.sections.readBudget('info');
    budget.bytesLeft -= cursor.remaining;
    if (budget.bytesLeft < 0) cursor.fail();
    /** By depth: the node that entries there belong to. */
    const owners: number[] = [];
    let owner = NONE;
    while (!cursor.atEnd) {
      const offset = cursor.position;
      const code = cursor.readUleb128();
      if (code === 0) {
        if (owners.length === 0) break;
        owner = owners.pop()!;
        continue;
      }
      const abbreviation = abbreviations.find(code);
      if (!abbreviation) {
        this.isDamaged = true;
        break;
      }
      let node = owner;
      if (!abbreviation.isCode) abbreviations.skipAttributes(cursor, abbreviation);
      else if (abbreviation.tag === dw.DW_TAG_subprogram)
        node = this.addFunction(cursor, offset, abbreviation, intervals);
      else node = this.addInlined(cursor, offset, abbreviation, owner);
      if (!abbreviation.hasChildren) continue;
      if (owners.length === DEEPEST_NESTING || this.rangeLow.length > MOST_RANGES) {
        this.isDamaged = true;
        break;
      }
      owners.push(owner);
      owner = node;
    }
    this.isDamaged ||= cursor.failed;
  }

  private addFunction(
    cursor: DwarfCursor,
    offset: number,
    abbreviation: Abbreviation,
    intervals: IntervalList,
  ): number {
    const node = this.addNode(cursor, offset, abbreviation);
    const end = this.firstRange[node] + this.rangeCount[node];
    for (let i = this.firstRange[node]; i < end; i++)
      intervals.add(this.rangeLow[i], this.rangeHigh[i], node);
    return node;
  }

  /** An inlined function without code of its own stands for nothing: what is inlined in it belongs to its owner. */
  private addInlined(cursor: DwarfCursor, offset: number, abbreviation: Abbreviation, owner: number): number {
    const node = this.addNode(cursor, offset, abbreviation);
    if (owner === NONE || this.rangeCount[node] === 0) return owner;
    if (this.firstChild[owner] === NONE) this.firstChild[owner] = node;
    else this.nextSibling[this.lastChild[owner]] = node;
    this.lastChild[owner] = node;
    return node;
  }

  private addNode(cursor: DwarfCursor, offset: number, abbreviation: Abbreviation): number {
    const node = this.entryOffset.length;
    this.entryOffset.push(offset);
    this.firstRange.push(this.rangeLow.length);
    this.firstChild.push(NONE);
    this.nextSibling.push(NONE);
    this.lastChild.push(NONE);
    this.readRanges(cursor, abbreviation);
    this.rangeCount.push(this.rangeLow.length - this.firstRange[node]);
    return node;
  }

  private readRanges(cursor: DwarfCursor, abbreviation: Abbreviation): void {
    const { unit } = this;
    const { abbreviations } = unit;
    const end = abbreviation.firstAttribute + abbreviation.attributeCount;
    let low = NaN;
    let high = NaN;
    for (let place = abbreviation.firstAttribute; place < end; place++) {
      const form = abbreviations.forms[place];
      switch (abbreviations.attributes[place]) {
        case dw.DW_AT_low_pc:
          low = unit.readAddress(cursor, form);
          break;
        case dw.DW_AT_high_pc:
          // Every producer writes the low address first.
          high = unit.readHighPc(cursor, form, abbreviations.implicitValue(place), low);
          break;
        case dw.DW_AT_ranges: {
          const value = readFormNumber(cursor, form, unit, NaN);
          const reference = { value, isIndex: form === DW_FORM_rnglistx };
          visitRanges(unit, reference, (lowSvma, highSvma) => this.addRange(lowSvma, highSvma));
          break;
        }
        default:
          skipForm(cursor, form, unit);
      }
    }
    if (high > low) this.addRange(low, high);
  }

  private addRange(lowSvma: number, highSvma: number): void {
    this.rangeLow.push(lowSvma);
    this.rangeHigh.push(highSvma);
  }
}
