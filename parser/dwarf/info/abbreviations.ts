/**
 * Abbreviation tables (DWARF 5, section 7.5.3): what the entries of a unit look like.
 *
 *   code uleb, not 0 | tag uleb | has children u8
 *   attribute uleb, form uleb (and a sleb value when the form is DW_FORM_implicit_const), …, 0, 0
 *
 * Every unit has a table of a hundred or so, so they share columns. Most entries are types and variables that are only
 * passed over: where all values have fixed sizes, an abbreviation knows how far.
 */

import { DwarfCursor } from '../dwarf-cursor';
import type { DwarfSections, ReadBudget } from '../dwarf-sections';
import * as forms from '../forms';
import * as dw from './constants';

export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Where its attributes begin in the table's columns, and how many there are. */
  readonly firstAttribute: number;
  readonly attributeCount: number;
  /** Size of all values together; -1 where it depends on them. */
  readonly fixedSizeBytes: number;
  /** Whether it is a function or an inlined one that says where its code is. */
  readonly isCode: boolean;
}

/** Codes up to here are looked up in an array; compilers number from 1. */
const DENSE_CODES = 1 << 16;
const MOST_ATTRIBUTES = 256;

export class AbbreviationTable {
  /** DW_AT_* of all attributes of all abbreviations, one after the other. */
  readonly attributes: number[] = [];
  /** DW_FORM_* of each. */
  readonly forms: number[] = [];
  /** Values of DW_FORM_implicit_const, by the attribute's place. */
  private readonly implicit = new Map<number, number>();
  private readonly dense: (Abbreviation | undefined)[] = [];
  private readonly sparse = new Map<number, Abbreviation>();

  private readonly cursor: DwarfCursor;
  private readonly budget: ReadBudget;

  /**
   * The table at an offset of .debug_abbrev. It is read as far as codes are asked for: of most units only the first
   * entry is ever looked at. Damage ends it; what was read before stays usable.
   *
   * @param context the unit: sizes of forms depend on it
   */
  constructor(
    sections: DwarfSections,
    offset: number,
    private readonly context: forms.FormContext,
  ) {
    this.cursor = new DwarfCursor(sections.bytes('abbrev'), sections.littleEndian);
    this.cursor.reset(offset, this.cursor.bytes.length);
    this.budget = sections.readBudget('abbrev');
  }

  /** The abbreviation of a code; undefined when the table has none. */
  find(code: number): Abbreviation | undefined {
    let known = code < DENSE_CODES ? this.dense[code] : this.sparse.get(code);
    while (!known && !this.cursor.atEnd) known = this.readNext(code);
    return known;
  }

  /** The value that an abbreviation itself holds for an attribute (DW_FORM_implicit_const); NaN when it holds none. */
  implicitValue(place: number): number {
    return this.implicit.get(place) ?? NaN;
  }

  /** Moves a cursor from the end of an entry's code to the end of its attributes. */
  skipAttributes(cursor: DwarfCursor, abbreviation: Abbreviation): void {
    if (abbreviation.fixedSizeBytes >= 0) {
      cursor.skip(abbreviation.fixedSizeBytes);
      return;
    }
    const end = abbreviation.firstAttribute + abbreviation.attributeCount;
    for (let place = abbreviation.firstAttribute; place < end; place++) {
      forms.skipForm(cursor, this.forms[place], this.context);
    }
  }

  /** Reads one abbreviation more; returns it when it has the code that is looked for. */
  private readNext(wanted: number): Abbreviation | undefined {
    const { cursor } = this;
    const start = cursor.position;
    const code = cursor.readUleb128();
    const abbreviation = code === 0 ? undefined : this.readAbbreviation(cursor);
    this.budget.bytesLeft -= cursor.position - start;
    if (!abbreviation || this.budget.bytesLeft < 0) {
      cursor.fail();
      return undefined;
    }
    // The first of two with one code counts, as in other readers.
    if (code >= DENSE_CODES) this.sparse.set(code, this.sparse.get(code) ?? abbreviation);
    else this.dense[code] ??= abbreviation;
    return code === wanted ? abbreviation : undefined;
  }

  private readAbbreviation(cursor: DwarfCursor): Abbreviation | undefined {
    const tag = cursor.readUleb128();
    const hasChildren = cursor.readU8() !== 0;
    const firstAttribute = this.attributes.length;
    let fixedSizeBytes = 0;
    let hasPlace = false;
    for (;;) {
      const name = cursor.readUleb128();
      const form = cursor.readUleb128();
      if (cursor.failed || this.attributes.length - firstAttribute > MOST_ATTRIBUTES) return undefined;
      if (name === 0 && form === 0) break;
      const place = this.attributes.push(name) - 1;
      this.forms.push(form);
      if (form === forms.DW_FORM_implicit_const) this.implicit.set(place, cursor.readSleb128());
      if (name === dw.DW_AT_low_pc || name === dw.DW_AT_ranges) hasPlace = true;
      const sizeBytes = forms.fixedFormSizeBytes(form, this.context);
      fixedSizeBytes = sizeBytes < 0 || fixedSizeBytes < 0 ? -1 : fixedSizeBytes + sizeBytes;
    }
    const isFunction = tag === dw.DW_TAG_subprogram || tag === dw.DW_TAG_inlined_subroutine;
    const attributeCount = this.attributes.length - firstAttribute;
    return {
      tag,
      hasChildren,
      firstAttribute,
      attributeCount,
      fixedSizeBytes,
      isCode: isFunction && hasPlace,
    };
  }
}

/** The tables of one file. Units may share one: dwz and link-time optimization write few tables for many units. */
export class AbbreviationTables {
  private readonly tables = new Map<string, AbbreviationTable>();

  constructor(private readonly sections: DwarfSections) {}

  /** The table at an offset of .debug_abbrev, for units whose forms have these sizes. */
  tableAt(offset: number, context: forms.FormContext): AbbreviationTable {
    const { offsetSizeBytes, addressSizeBytes, version } = context;
    const key = `${offset}/${offsetSizeBytes}/${addressSizeBytes}/${version <= 2}`;
    let table = this.tables.get(key);
    if (!table) {
      table = new AbbreviationTable(this.sections, offset, context);
      this.tables.set(key, table);
    }
    return table;
  }
}
