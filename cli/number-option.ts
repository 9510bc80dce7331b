/** Options that take a number: kept as the text that was typed until now, so that a message can repeat it. */

import { UsageError } from '../profile';

export interface NumberRange {
  readonly least: number;
  readonly most?: number;
  /** Whether fractions make sense. */
  readonly hasFractions?: boolean;
}

/** @param text what was typed @throws UsageError where it is not a number of the range */
export function parseNumberOption(option: string, text: string, range: NumberRange): number {
  const value = text.trim() === '' ? NaN : Number(text);
  const { least, most = Infinity, hasFractions = false } = range;
  if (
    value >= least &&
    value <= most &&
    Number.isFinite(value) &&
    (hasFractions || Number.isInteger(value))
  ) {
    return value;
  }
  const kind = hasFractions ? 'a number' : 'a whole number';
  const limits = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`;
  throw new UsageError(`--${option} takes ${kind} ${limits}, not '${text}'`);
}
