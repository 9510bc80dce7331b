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
  const cursor = new DwarfCursor(sections.bytes('line'), sections.littleEndian);
  cursor.reset(header.programStart, header.programEnd);
  const budget = sections.readBudget('line');
  budget.bytesLeft -= cursor.remaining;
  if (budget.bytesLeft < 0) cursor.fail();
  const machine = new LineMachine(header, cursor);
  while (!cursor.atEnd) machine.execute(cursor.readU8());
  return machine.finish();
}

/** The registers of DWARF 5, section 6.2.2, and what the opcodes do to them. */
class LineMachine {
  private readonly rows = new LineRows();
  private readonly constAddAdvance: number;
  /** The first row of the sequence. */
  private first = 0;
  private isSorted = true;
  private svma = 0;
  private operation = 0;
  private file = 1;
  private line = 1;
  private column = 0;
  private discriminator = 0;

  constructor(
    private readonly header: LineHeader,
    private readonly cursor: DwarfCursor,
  ) {
    this.constAddAdvance = Math.floor((255 - header.opcodeBase) / header.lineRange);
  }

  execute(opcode: number): void {
    const { opcodeBase, lineBase, lineRange } = this.header;
    if (opcode >= opcodeBase) {
      const special = opcode - opcodeBase;
      this.advance(Math.floor(special / lineRange));
      this.line += lineBase + (special % lineRange);
      this.addRow();
    } else if (opcode === 0) this.executeExtended();
    else this.executeStandard(opcode);
  }

  /** The rows of all sequences that ended. */
  finish(): LineRows {
    this.rows.truncate(this.first);
    this.rows.sortSequences();
    return this.rows;
  }

  private executeStandard(opcode: number): void {
    const { cursor } = this;
    switch (opcode) {
      case dw.DW_LNS_copy:
        this.addRow();
        break;
      case dw.DW_LNS_advance_pc:
        this.advance(cursor.readUleb128());
        break;
      case dw.DW_LNS_advance_line:
        this.line += cursor.readSleb128();
        break;
      case dw.DW_LNS_set_file:
        this.file = cursor.readUleb128();
        break;
      case dw.DW_LNS_set_column:
        this.column = cursor.readUleb128();
        break;
      case dw.DW_LNS_const_add_pc:
        this.advance(this.constAddAdvance);
        break;
      case dw.DW_LNS_fixed_advance_pc:
        this.svma += cursor.readU16();
        this.operation = 0;
        break;
      case dw.DW_LNS_negate_stmt:
      case dw.DW_LNS_set_basic_block:
      case dw.DW_LNS_set_prologue_end:
      case dw.DW_LNS_set_epilogue_begin:
        break;
      default:
        // DW_LNS_set_isa, and opcodes of later standards: the header says how many operands to skip.
        for (let count = this.header.operandCounts[opcode]; count > 0; count--) cursor.readUleb128();
    }
  }

  private executeExtended(): void {
    const { cursor } = this;
    const sizeBytes = cursor.readUleb128();
    const end = cursor.position + sizeBytes;
    if (sizeBytes === 0) return;
    switch (cursor.readU8()) {
      case dw.DW_LNE_end_sequence:
        if (!this.isSorted) this.rows.sortRows(this.first);
        this.rows.endSequence(this.first, this.svma);
        this.startSequence();
        break;
      case dw.DW_LNE_set_address:
        this.svma = cursor.readUnsigned(sizeBytes - 1);
        this.operation = 0;
        break;
      case dw.DW_LNE_define_file:
        this.header.files.push(readOldFile(cursor));
        break;
      case dw.DW_LNE_set_discriminator:
        this.discriminator = cursor.readUleb128();
        break;
    }
    cursor.seek(end);
  }

  private startSequence(): void {
    this.first = this.rows.count;
    this.isSorted = true;
    this.svma = 0;
    this.operation = 0;
    this.file = 1;
    this.line = 1;
    this.column = 0;
    this.discriminator = 0;
  }

  private advance(count: number): void {
    const { minimumInstructionLength, operationsPerInstruction } = this.header;
    if (operationsPerInstruction === 1) {
      this.svma += count * minimumInstructionLength;
      return;
    }
    const total = this.operation + count;
    this.svma += Math.floor(total / operationsPerInstruction) * minimumInstructionLength;
    this.operation = total % operationsPerInstruction;
  }

  private addRow(): void {
    const { rows, svma } = this;
    const last = rows.count - 1;
    if (last >= this.first && rows.svma[last] >= svma) {
      if (rows.svma[last] === svma) rows.truncate(last);
      else this.isSorted = false;
    }
    rows.add(svma, this.file, this.line, this.column, this.discriminator);
    this.discriminator = 0;
  }
}
