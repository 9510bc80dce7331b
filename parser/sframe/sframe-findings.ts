/**
 * Damage and oddities of SFrame data, typed: what does not make a section unusable is noted here and the rest
 * is read on. Each code is counted; only the first few of each are kept as examples, so that a section of a
 * hundred thousand bad FDEs costs no memory.
 */

/** Every kind of finding. The names are part of the JSON output. */
export type SFrameFindingCode =
  | 'foreign-byte-order'
  | 'abi-byte-order'
  | 'abi-machine-mismatch'
  | 'unknown-flags'
  | 'fixed-offset-unexpected'
  | 'fde-table-truncated'
  | 'fre-data-truncated'
  | 'sub-sections-overlap'
  | 'section-empty'
  /** A file of debug information: its section is there in name alone. */
  | 'section-without-contents'
  /** A linker that does not know the format put those of its inputs one after the other. */
  | 'several-tables'
  | 'section-type'
  | 'section-unreadable'
  | 'section-trailing-bytes'
  | 'relocation-unsupported'
  | 'fde-order'
  | 'fde-overlap'
  | 'fde-empty'
  | 'fde-start-absurd'
  | 'fde-data-out-of-bounds'
  | 'fde-fre-type'
  | 'fde-type'
  | 'fde-unused-bits'
  | 'fde-repetition-size'
  | 'fde-too-many-fres'
  | 'fde-without-fres'
  | 'fre-out-of-bounds'
  | 'fre-word-size'
  | 'fre-order'
  | 'fre-beyond-function'
  | 'fre-beyond-block'
  | 'fre-first-start'
  | 'fre-word-count'
  | 'fre-rule-cut-off'
  | 'fre-cfa-without-register'
  | 'fre-register'
  | 'fre-reserved-bit'
  | 'fre-overlap'
  | 'fre-count-mismatch'
  | 'fre-size-mismatch';

/** Findings by which a part of a table cannot be read. */
const damage: ReadonlySet<SFrameFindingCode> = new Set<SFrameFindingCode>([
  'section-unreadable',
  'fde-table-truncated',
  'fre-data-truncated',
  'fde-start-absurd',
  'fde-data-out-of-bounds',
  'fde-fre-type',
  'fde-type',
]);

/** Whether a finding means that a part of the table cannot be read; others are oddities. */
export function isSFrameDamage({ code }: SFrameFinding): boolean {
  return damage.has(code);
}

export interface SFrameFinding {
  readonly code: SFrameFindingCode;
  readonly text: string;
  /** The file, section and, where one is meant, the offset in it. */
  readonly where: string;
}

export class SFrameFindings {
  /** The first findings of each code, in the order in which they were made. */
  readonly examples: SFrameFinding[] = [];
  readonly counts = new Map<SFrameFindingCode, number>();

  /** @param examplesPerCode how many of each code to keep; Infinity keeps all */
  constructor(private readonly examplesPerCode = 3) {}

  /** Notes a finding; `describe` is called only when the text is kept. */
  add(code: SFrameFindingCode, where: string, describe: () => string): void {
    const count = this.counts.get(code) ?? 0;
    this.counts.set(code, count + 1);
    if (count < this.examplesPerCode) this.examples.push({ code, text: describe(), where });
  }

  count(code: SFrameFindingCode): number {
    return this.counts.get(code) ?? 0;
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }
}
