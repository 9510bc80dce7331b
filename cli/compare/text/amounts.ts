/** Amounts of what samples count, in a unit in which the largest of them fits a narrow column. */

/** What is counted: samples, or periods of an event, which are nanoseconds of clocks and numbers of all else. */
export type AmountUnit = 'samples' | 'nanoseconds' | 'count';

interface Scale {
  readonly factor: number;
  readonly name: string;
}

const scales: Readonly<Record<AmountUnit, readonly Scale[]>> = {
  samples: [{ factor: 1, name: 'samples' }],
  nanoseconds: [
    { factor: 1, name: 'ns' },
    { factor: 1e3, name: 'µs' },
    { factor: 1e6, name: 'ms' },
    { factor: 1e9, name: 's' },
  ],
  count: [
    { factor: 1, name: 'events' },
    { factor: 1e3, name: 'thousands' },
    { factor: 1e6, name: 'millions' },
    { factor: 1e9, name: 'billions' },
    { factor: 1e12, name: 'trillions' },
  ],
};

/** Numbers below it are given in a unit: five digits. */
const TOO_MANY = 1e5;
/** Below it there is room for a digit after the point. */
const FEW = 1e3;

export interface Amounts {
  /** "ms", "samples", "millions". */
  readonly unit: string;
  /** An amount without its unit, in at most six characters where it is not larger than the largest. */
  text(amount: number): string;
}

/** How to say amounts of which the largest is known. */
export function amountsUpTo(largest: number, unit: AmountUnit): Amounts {
  const fitting = scales[unit];
  const { factor, name } = fitting.find((scale) => largest / scale.factor < TOO_MANY) ?? fitting.at(-1)!;
  // Whole samples and events have no parts.
  const digits = largest / factor < FEW && factor > 1 ? 1 : 0;
  return { unit: name, text: (amount) => (amount / factor).toFixed(digits) };
}
