/**
 * Runs the instructions of an FDE and stops at every row (DWARF 5, section 6.4.2 and 6.4.3; vendor
 * instructions as gcc, binutils and the AArch64 ABI define them).
 *
 * Instructions change the rules of the current row until one moves the location forward; then the row is
 * complete. Every instruction takes at least one byte and locations only grow, so any input ends.
 */

import type { DwarfCursor } from '../dwarf-cursor';
import { CfaKind, ReturnAddressSigning, RuleKind, RuleSnapshot, type CfiRow } from './cfi-row';
import type { Cie } from './cie';
import * as dw from './constants';
import { readEncodedPointer } from './encoded-pointer';
import type { Fde } from './fde';
import type { FrameSection } from './frame-section';

/** What {@link RowMachine.next} did. */
export enum StepResult {
  /** The row is complete and holds for [startSvma, endSvma). */
  Row,
  /** The last row was given before. */
  End,
  /** The instructions are damaged or unknown; the rows before stay good. */
  Damaged,
}

/** The most states that DW_CFA_remember_state may pile up; compilers use one or two. */
const DEEPEST_STATE_STACK = 64;

/** What one instruction led to. */
enum Effect {
  Continue,
  RowComplete,
  Damaged,
}

export class RowMachine {
  private readonly cursor: DwarfCursor;
  private readonly savedStates: RuleSnapshot[] = [];
  private savedCount = 0;
  private cie!: Cie;
  private position = 0;
  private end = 0;
  private location = 0;
  private functionStart = 0;
  private functionEnd = 0;
  /** Start of the expression that {@link skipExpression} skipped last. */
  private expressionStart = 0;

  /** @param section shared with the FDE reader: between steps its cursor may be used by others */
  constructor(private readonly section: FrameSection) {
    this.cursor = section.cursor;
  }

  /** Prepares for the rows of an FDE. @returns false when its CIE's initial instructions are damaged */
  start(fde: Fde, row: CfiRow): boolean {
    const { cie } = fde;
    if (cie.initialRules === undefined) cie.initialRules = this.runInitialInstructions(cie, row);
    if (cie.initialRules === null) return false;
    this.cie = cie;
    this.savedCount = 0;
    this.position = fde.instructionsStart;
    this.end = fde.instructionsEnd;
    this.location = fde.startSvma;
    this.functionStart = fde.startSvma;
    this.functionEnd = fde.startSvma + fde.sizeBytes;
    cie.initialRules.applyTo(row);
    row.section = this.section.bytes;
    row.isSignalFrame = cie.isSignalFrame;
    row.returnAddressRegister = cie.returnAddressRegister;
    row.argumentSizeBytes = 0;
    row.raSignedWithKeyB = cie.usesKeyB;
    return true;
  }

  /** Brings the row to the next state that holds for at least one address. */
  next(row: CfiRow): StepResult {
    if (this.location >= this.functionEnd) return StepResult.End;
    const { cursor } = this;
    cursor.reset(this.position, this.end);
    row.startSvma = this.location;
    while (!cursor.atEnd) {
      const effect = this.execute(row);
      if (effect === Effect.Damaged || cursor.failed) return StepResult.Damaged;
      if (effect === Effect.RowComplete) break;
    }
    if (cursor.failed) return StepResult.Damaged;
    this.position = cursor.position;
    if (this.location === row.startSvma || this.location > this.functionEnd) this.location = this.functionEnd;
    row.endSvma = this.location;
    return StepResult.Row;
  }

  private runInitialInstructions(cie: Cie, row: CfiRow): RuleSnapshot | null {
    this.cie = cie;
    this.savedCount = 0;
    this.location = 0;
    row.clearRules();
    this.cursor.reset(cie.instructionsStart, cie.instructionsEnd);
    while (!this.cursor.atEnd) {
      if (this.execute(row) !== Effect.Continue) return null;
    }
    if (this.cursor.failed) return null;
    const rules = new RuleSnapshot();
    rules.take(row);
    return rules;
  }

  private execute(row: CfiRow): Effect {
    const { cursor, cie } = this;
    const instruction = cursor.readU8();
    switch (instruction & 0xc0) {
      case dw.DW_CFA_advance_loc:
        return this.advance((instruction & 0x3f) * cie.codeAlignment);
      case dw.DW_CFA_offset:
        row.setRule(instruction & 0x3f, RuleKind.Offset, cursor.readUleb128() * cie.dataAlignment, 0);
        return Effect.Continue;
      case dw.DW_CFA_restore:
        return this.restore(row, instruction & 0x3f);
      default:
        return this.executeExtended(row, instruction);
    }
  }

  private executeExtended(row: CfiRow, instruction: number): Effect {
    const { cursor, cie } = this;
    switch (instruction) {
      case dw.DW_CFA_nop:
        break;

      case dw.DW_CFA_set_loc: {
        const { pointerEncoding, addressSizeBytes } = cie;
        const { section, functionStart } = this;
        const target = readEncodedPointer(cursor, pointerEncoding, addressSizeBytes, section, functionStart);
        return this.advance(target - this.location);
      }
      case dw.DW_CFA_advance_loc1:
        return this.advance(cursor.readU8() * cie.codeAlignment);
      case dw.DW_CFA_advance_loc2:
        return this.advance(cursor.readU16() * cie.codeAlignment);
      case dw.DW_CFA_advance_loc4:
        return this.advance(cursor.readU32() * cie.codeAlignment);
      case dw.DW_CFA_MIPS_advance_loc8:
        return this.advance(cursor.readAddress() * cie.codeAlignment);

      case dw.DW_CFA_def_cfa:
      case dw.DW_CFA_def_cfa_sf:
      case dw.DW_CFA_def_cfa_register:
      case dw.DW_CFA_def_cfa_offset:
      case dw.DW_CFA_def_cfa_offset_sf:
      case dw.DW_CFA_def_cfa_expression:
        this.executeCfaDefinition(row, instruction);
        break;

      case dw.DW_CFA_undefined:
      case dw.DW_CFA_same_value:
      case dw.DW_CFA_offset_extended:
      case dw.DW_CFA_offset_extended_sf:
      case dw.DW_CFA_GNU_negative_offset_extended:
      case dw.DW_CFA_val_offset:
      case dw.DW_CFA_val_offset_sf:
      case dw.DW_CFA_register:
      case dw.DW_CFA_expression:
      case dw.DW_CFA_val_expression:
        this.executeRegisterRule(row, instruction);
        break;
      case dw.DW_CFA_restore_extended:
        return this.restore(row, cursor.readUleb128());

      case dw.DW_CFA_remember_state:
        return this.rememberState(row);
      case dw.DW_CFA_restore_state:
        if (this.savedCount === 0) return Effect.Damaged;
        this.savedStates[--this.savedCount].applyTo(row);
        break;

      case dw.DW_CFA_AARCH64_negate_ra_state:
      case dw.DW_CFA_AARCH64_negate_ra_state_with_pc:
      case dw.DW_CFA_AARCH64_set_ra_state:
        return this.executeSigning(row, instruction);
      case dw.DW_CFA_GNU_args_size:
        // For landing pads, not for the frames.
        row.argumentSizeBytes = cursor.readUleb128();
        break;

      default:
        return Effect.Damaged;
    }
    return Effect.Continue;
  }

  /** DWARF 5, section 6.4.2.2. */
  private executeCfaDefinition(row: CfiRow, instruction: number): void {
    const { cursor, cie } = this;
    let register: number;
    switch (instruction) {
      case dw.DW_CFA_def_cfa:
        register = cursor.readUleb128();
        defineCfa(row, register, cursor.readUleb128());
        break;
      case dw.DW_CFA_def_cfa_sf:
        register = cursor.readUleb128();
        defineCfa(row, register, cursor.readSleb128() * cie.dataAlignment);
        break;
      case dw.DW_CFA_def_cfa_register:
        defineCfa(row, cursor.readUleb128(), row.cfaOffset);
        break;
      case dw.DW_CFA_def_cfa_offset:
        row.cfaOffset = cursor.readUleb128();
        break;
      case dw.DW_CFA_def_cfa_offset_sf:
        row.cfaOffset = cursor.readSleb128() * cie.dataAlignment;
        break;
      case dw.DW_CFA_def_cfa_expression:
        row.cfaExpressionEnd = this.skipExpression();
        row.cfaExpressionStart = this.expressionStart;
        row.cfaKind = CfaKind.Expression;
        break;
    }
  }

  /** DWARF 5, section 6.4.2.3, but for DW_CFA_restore. */
  private executeRegisterRule(row: CfiRow, instruction: number): void {
    const { cursor } = this;
    const { dataAlignment } = this.cie;
    const register = cursor.readUleb128();
    switch (instruction) {
      case dw.DW_CFA_undefined:
        row.setRule(register, RuleKind.Undefined, 0, 0);
        break;
      case dw.DW_CFA_same_value:
        row.setRule(register, RuleKind.SameValue, 0, 0);
        break;
      case dw.DW_CFA_offset_extended:
        row.setRule(register, RuleKind.Offset, cursor.readUleb128() * dataAlignment, 0);
        break;
      case dw.DW_CFA_offset_extended_sf:
        row.setRule(register, RuleKind.Offset, cursor.readSleb128() * dataAlignment, 0);
        break;
      case dw.DW_CFA_GNU_negative_offset_extended:
        row.setRule(register, RuleKind.Offset, -(cursor.readUleb128() * dataAlignment), 0);
        break;
      case dw.DW_CFA_val_offset:
        row.setRule(register, RuleKind.ValOffset, cursor.readUleb128() * dataAlignment, 0);
        break;
      case dw.DW_CFA_val_offset_sf:
        row.setRule(register, RuleKind.ValOffset, cursor.readSleb128() * dataAlignment, 0);
        break;
      case dw.DW_CFA_register:
        row.setRule(register, RuleKind.Register, cursor.readUleb128(), 0);
        break;
      case dw.DW_CFA_expression:
        this.setExpressionRule(row, register, RuleKind.Expression);
        break;
      case dw.DW_CFA_val_expression:
        this.setExpressionRule(row, register, RuleKind.ValExpression);
        break;
    }
  }

  /** Whether the return address is signed (DWARF for the Arm 64-bit Architecture, "Call frame instructions"). */
  private executeSigning(row: CfiRow, instruction: number): Effect {
    const { cursor } = this;
    switch (instruction) {
      case dw.DW_CFA_AARCH64_negate_ra_state:
        row.raSignState = toggled(row.raSignState, ReturnAddressSigning.Sp);
        break;
      case dw.DW_CFA_AARCH64_negate_ra_state_with_pc:
        row.raSignState = toggled(row.raSignState, ReturnAddressSigning.SpAndPc);
        break;
      case dw.DW_CFA_AARCH64_set_ra_state: {
        const state: ReturnAddressSigning = cursor.readUleb128();
        // Then the distance to the signing instruction, which matters to who checks signatures.
        cursor.readSleb128();
        if (state > ReturnAddressSigning.SpAndPc) return Effect.Damaged;
        row.raSignState = state;
        break;
      }
    }
    return Effect.Continue;
  }

  /** Moves the location. A row is complete only when it then holds for at least one address. */
  private advance(deltaBytes: number): Effect {
    if (deltaBytes === 0) return Effect.Continue;
    if (!(deltaBytes > 0)) return Effect.Damaged;
    this.location += deltaBytes;
    return Effect.RowComplete;
  }

  private restore(row: CfiRow, register: number): Effect {
    const { initialRules } = this.cie;
    // Within a CIE's own initial instructions there is nothing to restore to.
    if (!initialRules) return Effect.Damaged;
    initialRules.applyRegisterTo(row, register);
    return Effect.Continue;
  }

  private rememberState(row: CfiRow): Effect {
    if (this.savedCount >= DEEPEST_STATE_STACK) return Effect.Damaged;
    if (this.savedCount === this.savedStates.length) this.savedStates.push(new RuleSnapshot());
    this.savedStates[this.savedCount++].take(row);
    return Effect.Continue;
  }

  private setExpressionRule(row: CfiRow, register: number, kind: RuleKind): void {
    const end = this.skipExpression();
    row.setRule(register, kind, this.expressionStart, end);
  }

  /** Moves past a block that holds an expression. @returns its end */
  private skipExpression(): number {
    const sizeBytes = this.cursor.readUleb128();
    this.expressionStart = this.cursor.position;
    this.cursor.skip(sizeBytes);
    return this.cursor.position;
  }
}

/** DW_CFA_def_cfa_register after an expression keeps the offset of the rule before it, as libgcc does. */
function defineCfa(row: CfiRow, register: number, offset: number): void {
  row.cfaKind = CfaKind.RegisterOffset;
  row.cfaRegister = register;
  row.cfaOffset = offset;
  row.cfaExpressionStart = 0;
  row.cfaExpressionEnd = 0;
}

function toggled(state: ReturnAddressSigning, signed: ReturnAddressSigning): ReturnAddressSigning {
  return state === ReturnAddressSigning.None ? signed : ReturnAddressSigning.None;
}
