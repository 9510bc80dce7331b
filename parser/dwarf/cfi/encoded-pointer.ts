/**
 * Pointers as .eh_frame and .eh_frame_hdr encode them (LSB Core, "DWARF Extensions", DW_EH_PE_*): one byte
 * says the format, what the value is relative to, and whether it is the address of the pointer instead.
 *
 *   bit 7: indirect | bits 6-4: pcrel, textrel, datarel, funcrel, aligned | bits 3-0: format
 */

import { TWO_POW_32 } from '../../bytes';
import type { DwarfCursor } from '../dwarf-cursor';
import * as dw from './constants';

/** What encoded pointers of one section can be relative to. */
export interface PointerBases {
  /** svma of the section that holds the pointers (pcrel). */
  readonly sectionSvma: number;
  /** svma of .text (textrel). */
  readonly textSvma: number;
  /** svma of .eh_frame_hdr in that section, of the global offset table elsewhere (datarel). */
  readonly dataSvma: number;
  /** Of the file's class: 4 or 8. */
  readonly addressSizeBytes: number;
  /** The address that the file holds at an svma, NaN when it holds none (indirect). */
  readonly readWord: (svma: number) => number;
}

/**
 * Reads one encoded pointer as an svma. Fails the cursor on an encoding that is unknown or that needs a base
 * which is not known here.
 *
 * @param addressSizeBytes size of DW_EH_PE_absptr
 * @param functionSvma start of the FDE's function (funcrel); NaN where there is none
 */
export function readEncodedPointer(
  cursor: DwarfCursor,
  encoding: number,
  addressSizeBytes: number,
  bases: PointerBases,
  functionSvma: number,
): number {
  if (encoding === dw.DW_EH_PE_aligned) {
    cursor.seek(alignedPosition(cursor.position, bases.sectionSvma, addressSizeBytes));
    return cursor.readUnsigned(addressSizeBytes);
  }
  const base = baseOf(encoding & 0x70, bases, cursor.position, functionSvma);
  const value = readFormat(cursor, encoding & 0x0f, addressSizeBytes);
  // A zero is a null pointer whatever it is relative to: no base applies.
  if (value === 0) return 0;
  let svma = base + value;
  // Machines of 32 bits compute modulo 2^32.
  if (addressSizeBytes === 4) svma -= Math.floor(svma / TWO_POW_32) * TWO_POW_32;
  if ((encoding & dw.DW_EH_PE_indirect) !== 0) svma = bases.readWord(svma);
  if (Number.isNaN(svma)) cursor.fail();
  return svma;
}

/** Reads a value in a pointer encoding's format, relative to nothing: an FDE's size, a table's count. */
export function readFormat(cursor: DwarfCursor, format: number, addressSizeBytes: number): number {
  switch (format) {
    case dw.DW_EH_PE_absptr:
      return cursor.readUnsigned(addressSizeBytes);
    case dw.DW_EH_PE_signed:
      return addressSizeBytes === 4 ? cursor.readI32() : cursor.readUnsigned(addressSizeBytes);
    case dw.DW_EH_PE_uleb128:
      return cursor.readUleb128();
    case dw.DW_EH_PE_udata2:
      return cursor.readU16();
    case dw.DW_EH_PE_udata4:
      return cursor.readU32();
    case dw.DW_EH_PE_udata8:
    case dw.DW_EH_PE_sdata8:
      return cursor.readAddress();
    case dw.DW_EH_PE_sleb128:
      return cursor.readSleb128();
    case dw.DW_EH_PE_sdata2:
      return cursor.readI16();
    case dw.DW_EH_PE_sdata4:
      return cursor.readI32();
    default:
      cursor.fail();
      return 0;
  }
}

/** Bytes that a format takes, or 0 where that depends on the value. */
export function formatSizeBytes(format: number, addressSizeBytes: number): number {
  switch (format) {
    case dw.DW_EH_PE_absptr:
    case dw.DW_EH_PE_signed:
      return addressSizeBytes;
    case dw.DW_EH_PE_udata2:
    case dw.DW_EH_PE_sdata2:
      return 2;
    case dw.DW_EH_PE_udata4:
    case dw.DW_EH_PE_sdata4:
      return 4;
    case dw.DW_EH_PE_udata8:
    case dw.DW_EH_PE_sdata8:
      return 8;
    default:
      return 0;
  }
}

function baseOf(application: number, bases: PointerBases, position: number, functionSvma: number): number {
  switch (application) {
    case 0:
      return 0;
    case dw.DW_EH_PE_pcrel:
      return bases.sectionSvma + position;
    case dw.DW_EH_PE_textrel:
      return bases.textSvma;
    case dw.DW_EH_PE_datarel:
      return bases.dataSvma;
    case dw.DW_EH_PE_funcrel:
      return functionSvma;
    default:
      return NaN;
  }
}

/** The next position whose address is a multiple of the address size. */
function alignedPosition(position: number, sectionSvma: number, addressSizeBytes: number): number {
  const svma = sectionSvma + position;
  return position + ((addressSizeBytes - (svma % addressSizeBytes)) % addressSizeBytes);
}
