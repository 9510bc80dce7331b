/**
 * Abbreviation tables (DWARF 5, section 7.5.3): what the entries of a unit look like.
 *
 *   code uleb, not 0 | tag uleb | has children u8
 *   attribute uleb, form uleb (and a sleb value when the form is DW_FORM_implicit_const), …, 0, 0
 *
 * Most entries of a unit are types and variables that are only passed over. So each abbreviation knows in advance how
 * to do that: sizes that do not depend on values are added up.
 */

import { DwarfCursor } from '../dwarf-cursor';
import * as forms from '../forms';
import * as dw from './constants';

export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** DW_AT_* and DW_FORM_* of each attribute, in order. */
  readonly attributes: Uint16Array;
  readonly forms: Uint16Array;
  /** Values of DW_FORM_implicit_const, at the places of their attributes; NaN elsewhere. */
  readonly implicit: readonly number[];
  /** How to pass over the attributes: a number of bytes, or -1 - form where the size depends on the value. */
  readonly skipSteps: readonly number[];
  /** Whether it is a function or an inlined one that says where its code is. */
  readonly isCode: boolean;
}

/** Codes up to here are looked up in an array; compilers number from 1. */
const DENSE_CODES = 1 << 16;
const MOST_ATTRIBUTES = 256;

export class AbbreviationTable {
  private readonly dense: (Abbreviation | undefined)[] = [];
  private readonly sparse = new Map<number, Abbreviation>();

  /** The abbreviation of a code; undefined when the table has none. */
  find(code: number): Abbreviation | undefined {
    return code < DENSE_CODES ? this.dense[code] : this.sparse.get(code);
  }

  /** Reads the table at an offset of .debug_abbrev. Damage ends it; what was read before stays usable. */
  static parse(
    bytes: Uint8Array,
    littleEndian: boolean,
    offset: number,
    context: forms.FormContext,
  ): AbbreviationTable {
    const table = new AbbreviationTable();
    const cursor = new DwarfCursor(bytes, littleEndian);
    cursor.reset(offset, bytes.length);
    while (!cursor.atEnd) {
      const code = cursor.readUleb128();
      if (code === 0) break;
      const abbreviation = readAbbreviation(cursor, context);
      if (!abbreviation) break;
      // The first of two with one code counts, as in other readers.
      if (code >= DENSE_CODES) table.sparse.set(code, table.sparse.get(code) ?? abbreviation);
      else table.dense[code] ??= abbreviation;
    }
    return table;
  }
}

/** Moves a cursor that stands behind an entry's code to behind its attributes. */
export function skipAttributes(
  cursor: DwarfCursor,
  abbreviation: Abbreviation,
  context: forms.FormContext,
): void {
  for (const step of abbreviation.skipSteps) {
    if (step >= 0) cursor.skip(step);
    else forms.skipForm(cursor, -1 - step, context);
  }
}

function readAbbreviation(cursor: DwarfCursor, context: forms.FormContext): Abbreviation | undefined {
  const tag = cursor.readUleb128();
  const hasChildren = cursor.readU8() !== 0;
  const names: number[] = [];
  const formCodes: number[] = [];
  const implicit: number[] = [];
  for (;;) {
    const name = cursor.readUleb128();
    const form = cursor.readUleb128();
    if (cursor.failed || names.length > MOST_ATTRIBUTES) return undefined;
    if (name === 0 && form === 0) break;
    names.push(name);
    formCodes.push(form);
    implicit.push(form === forms.DW_FORM_implicit_const ? cursor.readSleb128() : NaN);
  }
  const isFunction = tag === dw.DW_TAG_subprogram || tag === dw.DW_TAG_inlined_subroutine;
  return {
    tag,
    hasChildren,
    attributes: Uint16Array.from(names),
    forms: Uint16Array.from(formCodes),
    implicit,
    skipSteps: planSkip(formCodes, context),
    isCode: isFunction && (names.includes(dw.DW_AT_low_pc) || names.includes(dw.DW_AT_ranges)),
  };
}

function planSkip(formCodes: readonly number[], context: forms.FormContext): number[] {
  const steps: number[] = [];
  let sizeBytes = 0;
  for (const form of formCodes) {
    const fixed = forms.fixedFormSizeBytes(form, context);
    if (fixed >= 0) {
      sizeBytes += fixed;
      continue;
    }
    if (sizeBytes > 0) steps.push(sizeBytes);
    steps.push(-1 - form);
    sizeBytes = 0;
  }
  if (sizeBytes > 0) steps.push(sizeBytes);
  return steps;
}
