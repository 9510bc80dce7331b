/**
 * The rows of one function on the way from call frame information to SFrame, reused from function to function. A
 * rule is kept as the two data words that a flexible FRE has for it, of any width:
 *
 *   control    register << 3 | 2 if the value is in memory there | 1 if register-based, else CFA-based
 *   offset     signed, added to the base
 *
 * A control word of 0 means "no rule of its own": for RA the fixed place or the link register, for FP unchanged. A row
 * whose CFA has none is outermost.
 */

/** A rule's value lies in memory. */
export const CONTROL_DEREF = 2;
/** A rule is based on a register, not on the CFA. */
const CONTROL_REGISTER = 1;

export function controlWord(register: number, deref: boolean): number {
  return register * 8 + (deref ? CONTROL_DEREF : 0) + CONTROL_REGISTER;
}

/** One row, filled before it is added to a {@link RowList}. */
export class RowRules {
  cfaControl = 0;
  cfaOffset = 0;
  raControl = 0;
  raOffset = 0;
  fpControl = 0;
  fpOffset = 0;
  isRaSigned = false;

  setOutermost(): void {
    this.cfaControl = 0;
    this.cfaOffset = 0;
    this.raControl = 0;
    this.raOffset = 0;
    this.fpControl = 0;
    this.fpOffset = 0;
    this.isRaSigned = false;
  }

  get isOutermost(): boolean {
    return this.cfaControl === 0;
  }

  equals(other: RowRules): boolean {
    return (
      this.cfaControl === other.cfaControl &&
      this.cfaOffset === other.cfaOffset &&
      this.raControl === other.raControl &&
      this.raOffset === other.raOffset &&
      this.fpControl === other.fpControl &&
      this.fpOffset === other.fpOffset &&
      this.isRaSigned === other.isRaSigned
    );
  }

  copyFrom(other: RowRules): void {
    this.cfaControl = other.cfaControl;
    this.cfaOffset = other.cfaOffset;
    this.raControl = other.raControl;
    this.raOffset = other.raOffset;
    this.fpControl = other.fpControl;
    this.fpOffset = other.fpOffset;
    this.isRaSigned = other.isRaSigned;
  }
}

/** A run of code in which the same rules hold, up to where the next row starts. */
export class RowList {
  /** Where each row starts, relative to the function. */
  readonly starts: number[] = [];
  readonly rules: RowRules[] = [];
  count = 0;

  clear(): void {
    this.count = 0;
  }

  /** Adds a copy of the rules as the row from `start` on; rules equal to those of the row before only go on. */
  add(start: number, rules: RowRules): void {
    if (this.count > 0 && this.rules[this.count - 1].equals(rules)) return;
    if (this.count === this.rules.length) this.rules.push(new RowRules());
    this.rules[this.count].copyFrom(rules);
    this.starts[this.count++] = start;
  }
}
