/**
 * The header of a line number program (DWARF 5, section 6.2.4; versions 2 to 4 in their sections of the same number):
 *
 *   length (4 or 12 bytes) | version u16 | version 5: address size u8, segment selector size u8 | header length
 *   minimum instruction length u8 | version 4 on: operations per instruction u8 | default is_stmt u8
 *   line base i8 | line range u8 | opcode base u8 | operand counts of the standard opcodes, u8 each
 *   versions 2 to 4: directories, each a string, until an empty one; files: string, directory, time, size (uleb
 *                    each), until an empty name. Both count from 1; directory 0 is the compilation directory.
 *   version 5:       a description of the fields, the count, and the entries, of directories and then of files.
 *                    Both count from 0; entry 0 is the compilation directory, and the unit's primary file.
 */

import { DwarfCursor } from '../dwarf-cursor';
import type { DwarfSections } from '../dwarf-sections';
import { decodeStringAt } from '../string-section';
import { readFormNumber, readFormString, skipForm, type FormContext } from '../forms';
import { DW_LNCT_directory_index, DW_LNCT_path } from './constants';

export interface LineFile {
  readonly name: string;
  readonly directoryIndex: number;
}

export interface LineHeader {
  readonly version: number;
  readonly addressSizeBytes: number;
  readonly minimumInstructionLength: number;
  readonly operationsPerInstruction: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** By opcode: how many uleb operands an unknown standard opcode has. */
  readonly operandCounts: Uint8Array;
  /** Indexed as the program does; a hole where the index is not used (directory and file 0 before version 5). */
  readonly directories: readonly (string | undefined)[];
  readonly files: (LineFile | undefined)[];
  /** The program, as offsets of .debug_line. */
  readonly programStart: number;
  readonly programEnd: number;
}

const OLDEST_VERSION = 2;
const NEWEST_VERSION = 5;

/**
 * Parses the header at an offset of .debug_line; undefined when it is damaged or of an unknown version.
 *
 * @param strOffsetsBase of the unit that names this program, for file names in DW_FORM_strx
 */
export function parseLineHeader(
  sections: DwarfSections,
  offset: number,
  strOffsetsBase: number,
): LineHeader | undefined {
  const bytes = sections.bytes('line');
  const cursor = new DwarfCursor(bytes, sections.littleEndian);
  cursor.reset(offset, bytes.length);
  let offsetSizeBytes = 4;
  let length = cursor.readU32();
  if (length === 0xffffffff) {
    offsetSizeBytes = 8;
    length = cursor.readOffset(8);
  }
  if (cursor.failed || length > cursor.remaining) return undefined;
  const programEnd = cursor.position + length;
  cursor.reset(cursor.position, programEnd);

  const version = cursor.readU16();
  if (version < OLDEST_VERSION || version > NEWEST_VERSION) return undefined;
  let addressSizeBytes = 8;
  if (version >= 5) {
    addressSizeBytes = cursor.readU8();
    cursor.skip(1);
  }
  const headerLength = cursor.readOffset(offsetSizeBytes);
  const programStart = cursor.position + headerLength;
  if (cursor.failed || programStart > programEnd) return undefined;
  const budget = sections.readBudget('line');
  budget.bytesLeft -= headerLength;
  if (budget.bytesLeft < 0) return undefined;
  cursor.reset(cursor.position, programStart);

  const minimumInstructionLength = cursor.readU8();
  const operationsPerInstruction = version >= 4 ? cursor.readU8() : 1;
  cursor.skip(1);
  const lineBase = cursor.readI8();
  const lineRange = cursor.readU8();
  const opcodeBase = cursor.readU8();
  const operandCounts = new Uint8Array(256);
  for (let opcode = 1; opcode < opcodeBase; opcode++) operandCounts[opcode] = cursor.readU8();
  if (cursor.failed || lineRange === 0 || operationsPerInstruction === 0) return undefined;

  const context = { sections, version, addressSizeBytes, offsetSizeBytes, strOffsetsBase };
  // Names that cannot be read cost the names, not the lines.
  const { directories, files } = version >= 5 ? readTables(cursor, context) : readOldTables(cursor);
  return {
    version,
    addressSizeBytes,
    minimumInstructionLength,
    operationsPerInstruction,
    lineBase,
    lineRange,
    opcodeBase,
    operandCounts,
    directories,
    files,
    programStart,
    programEnd,
  };
}

type Tables = Pick<LineHeader, 'directories' | 'files'>;

function readOldTables(cursor: DwarfCursor): Tables {
  const directories: (string | undefined)[] = [undefined];
  for (;;) {
    const name = readString(cursor);
    if (!name) break;
    directories.push(name);
  }
  const files: (LineFile | undefined)[] = [undefined];
  for (;;) {
    const file = readOldFile(cursor);
    if (!file) break;
    files.push(file);
  }
  return { directories, files };
}

/** A file entry of versions 2 to 4, also the operand of DW_LNE_define_file; undefined at the end of the list. */
export function readOldFile(cursor: DwarfCursor): LineFile | undefined {
  const name = readString(cursor);
  if (!name) return undefined;
  const directoryIndex = cursor.readUleb128();
  cursor.readUleb128();
  cursor.readUleb128();
  return cursor.failed ? undefined : { name, directoryIndex };
}

function readString(cursor: DwarfCursor): string | undefined {
  const start = cursor.skipCString();
  return cursor.failed ? undefined : decodeStringAt(cursor.bytes, start);
}

function readTables(cursor: DwarfCursor, context: FormContext): Tables {
  const directories = readEntries(cursor, context).map((entry) => entry?.name);
  return { directories, files: readEntries(cursor, context) };
}

function readEntries(cursor: DwarfCursor, context: FormContext): (LineFile | undefined)[] {
  const fields: { content: number; form: number }[] = [];
  for (let count = cursor.readU8(); count > 0; count--) {
    fields.push({ content: cursor.readUleb128(), form: cursor.readUleb128() });
  }
  const entries: (LineFile | undefined)[] = [];
  const count = cursor.readUleb128();
  for (let i = 0; i < count && !cursor.failed; i++) {
    // An entry without fields takes no bytes: a damaged count would go on for ever.
    const before = cursor.position;
    let name: string | undefined;
    let directoryIndex = 0;
    for (const { content, form } of fields) {
      if (content === DW_LNCT_path) name = readFormString(cursor, form, context);
      else if (content === DW_LNCT_directory_index) directoryIndex = readFormNumber(cursor, form, context, 0);
      else skipForm(cursor, form, context);
    }
    if (cursor.position === before) break;
    entries.push(name === undefined || cursor.failed ? undefined : { name, directoryIndex });
  }
  return entries;
}
