/** Evaluates a whole row: all registers of the caller from all registers of the frame. The general path. */

import { evaluateExpression, type ExpressionContext } from '../../parser';
import type { Architecture } from '../arch/arch';
import { CfaRule, RegisterRule, RowSource, type RegisterRow, type RowRule } from '../tables/register-row';
import type { StackMemory } from '../sample/stack-memory';

export class RegisterEvaluation implements ExpressionContext {
  /** By DWARF number; NaN where unknown. The frame's before {@link step}, the caller's after it. */
  registers: Float64Array;
  cfa = NaN;
  loadBias = 0;
  littleEndian = true;
  readonly wordSizeBytes: number;
  /** Whether {@link step} asked for a register that is not known. */
  missedRegister = false;
  /** Whether a return address or frame pointer was lost because the word of its register is not trusted. */
  missedStaleRegister = false;
  /** Whether registers whose words lie below the stack copy were popped, and so hold their caller's values. */
  hasPopped = false;
  /** Halves of the return address, exact where the double is not. */
  returnAddressLow = NaN;
  returnAddressHigh = NaN;
  private callers: Float64Array;
  private hasStaleRegisters = false;

  constructor(
    private readonly arch: Architecture,
    private readonly memory: StackMemory,
  ) {
    this.wordSizeBytes = arch.wordSizeBytes;
    this.registers = new Float64Array(arch.registerCount);
    this.callers = new Float64Array(arch.registerCount);
  }

  /** Prepares for another sample. */
  forgetSample(): void {
    this.hasStaleRegisters = false;
    this.missedStaleRegister = false;
  }

  /** The sample hit user mode: the words of some registers may not be its own (the architecture says which). */
  distrustStaleRegisters(): void {
    this.hasStaleRegisters = this.arch.staleInUserMode.length > 0;
  }

  /** The register that holds a row's return address as it is, or -1. */
  returnAddressRegister(row: RegisterRow): number {
    const rule = row.rules.find((candidate) => candidate.register === row.returnAddressColumn);
    if (!rule || rule.rule === RegisterRule.SameValue) return row.returnAddressColumn;
    return rule.rule === RegisterRule.RegisterPlus && rule.value === 0 ? rule.baseRegister : -1;
  }

  register(dwarfRegister: number): number {
    const value = dwarfRegister < this.registers.length ? this.registers[dwarfRegister] : NaN;
    if (Number.isNaN(value)) this.missedRegister = true;
    return value;
  }

  readMemory(avma: number, sizeBytes: number): number {
    return this.memory.readBytes(avma, sizeBytes);
  }

  /**
   * Moves to the caller: registers, cfa and the return address are the caller's afterwards. What cannot be
   * recovered is NaN.
   */
  step(row: RegisterRow): void {
    const { arch, callers } = this;
    this.missedRegister = false;
    this.cfa = NaN;
    this.cfa = this.evaluateCfa(row);
    callers.fill(NaN);
    callers[arch.framePointer] = this.registers[arch.framePointer];
    // SFrame says nothing of other registers: a function may have changed any of them.
    if (row.source === RowSource.Dwarf) {
      for (const register of arch.preservedRegisters) callers[register] = this.registers[register];
    }
    callers[arch.stackPointer] = this.cfa + arch.callerStackPointerFromCfa;
    const column = row.returnAddressColumn;
    // Without a rule for its column the return address is still where the call left it.
    if (column === arch.linkRegister) callers[column] = this.registers[column];
    for (const rule of row.rules) {
      if (rule.register >= arch.registerCount) continue;
      callers[rule.register] = this.evaluateRule(rule);
      if (rule.register === column) {
        this.returnAddressLow = this.memory.lastLow;
        this.returnAddressHigh = this.memory.lastHigh;
      }
    }
    if (this.hasStaleRegisters) this.dropStaleValues(row);
    const previous = this.registers;
    this.registers = callers;
    this.callers = previous;
  }

  /**
   * Takes the caller's values back that came from registers whose words are not trusted. A frame pointer stays if
   * it equals the caller's stack pointer, which is known from elsewhere: that is what it is in most functions. For
   * a return address there is no such evidence: a word of some earlier call looks the same.
   */
  private dropStaleValues(row: RegisterRow): void {
    const { arch, callers } = this;
    const stale = arch.staleInUserMode;
    const callerStackPointer = callers[arch.stackPointer];
    for (const register of stale) callers[register] = NaN;
    for (const rule of row.rules) {
      if (!stale.includes(rule.baseRegister)) continue;
      const isFramePointer = rule.register === arch.framePointer;
      if (isFramePointer && callers[rule.register] === callerStackPointer) continue;
      callers[rule.register] = NaN;
      if (isFramePointer || rule.register === row.returnAddressColumn) this.missedStaleRegister = true;
    }
    this.hasStaleRegisters = false;
  }

  private evaluateCfa(row: RegisterRow): number {
    if (row.cfaRule === CfaRule.Expression) {
      const expression = row.cfaExpression!;
      return evaluateExpression(expression, 0, expression.length, this);
    }
    const sum = this.register(row.cfaRegister) + row.cfaOffset;
    return row.cfaRule === CfaRule.AtRegister ? this.memory.readWord(sum) : sum;
  }

  private evaluateRule(rule: RowRule): number {
    switch (rule.rule) {
      case RegisterRule.Undefined:
        return NaN;
      case RegisterRule.SameValue:
        return this.registers[rule.register];
      case RegisterRule.AtCfa: {
        const at = this.cfa + rule.value;
        const isPopped = this.hasPopped && at < this.memory.startAvma;
        return isPopped ? this.registers[rule.register] : this.memory.readWord(at);
      }
      case RegisterRule.CfaPlus:
        return this.cfa + rule.value;
      case RegisterRule.AtRegister:
        return this.memory.readWord(this.register(rule.baseRegister) + rule.value);
      case RegisterRule.RegisterPlus:
        return this.register(rule.baseRegister) + rule.value;
      case RegisterRule.AtExpression: {
        const expression = rule.expression!;
        return this.memory.readWord(evaluateExpression(expression, 0, expression.length, this, this.cfa));
      }
      case RegisterRule.ExpressionValue: {
        const expression = rule.expression!;
        return evaluateExpression(expression, 0, expression.length, this, this.cfa);
      }
    }
  }
}
