/**
 * Names of functions, and the call sites of inlined ones. An entry with code seldom has its name: it refers to an
 * abstract instance, which may refer to a declaration, in the same unit, in another, or in a supplementary file
 * (DWARF 5, sections 2.13, 3.3.8). The nearest entry that has an attribute counts, for each attribute alone.
 */

import * as forms from '../forms';
import type { DwarfCursor } from '../dwarf-cursor';
import * as dw from './constants';
import type { Unit } from './unit';
import type { UnitList } from './unit-list';

/** A function's names as the debug information has them. */
export interface FunctionNames {
  /** DW_AT_name: unqualified, "push_back". */
  readonly name: string | undefined;
  /** The symbol's name, mangled; undefined in C and for functions that no symbol was made for. */
  readonly linkageName: string | undefined;
  /** Whether DW_AT_decl_file says where it is declared; gcc leaves it out for the operator of a lambda expression. */
  readonly hasDeclaredFile: boolean;
}

/** Where an inlined function was called. */
export interface CallSite {
  /** Index for the unit's line table; -1 when the entry names none. */
  readonly file: number;
  /** 0 where the entry names none. */
  readonly line: number;
  readonly column: number;
}

/** Real chains have two or three entries; loops must end. */
const LONGEST_ORIGIN_CHAIN = 16;

interface EntryNames {
  name: string | undefined;
  linkageName: string | undefined;
  hasDeclaredFile: boolean;
  /** Where DW_AT_abstract_origin, or else DW_AT_specification, points; -1 when there is neither. */
  origin: number;
  originIsSupplementary: boolean;
}

/** Reads names in the units of one file. */
export class FunctionNameReader {
  private readonly known = new Map<number, FunctionNames>();

  constructor(
    private readonly units: UnitList,
    /** Reads names in the file that dwz moved shared entries to. */
    private readonly supplementary: FunctionNameReader | undefined,
  ) {}

  /** The names of the function that an entry describes, at a section offset. */
  namesOf(entryOffset: number): FunctionNames {
    return this.resolve(entryOffset, LONGEST_ORIGIN_CHAIN);
  }

  private resolve(entryOffset: number, hopsLeft: number): FunctionNames {
    const known = this.known.get(entryOffset);
    if (known) return known;
    const entry = this.readEntry(entryOffset);
    let { name, linkageName, hasDeclaredFile } = entry;
    const isComplete = name !== undefined && linkageName !== undefined && hasDeclaredFile;
    if (entry.origin >= 0 && hopsLeft > 0 && !isComplete) {
      const reader = entry.originIsSupplementary ? this.supplementary : this;
      const origin = reader?.resolve(entry.origin, hopsLeft - 1);
      name ??= origin?.name;
      linkageName ??= origin?.linkageName;
      hasDeclaredFile ||= origin?.hasDeclaredFile === true;
    }
    const names = { name, linkageName, hasDeclaredFile };
    this.known.set(entryOffset, names);
    return names;
  }

  private readEntry(entryOffset: number): EntryNames {
    const found: EntryNames = {
      name: undefined,
      linkageName: undefined,
      hasDeclaredFile: false,
      origin: -1,
      originIsSupplementary: false,
    };
    const unit = this.units.unitOfEntry(entryOffset);
    if (!unit) return found;
    // Reading the first entry sets the bases that strings by index need.
    void unit.root;
    unit.visitAttributes(entryOffset, (attribute, form, cursor) => {
      switch (attribute) {
        case dw.DW_AT_name:
          found.name = forms.readFormString(cursor, form, unit);
          return true;
        case dw.DW_AT_linkage_name:
        case dw.DW_AT_MIPS_linkage_name:
          found.linkageName = forms.readFormString(cursor, form, unit);
          return true;
        case dw.DW_AT_decl_file:
          found.hasDeclaredFile = true;
          return false;
        case dw.DW_AT_abstract_origin:
        case dw.DW_AT_specification:
          if (attribute === dw.DW_AT_specification && found.origin >= 0) return false;
          readReferenceInto(cursor, form, unit, found);
          return true;
        default:
          return false;
      }
    });
    return found;
  }
}

/** Reads the call site of an inlined function's entry; undefined when the entry is a function of its own. */
export function readCallSite(unit: Unit, entryOffset: number): CallSite | undefined {
  let file = -1;
  let line = 0;
  let column = 0;
  const tag = unit.visitAttributes(entryOffset, (attribute, form, cursor, implicit) => {
    switch (attribute) {
      case dw.DW_AT_call_file:
        file = forms.readFormNumber(cursor, form, unit, implicit);
        return true;
      case dw.DW_AT_call_line:
        line = forms.readFormNumber(cursor, form, unit, implicit);
        return true;
      case dw.DW_AT_call_column:
        column = forms.readFormNumber(cursor, form, unit, implicit);
        return true;
      default:
        return false;
    }
  });
  return tag === dw.DW_TAG_inlined_subroutine ? { file, line, column } : undefined;
}

/** Reads a reference to another entry as a section offset. References by type signature never name functions. */
function readReferenceInto(cursor: DwarfCursor, form: number, unit: Unit, out: EntryNames): void {
  const value = forms.readFormNumber(cursor, form, unit, NaN);
  out.originIsSupplementary = false;
  switch (form) {
    case forms.DW_FORM_ref1:
    case forms.DW_FORM_ref2:
    case forms.DW_FORM_ref4:
    case forms.DW_FORM_ref8:
    case forms.DW_FORM_ref_udata:
      out.origin = unit.headerOffset + value;
      break;
    case forms.DW_FORM_ref_addr:
      out.origin = value;
      break;
    case forms.DW_FORM_GNU_ref_alt:
    case forms.DW_FORM_ref_sup4:
    case forms.DW_FORM_ref_sup8:
      out.origin = value;
      out.originIsSupplementary = true;
      break;
  }
}
