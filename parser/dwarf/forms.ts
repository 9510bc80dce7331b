/**
 * Attribute values by their form (DWARF 5, section 7.5.5 and 7.5.6; GNU forms of split DWARF and dwz). Shared by
 * .debug_info and the version 5 headers of .debug_line.
 */

import type { DwarfCursor } from './dwarf-cursor';
import type { DwarfSections } from './dwarf-sections';
import { decodeStringAt } from './string-section';

export const DW_FORM_addr = 0x01;
export const DW_FORM_block2 = 0x03;
export const DW_FORM_block4 = 0x04;
export const DW_FORM_data2 = 0x05;
export const DW_FORM_data4 = 0x06;
export const DW_FORM_data8 = 0x07;
export const DW_FORM_string = 0x08;
export const DW_FORM_block = 0x09;
export const DW_FORM_block1 = 0x0a;
export const DW_FORM_data1 = 0x0b;
export const DW_FORM_flag = 0x0c;
export const DW_FORM_sdata = 0x0d;
export const DW_FORM_strp = 0x0e;
export const DW_FORM_udata = 0x0f;
export const DW_FORM_ref_addr = 0x10;
export const DW_FORM_ref1 = 0x11;
export const DW_FORM_ref2 = 0x12;
export const DW_FORM_ref4 = 0x13;
export const DW_FORM_ref8 = 0x14;
export const DW_FORM_ref_udata = 0x15;
export const DW_FORM_indirect = 0x16;
export const DW_FORM_sec_offset = 0x17;
export const DW_FORM_exprloc = 0x18;
export const DW_FORM_flag_present = 0x19;
export const DW_FORM_strx = 0x1a;
export const DW_FORM_addrx = 0x1b;
export const DW_FORM_ref_sup4 = 0x1c;
export const DW_FORM_strp_sup = 0x1d;
export const DW_FORM_data16 = 0x1e;
export const DW_FORM_line_strp = 0x1f;
export const DW_FORM_ref_sig8 = 0x20;
export const DW_FORM_implicit_const = 0x21;
export const DW_FORM_loclistx = 0x22;
export const DW_FORM_rnglistx = 0x23;
export const DW_FORM_ref_sup8 = 0x24;
export const DW_FORM_strx1 = 0x25;
export const DW_FORM_strx2 = 0x26;
export const DW_FORM_strx3 = 0x27;
export const DW_FORM_strx4 = 0x28;
export const DW_FORM_addrx1 = 0x29;
export const DW_FORM_addrx2 = 0x2a;
export const DW_FORM_addrx3 = 0x2b;
export const DW_FORM_addrx4 = 0x2c;
export const DW_FORM_GNU_addr_index = 0x1f01;
export const DW_FORM_GNU_str_index = 0x1f02;
export const DW_FORM_GNU_ref_alt = 0x1f20;
export const DW_FORM_GNU_strp_alt = 0x1f21;

/** What the size and meaning of forms depend on: the unit that the attribute is in. */
export interface FormContext {
  readonly sections: DwarfSections;
  readonly version: number;
  readonly addressSizeBytes: number;
  /** 4 in 32-bit DWARF, 8 in 64-bit DWARF. */
  readonly offsetSizeBytes: number;
  /** Where the unit's part of .debug_str_offsets begins (DW_FORM_strx*). */
  readonly strOffsetsBase: number;
}

/** The size of a form's value, or -1 where it depends on the value (or the form is unknown). */
export function fixedFormSizeBytes(form: number, context: FormContext): number {
  switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
      return 0;
    case DW_FORM_data1:
    case DW_FORM_ref1:
    case DW_FORM_flag:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      return 1;
    case DW_FORM_data2:
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      return 2;
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return 3;
    case DW_FORM_data4:
    case DW_FORM_ref4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
    case DW_FORM_ref_sup4:
      return 4;
    case DW_FORM_data8:
    case DW_FORM_ref8:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup8:
      return 8;
    case DW_FORM_data16:
      return 16;
    case DW_FORM_addr:
      return context.addressSizeBytes;
    case DW_FORM_ref_addr:
      // DWARF 2 gave it the size of an address.
      return context.version <= 2 ? context.addressSizeBytes : context.offsetSizeBytes;
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_strp_sup:
    case DW_FORM_sec_offset:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt:
      return context.offsetSizeBytes;
    default:
      return -1;
  }
}

function isUleb128Form(form: number): boolean {
  switch (form) {
    case DW_FORM_udata:
    case DW_FORM_ref_udata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_addr_index:
    case DW_FORM_GNU_str_index:
      return true;
    default:
      return false;
  }
}

/** Moves past a value. An unknown form fails the cursor: nothing after it can be read. */
export function skipForm(cursor: DwarfCursor, form: number, context: FormContext): void {
  const fixed = fixedFormSizeBytes(form, context);
  if (fixed >= 0) {
    cursor.skip(fixed);
    return;
  }
  switch (form) {
    case DW_FORM_string:
      cursor.skipCString();
      return;
    case DW_FORM_block1:
      cursor.skip(cursor.readU8());
      return;
    case DW_FORM_block2:
      cursor.skip(cursor.readU16());
      return;
    case DW_FORM_block4:
      cursor.skip(cursor.readU32());
      return;
    case DW_FORM_block:
    case DW_FORM_exprloc:
      cursor.skip(cursor.readUleb128());
      return;
    case DW_FORM_sdata:
      cursor.readUleb128();
      return;
    case DW_FORM_indirect:
      skipForm(cursor, readIndirectForm(cursor), context);
      return;
    default:
      if (isUleb128Form(form)) cursor.readUleb128();
      else cursor.fail();
  }
}

/**
 * Reads a value as the plain number it is stored as: a constant, a flag, an address, an index, an offset. NaN, with
 * the cursor after the value, for forms that hold none (strings, blocks, 16 bytes).
 *
 * @param implicit the value of DW_FORM_implicit_const, which the abbreviation holds
 */
export function readFormNumber(
  cursor: DwarfCursor,
  form: number,
  context: FormContext,
  implicit: number,
): number {
  switch (form) {
    case DW_FORM_flag_present:
      return 1;
    case DW_FORM_implicit_const:
      return implicit;
    case DW_FORM_sdata:
      return cursor.readSleb128();
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return cursor.readU24();
    case DW_FORM_indirect:
      return readFormNumber(cursor, readIndirectForm(cursor), context, NaN);
    default: {
      const fixed = fixedFormSizeBytes(form, context);
      if (fixed > 0 && fixed <= 8) return cursor.readUnsigned(fixed);
      if (isUleb128Form(form)) return cursor.readUleb128();
      skipForm(cursor, form, context);
      return NaN;
    }
  }
}

/** Reads a string of any form; undefined, with the cursor after the value, when the form or its offset is not a string. */
export function readFormString(cursor: DwarfCursor, form: number, context: FormContext): string | undefined {
  const { sections } = context;
  switch (form) {
    case DW_FORM_string: {
      const start = cursor.skipCString();
      return cursor.failed ? undefined : decodeStringAt(cursor.bytes, start);
    }
    case DW_FORM_strp:
      return sections.stringAt('str', cursor.readOffset(context.offsetSizeBytes));
    case DW_FORM_line_strp:
      return sections.stringAt('line_str', cursor.readOffset(context.offsetSizeBytes));
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_strp_alt: {
      const offset = cursor.readOffset(context.offsetSizeBytes);
      return sections.supplementary?.stringAt('str', offset);
    }
    case DW_FORM_strx:
    case DW_FORM_strx1:
    case DW_FORM_strx2:
    case DW_FORM_strx3:
    case DW_FORM_strx4:
    case DW_FORM_GNU_str_index:
      return indexedString(readFormNumber(cursor, form, context, NaN), context);
    case DW_FORM_indirect:
      return readFormString(cursor, readIndirectForm(cursor), context);
    default:
      skipForm(cursor, form, context);
      return undefined;
  }
}

/** The string that an entry of .debug_str_offsets points to. */
function indexedString(index: number, context: FormContext): string | undefined {
  const { sections, offsetSizeBytes } = context;
  const offsets = sections.sharedCursor('str_offsets');
  const at = context.strOffsetsBase + index * offsetSizeBytes;
  offsets.reset(at, at + offsetSizeBytes);
  const offset = offsets.readOffset(offsetSizeBytes);
  return offsets.failed ? undefined : sections.stringAt('str', offset);
}

/** The form that DW_FORM_indirect stores before the value. One that is indirect again is damage. */
function readIndirectForm(cursor: DwarfCursor): number {
  const form = cursor.readUleb128();
  if (form === DW_FORM_indirect || form === DW_FORM_implicit_const) cursor.fail();
  return form === DW_FORM_indirect ? DW_FORM_flag_present : form;
}
