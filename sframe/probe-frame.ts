/**
 * A made-up frame in which rows are evaluated: each register and each word of memory holds a number of its own, drawn
 * from a hash. Two rules that recover the same value from several such frames are the same rule, however differently
 * they are written: `*(rbp-16)` and `DW_OP_breg6 -16; DW_OP_deref`, or a PLT's expression of the program counter.
 * That different rules agree by chance in two frames happens once in 2^80 comparisons.
 *
 * Values are multiples of 8 in the user half, as stack addresses are; the program counter is the real one.
 */

import { evaluateExpression, type ExpressionContext } from '../parser';
import { CFA, RecoveryKind, type Recovery } from './recovery';

export class ProbeFrame implements ExpressionContext {
  readonly loadBias = 0;
  /** SFrame is defined for machines of 64 bits only. */
  readonly wordSizeBytes = 8;
  cfa = NaN;
  /** The address of the instruction that the row is for. */
  pc = 0;
  /** Set when an evaluation asked for {@link pc}: its result holds for this address alone. */
  hasAskedForPc = false;

  /**
   * @param seed frames of different seeds hold different values
   * @param pcRegister the DWARF register number that stands for the program counter, or -1 where none does
   */
  constructor(
    private readonly seed: number,
    readonly littleEndian: boolean,
    private readonly pcRegister: number,
  ) {}

  register(dwarfRegister: number): number {
    if (dwarfRegister !== this.pcRegister) return hashedWord(this.seed, dwarfRegister, -1);
    this.hasAskedForPc = true;
    return this.pc;
  }

  readMemory(avma: number, sizeBytes: number): number {
    const word = hashedWord(this.seed, avma >>> 0, Math.floor(avma / 0x1_0000_0000));
    return sizeBytes === 8 ? word : (word / 8) % 2 ** (8 * sizeBytes);
  }

  /**
   * The value that a rule recovers, given {@link pc} and, unless the rule is for the CFA, {@link cfa}.
   * NaN when there is none, or its expression cannot be evaluated.
   * @param section where the rule's expression lies
   */
  evaluate(recovery: Recovery, section: Uint8Array): number {
    const address = this.evaluateAddress(recovery, section);
    if (!recovery.deref) return address;
    return Number.isNaN(address) ? NaN : this.readMemory(address, 8);
  }

  private evaluateAddress(recovery: Recovery, section: Uint8Array): number {
    switch (recovery.kind) {
      case RecoveryKind.Lost:
        return NaN;
      case RecoveryKind.Sum:
        return (recovery.base === CFA ? this.cfa : this.register(recovery.base)) + recovery.offset;
      case RecoveryKind.Expression: {
        // The CFA's own expression starts with an empty stack, a register's with the CFA on it.
        const initial = Number.isNaN(this.cfa) ? undefined : this.cfa;
        return evaluateExpression(section, recovery.expressionStart, recovery.expressionEnd, this, initial);
      }
    }
  }
}

/** 44 bits of hash, times 8. */
function hashedWord(seed: number, low: number, high: number): number {
  const first = mix(Math.imul(seed, 0x9e3779b1) ^ mix(low ^ mix(high ^ 0x5bd1e995)));
  const second = mix(first ^ 0x27d4eb2f);
  return ((first >>> 0) * 0x1000 + (second >>> 20)) * 8;
}

/** A permutation of the 32-bit words in which every bit of the input changes half of the output's bits. */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
