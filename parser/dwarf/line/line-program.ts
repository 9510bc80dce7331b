/**
 * The line number program (DWARF 5, section 6.2.5): a byte code whose registers are written out as rows.
 * Left out on purpose: is_stmt, basic_block and the other hints for debuggers.
 */

import { DwarfCursor } from '../dwarf-cursor';
import type { DwarfSections } from '../dwarf-sections';
import * as dw from './constants';
import { readOldFile, type LineHeader } from './line-header';
import { LineRows } from './line-rows';

/**
 * Runs the program of a header. Damage ends it; the sequences before stay good. DW_LNE_define_file adds to the
 * header's files.
 */
export function runLineProgram(sections: DwarfSections, header: LineHeader): LineRows {
  const rows = new LineRows();
  const cursor = new DwarfCursor(sections.bytes('line'), sections.littleEndian);
  cursor.reset(header.programStart, header.programEnd);
  const budget = sections.readBudget('line');
  budget.bytesLeft -= cursor.remaining;
  if (budget.bytesLeft < 0) cursor.fail();
  const { minimumInstructionLength, operationsPerInstruction, lineBase, lineRange, opcodeBase } = header;
  const constAddAdvance = Math.floor((255 - opcodeBase) / lineRange);

  let first = 0;
  let isSorted = true;
  let svma = 0;
  let operation = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  let discriminator = 0;

  const advance = (count: number) => {
    if (operationsPerInstruction === 1) {
      svma += count * minimumInstructionLength;
      return;
    }
    const total = operation + count;
    svma += Math.floor(total / operationsPerInstruction) * minimumInstructionLength;
    operation = total % operationsPerInstruction;
  };
  const addRow = () => {
    const last = rows.count - 1;
    if (last >= first && rows.svma[last] >= svma) {
      if (rows.svma[last] === svma) rows.truncate(last);
      else isSorted = false;
    }
    rows.add(svma, file, line, column, discriminator);
    discriminator = 0;
  };
  const startSequence = () => {
    first = rows.count;
    isSorted = true;
    svma = 0;
    operation = 0;
    file = 1;
    line = 1;
    column = 0;
    discriminator = 0;
  };

  while (!cursor.atEnd) {
    const opcode = cursor.readU8();
    if (opcode >= opcodeBase) {
      const special = opcode - opcodeBase;
      advance(Math.floor(special / lineRange));
      line += lineBase + (special % lineRange);
      addRow();
      continue;
    }
    switch (opcode) {
      case 0: {
        const sizeBytes = cursor.readUleb128();
        const end = cursor.position + sizeBytes;
        if (sizeBytes === 0) break;
        switch (cursor.readU8()) {
          case dw.DW_LNE_end_sequence:
            if (!isSorted) rows.sortRows(first);
            rows.endSequence(first, svma);
            startSequence();
            break;
          case dw.DW_LNE_set_address:
            svma = cursor.readUnsigned(sizeBytes - 1);
            operation = 0;
            break;
          case dw.DW_LNE_define_file:
            header.files.push(readOldFile(cursor));
            break;
          case dw.DW_LNE_set_discriminator:
            discriminator = cursor.readUleb128();
            break;
        }
        cursor.seek(end);
        break;
      }
      case dw.DW_LNS_copy:
        addRow();
        break;
      case dw.DW_LNS_advance_pc:
        advance(cursor.readUleb128());
        break;
      case dw.DW_LNS_advance_line:
        line += cursor.readSleb128();
        break;
      case dw.DW_LNS_set_file:
        file = cursor.readUleb128();
        break;
      case dw.DW_LNS_set_column:
        column = cursor.readUleb128();
        break;
      case dw.DW_LNS_const_add_pc:
        advance(constAddAdvance);
        break;
      case dw.DW_LNS_fixed_advance_pc:
        svma += cursor.readU16();
        operation = 0;
        break;
      case dw.DW_LNS_negate_stmt:
      case dw.DW_LNS_set_basic_block:
      case dw.DW_LNS_set_prologue_end:
      case dw.DW_LNS_set_epilogue_begin:
        break;
      default:
        // DW_LNS_set_isa, and opcodes of later standards: the header says how many operands to skip.
        for (let count = header.operandCounts[opcode]; count > 0; count--) cursor.readUleb128();
    }
  }
  rows.truncate(first);
  rows.sortSequences();
  return rows;
}
