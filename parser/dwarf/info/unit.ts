/**
 * Units of .debug_info (DWARF 5, section 7.5.1; earlier versions in the same section):
 *
 *   versions 2 to 4: length (4 or 12 bytes) | version u16 | abbreviations offset | address size u8
 *   version 5:       length | version u16 | unit type u8 | address size u8 | abbreviations offset
 *                    skeleton and split units: dwo id u64; type units: signature u64, type offset
 *
 * then the entries, the first of which describes the unit. Type units hold no code and no function refers into them,
 * so nothing of theirs is read.
 */

import { formatHalves } from '../../bytes';
import { DwarfCursor } from '../dwarf-cursor';
import type { DwarfSections } from '../dwarf-sections';
import * as forms from '../forms';
import { LineTable } from '../line';
import type { AbbreviationTable, AbbreviationTables } from './abbreviations';
import * as dw from './constants';

/** Called for an attribute with the cursor at its value; returns whether it has read it. */
export type AttributeVisitor = (
  attribute: number,
  form: number,
  cursor: DwarfCursor,
  /** The value of DW_FORM_implicit_const, NaN for other forms. */
  implicit: number,
) => boolean;

/** A range list, by the number that an attribute holds. */
export interface RangesReference {
  readonly value: number;
  /** The value is an index into the unit's table of lists (DW_FORM_rnglistx), not an offset. */
  readonly isIndex: boolean;
}

/** What the first entry of a unit says. */
interface UnitRoot {
  name: string | undefined;
  compilationDirectory: string | undefined;
  /** Offset of the unit's line table; -1 when it has none. */
  lineTableOffset: number;
  lowPc: number;
  /** First svma after the unit's code when that is one piece; NaN otherwise. */
  highPc: number;
  ranges: RangesReference | undefined;
  dwoName: string | undefined;
  /** Sixteen hexadecimal digits, or "" when the unit has no split part. */
  dwoId: string;
  addrBase: number;
  rangesBase: number;
}

const SMALLEST_VERSION = 2;
const LARGEST_VERSION = 5;

export class Unit implements forms.FormContext {
  version = 0;
  addressSizeBytes = 8;
  offsetSizeBytes = 4;
  strOffsetsBase = 0;
  /** DW_UT_*. */
  unitType = dw.DW_UT_compile;
  private dwoIdOfHeader = '';
  private abbreviationsOffset = 0;
  /** Section offset of the first entry. */
  rootOffset = 0;
  private lazyRoot: UnitRoot | undefined;
  private lazyAbbreviations: AbbreviationTable | undefined;
  private lazyLineTable: LineTable | null | undefined;

  private constructor(
    readonly sections: DwarfSections,
    private readonly tables: AbbreviationTables,
    /** Section offset of the header; references within the unit count from here. */
    readonly headerOffset: number,
    /** Section offset of the first byte after the unit. */
    readonly endOffset: number,
    /** The unit in the program that this split unit belongs to. */
    readonly skeleton: Unit | undefined,
  ) {}

  /** Reads a unit's header; undefined when it is damaged or of an unknown version. */
  static parse(
    sections: DwarfSections,
    tables: AbbreviationTables,
    headerOffset: number,
    endOffset: number,
    skeleton?: Unit,
  ): Unit | undefined {
    const unit = new Unit(sections, tables, headerOffset, endOffset, skeleton);
    return unit.readHeader() ? unit : undefined;
  }

  get holdsCode(): boolean {
    return this.unitType !== dw.DW_UT_type && this.unitType !== dw.DW_UT_split_type;
  }

  get root(): UnitRoot {
    this.lazyRoot ??= this.readRoot();
    return this.lazyRoot;
  }

  get abbreviations(): AbbreviationTable {
    this.lazyAbbreviations ??= this.tables.tableAt(this.abbreviationsOffset, this);
    return this.lazyAbbreviations;
  }

  /** The unit's line table; the skeleton's for a split unit. */
  get lineTable(): LineTable | undefined {
    if (this.skeleton) return this.skeleton.lineTable;
    if (this.lazyLineTable === undefined) {
      const { lineTableOffset, compilationDirectory } = this.root;
      const { sections, strOffsetsBase } = this;
      this.lazyLineTable =
        lineTableOffset < 0
          ? null
          : (LineTable.parse(sections, lineTableOffset, compilationDirectory, strOffsetsBase) ?? null);
    }
    return this.lazyLineTable ?? undefined;
  }

  /** Whether the unit says that it has a line table. */
  get namesLineTable(): boolean {
    return this.skeleton?.namesLineTable ?? this.root.lineTableOffset >= 0;
  }

  /** Sixteen digits that a skeleton unit and its split unit share; "" when there is no split unit. */
  get dwoId(): string {
    return this.dwoIdOfHeader || this.root.dwoId;
  }

  /** A cursor over the unit's entries. */
  cursor(): DwarfCursor {
    const cursor = new DwarfCursor(this.sections.bytes('info'), this.sections.littleEndian);
    cursor.reset(this.rootOffset, this.endOffset);
    return cursor;
  }

  /**
   * Visits the attributes of the entry at a section offset, until its end or damage. A visitor returns whether it has
   * read the value; visits must not be nested.
   *
   * @returns the entry's tag; 0 when there is no entry
   */
  visitAttributes(entryOffset: number, visit: AttributeVisitor): number {
    const { abbreviations } = this;
    const cursor = this.sections.sharedCursor('info');
    cursor.reset(entryOffset, this.endOffset);
    const abbreviation = abbreviations.find(cursor.readUleb128());
    if (!abbreviation) return 0;
    const { tag, firstAttribute, attributeCount } = abbreviation;
    for (let place = firstAttribute; place < firstAttribute + attributeCount && !cursor.failed; place++) {
      const form = abbreviations.forms[place];
      const implicit = form === forms.DW_FORM_implicit_const ? abbreviations.implicitValue(place) : NaN;
      if (!visit(abbreviations.attributes[place], form, cursor, implicit)) forms.skipForm(cursor, form, this);
    }
    return tag;
  }

  /** Reads an address of any form as an svma; NaN when the form holds none or its index is out of bounds. */
  readAddress(cursor: DwarfCursor, form: number): number {
    const value = forms.readFormNumber(cursor, form, this, NaN);
    return form === forms.DW_FORM_addr ? value : this.indexedAddress(value);
  }

  /** The address at an index of .debug_addr, which only the program has; NaN when there is none. */
  indexedAddress(index: number): number {
    const { skeleton, addressSizeBytes } = this;
    if (skeleton) return skeleton.indexedAddress(index);
    const cursor = this.sections.sharedCursor('addr');
    const at = this.root.addrBase + index * addressSizeBytes;
    cursor.reset(at, at + addressSizeBytes);
    const svma = cursor.readUnsigned(addressSizeBytes);
    return cursor.failed ? NaN : svma;
  }

  private readHeader(): boolean {
    const { sections } = this;
    const cursor = new DwarfCursor(sections.bytes('info'), sections.littleEndian);
    cursor.reset(this.headerOffset, this.endOffset);
    if (cursor.readU32() === 0xffffffff) {
      cursor.skip(8);
      this.offsetSizeBytes = 8;
    }
    this.version = cursor.readU16();
    if (this.version < SMALLEST_VERSION || this.version > LARGEST_VERSION) return false;
    if (this.version >= 5) {
      this.unitType = cursor.readU8();
      this.addressSizeBytes = cursor.readU8();
      this.abbreviationsOffset = cursor.readOffset(this.offsetSizeBytes);
      if (this.unitType === dw.DW_UT_skeleton || this.unitType === dw.DW_UT_split_compile) {
        this.dwoIdOfHeader = readId(cursor);
      }
      if (!this.holdsCode) cursor.skip(8 + this.offsetSizeBytes);
      // In a .dwo there is one table, and no attribute says where: after the header of the section.
      if (this.unitType === dw.DW_UT_split_compile) this.strOffsetsBase = 2 * this.offsetSizeBytes;
    } else {
      this.abbreviationsOffset = cursor.readOffset(this.offsetSizeBytes);
      this.addressSizeBytes = cursor.readU8();
    }
    this.rootOffset = cursor.position;
    return !cursor.failed && (this.addressSizeBytes === 8 || this.addressSizeBytes === 4);
  }

  private readRoot(): UnitRoot {
    const root: UnitRoot = {
      name: undefined,
      compilationDirectory: undefined,
      lineTableOffset: -1,
      lowPc: NaN,
      highPc: NaN,
      ranges: undefined,
      dwoName: undefined,
      dwoId: '',
      addrBase: 0,
      rangesBase: 0,
    };
    // While it is read, addresses by index need the bases that are read first.
    this.lazyRoot = root;
    this.visitAttributes(this.rootOffset, (attribute, form, cursor, implicit) =>
      this.readBase(root, attribute, form, cursor, implicit),
    );
    this.visitAttributes(this.rootOffset, (attribute, form, cursor) =>
      this.readRest(root, attribute, form, cursor),
    );
    return root;
  }

  private readBase(
    root: UnitRoot,
    attribute: number,
    form: number,
    cursor: DwarfCursor,
    implicit: number,
  ): boolean {
    const number = () => forms.readFormNumber(cursor, form, this, implicit);
    switch (attribute) {
      case dw.DW_AT_str_offsets_base:
        this.strOffsetsBase = number();
        return true;
      case dw.DW_AT_addr_base:
      case dw.DW_AT_GNU_addr_base:
        root.addrBase = number();
        return true;
      case dw.DW_AT_rnglists_base:
      case dw.DW_AT_GNU_ranges_base:
        root.rangesBase = number();
        return true;
      case dw.DW_AT_stmt_list:
        root.lineTableOffset = number();
        return true;
      case dw.DW_AT_GNU_dwo_id:
        root.dwoId = readId(cursor);
        return true;
      case dw.DW_AT_ranges:
        root.ranges = { value: number(), isIndex: form === forms.DW_FORM_rnglistx };
        return true;
      default:
        return false;
    }
  }

  private readRest(root: UnitRoot, attribute: number, form: number, cursor: DwarfCursor): boolean {
    switch (attribute) {
      case dw.DW_AT_name:
        root.name = forms.readFormString(cursor, form, this);
        return true;
      case dw.DW_AT_comp_dir:
        root.compilationDirectory = forms.readFormString(cursor, form, this);
        return true;
      case dw.DW_AT_dwo_name:
      case dw.DW_AT_GNU_dwo_name:
        root.dwoName = forms.readFormString(cursor, form, this);
        return true;
      case dw.DW_AT_low_pc:
        root.lowPc = this.readAddress(cursor, form);
        return true;
      case dw.DW_AT_high_pc:
        root.highPc = this.readHighPc(cursor, form, NaN, root.lowPc);
        return true;
      default:
        return false;
    }
  }

  /** DW_AT_high_pc: an address, or (any constant) the distance from the low one. */
  readHighPc(cursor: DwarfCursor, form: number, implicit: number, lowPc: number): number {
    if (isAddressForm(form)) return this.readAddress(cursor, form);
    return lowPc + forms.readFormNumber(cursor, form, this, implicit);
  }
}

function isAddressForm(form: number): boolean {
  switch (form) {
    case forms.DW_FORM_addr:
    case forms.DW_FORM_addrx:
    case forms.DW_FORM_addrx1:
    case forms.DW_FORM_addrx2:
    case forms.DW_FORM_addrx3:
    case forms.DW_FORM_addrx4:
    case forms.DW_FORM_GNU_addr_index:
      return true;
    default:
      return false;
  }
}

/** A 64-bit id as digits: as a number it would not be exact. */
function readId(cursor: DwarfCursor): string {
  const first = cursor.readU32();
  const second = cursor.readU32();
  const digits = cursor.littleEndian ? formatHalves(first, second) : formatHalves(second, first);
  return digits.padStart(16, '0');
}
