/**
 * The FREs of one FDE as bytes (specification, "SFrame FRE" and "Interpretation of SFrame FREs"), as small as the format
 * allows: default words where every row of the FDE has them, else flexible ones; for each FRE the least word size.
 *
 *   start, 1, 2 or 4 bytes | info: 7 signed RA | 6-5 word size | 4-1 word count | 0 CFA base is SP | words
 *
 *   default     CFA [, RA] [, FP]        RA only where the ABI fixes no place; 0 holds its place before an FP word
 *   flexible    control, offset for each of CFA, RA, FP; a single 0 for an RA without rule before an FP
 */

import { sframe, type DecodePlan } from '../../parser';
import type { LeftOutCause } from './causes';
import type { ByteBuffer } from './byte-buffer';
import { CONTROL_DEREF, controlWord, type RowList, type RowRules } from './row-rules';

export class FreEncoder {
  private readonly words = new Float64Array(6);
  private wordCount = 0;
  /** Bit k: word k is a control word, which has no sign. */
  private controlMask = 0;
  private readonly spControl: number;
  private readonly fpControl: number;

  constructor(private readonly plan: DecodePlan) {
    this.spControl = controlWord(plan.machine.stackPointer, false);
    this.fpControl = controlWord(plan.machine.framePointer, false);
  }

  /** Whether default rows can say all rows. */
  suitsDefault(rows: RowList, from: number, to: number): boolean {
    for (let i = from; i < to; i++) if (!this.isDefault(rows.rules[i])) return false;
    return true;
  }

  private isDefault(rules: RowRules): boolean {
    if (rules.isOutermost) return true;
    const { cfaControl, raControl, raOffset, fpControl } = rules;
    if (cfaControl !== this.spControl && cfaControl !== this.fpControl) return false;
    if (fpControl !== 0 && fpControl !== CONTROL_DEREF) return false;
    if (raControl === 0) return fpControl === 0 || this.plan.allowsFpWithoutRa;
    // A word of 0 says "no rule", so that CFA + 0 cannot be said.
    return this.plan.fixedRaOffset === 0 && raControl === CONTROL_DEREF && raOffset !== 0;
  }

  /**
   * Appends the FREs of rows [from, to) of a list.
   * @param origin what starts count from, in the list's offsets
   * @returns the cause why one cannot be written; then bytes of earlier ones have been appended already
   */
  appendTo(
    out: ByteBuffer,
    rows: RowList,
    { from, to, origin, freType, isFlex }: FreRange,
  ): LeftOutCause | undefined {
    const { littleEndian } = this.plan;
    for (let i = from; i < to; i++) {
      const rules = rows.rules[i];
      const cause = this.setWords(rules, isFlex);
      if (cause !== undefined) return cause;
      const sizeCode = this.sizeCode();
      if (sizeCode < 0) return 'offset';
      out.appendUnsigned(rows.starts[i] - origin, 1 << freType, littleEndian);
      // Flexible rows name their base in a word: gas leaves the bit clear.
      const isSpBased = !isFlex && rules.cfaControl === this.spControl ? sframe.SFRAME_BASE_REG_SP : 0;
      const isSigned = rules.isRaSigned ? 0x80 : 0;
      out.appendUnsigned(isSigned | (sizeCode << 5) | (this.wordCount << 1) | isSpBased, 1, littleEndian);
      for (let k = 0; k < this.wordCount; k++) {
        out.appendUnsigned(this.words[k], 1 << sizeCode, littleEndian);
      }
    }
    return undefined;
  }

  private setWords(rules: RowRules, isFlex: boolean): LeftOutCause | undefined {
    this.wordCount = 0;
    this.controlMask = 0;
    if (rules.isOutermost) return undefined;
    const { plan } = this;
    const cfaWord = (rules.cfaOffset - plan.cfaAdjustment) / plan.cfaScale;
    if (!Number.isInteger(cfaWord)) return 'offset';
    if (isFlex) {
      this.addRule(rules.cfaControl, cfaWord);
      if (rules.raControl !== 0) this.addRule(rules.raControl, rules.raOffset);
      else if (rules.fpControl !== 0) this.add(0);
      if (rules.fpControl !== 0) this.addRule(rules.fpControl, rules.fpOffset);
      return undefined;
    }
    this.add(cfaWord);
    if (plan.fixedRaOffset === 0 && (rules.raControl !== 0 || rules.fpControl !== 0))
      this.add(rules.raOffset);
    if (rules.fpControl !== 0) this.add(rules.fpOffset);
    return undefined;
  }

  private addRule(control: number, offset: number): void {
    this.controlMask |= 1 << this.wordCount;
    this.add(control);
    this.add(offset);
  }

  private add(word: number): void {
    this.words[this.wordCount++] = word;
  }

  /** The least word size that holds all words: 0, 1, 2 for 1, 2, 4 bytes; -1 where none does. */
  private sizeCode(): number {
    let code = 0;
    for (let k = 0; k < this.wordCount; k++) {
      const word = this.words[k];
      // Control words have no sign: they reach twice as far up.
      const isControl = (this.controlMask & (1 << k)) !== 0;
      const magnitude = isControl ? Math.floor(word / 2) : word < 0 ? -1 - word : word;
      while (magnitude >= 2 ** (8 * (1 << code) - 1)) {
        if (code++ === sframe.SFRAME_FRE_DATAWORD_4B) return -1;
      }
    }
    return code;
  }
}

/** Which rows of a list become the FREs of one FDE, and how. */
export interface FreRange {
  readonly from: number;
  readonly to: number;
  readonly origin: number;
  /** SFRAME_FRE_TYPE_*. */
  readonly freType: number;
  readonly isFlex: boolean;
}
