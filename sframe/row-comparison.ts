/**
 * Whether an SFrame row and a row of call frame information say the same, and if not, in what.
 *
 * Equal rules are equal at a glance; the others are evaluated in probe frames. A wrong CFA makes everything that is
 * relative to it wrong: return address and frame pointer are then compared by the reference's CFA, so that a row with
 * one mistake counts as one difference.
 */

import { ProbeFrame } from './probe-frame';
import { RecoveryKind, type Recovery, type RecoveryRow } from './recovery';

/** What two rows, or the presence of rows, can differ in. The names are part of the JSON output. */
export type DifferenceKind =
  | 'wrong-cfa'
  /** SFrame says that the frame pointer is unchanged, and it is not. */
  | 'fp-rule-lost'
  | 'wrong-fp'
  | 'wrong-ra'
  | 'wrong-ra-signing'
  | 'wrong-pauth-key'
  | 'wrong-signal-flag'
  /** SFrame says that there is no caller, and there is one. */
  | 'false-outermost'
  /** There is no caller, and SFrame has a rule to find one. */
  | 'missed-outermost'
  /** The FDE of a signal trampoline has no FREs: by the specification it is outermost, in truth it has a caller. */
  | 'empty-signal-fde'
  /** SFrame has rows for a part of the function, but not for this. */
  | 'missing-rows'
  /** An FDE reaches into code that no reference FDE covers, though it covers the rest. */
  | 'extra-rows'
  | 'unreadable-rows'
  /** Not a difference: the reference's rule cannot be evaluated. */
  | 'not-comparable';

/** Differences of one pair of rows, as bits in the order of {@link rowDifferenceKinds}. */
export type DifferenceBits = number;

/** The kinds that a comparison of two rows can find; bit n stands for element n. */
export const rowDifferenceKinds = [
  'wrong-cfa',
  'wrong-ra',
  'fp-rule-lost',
  'wrong-fp',
  'wrong-ra-signing',
  'wrong-pauth-key',
  'wrong-signal-flag',
  'false-outermost',
  'missed-outermost',
  'not-comparable',
] as const satisfies readonly DifferenceKind[];

const bit = Object.fromEntries(rowDifferenceKinds.map((kind, i) => [kind, 1 << i])) as Record<
  (typeof rowDifferenceKinds)[number],
  number
>;

/** Seeds of the two probe frames. */
const SEEDS = [1, 2];

enum Sameness {
  Same,
  Different,
  Unknown,
}

export class RowComparison {
  /** Set by {@link compare} when its answer holds for the one address that it was asked about. */
  dependsOnPc = false;
  private readonly frames: readonly ProbeFrame[];

  /**
   * @param fpRegister DWARF number of the frame pointer
   * @param pcRegister DWARF number of the program counter, or -1
   */
  constructor(
    littleEndian: boolean,
    private readonly fpRegister: number,
    pcRegister: number,
  ) {
    this.frames = SEEDS.map((seed) => new ProbeFrame(seed, littleEndian, pcRegister));
  }

  /** What the SFrame row gets wrong at an address; 0 when both rows recover the same. */
  compare(sframe: RecoveryRow, reference: RecoveryRow, pc: number): DifferenceBits {
    this.dependsOnPc = false;
    let found = sframe.isSignal === reference.isSignal ? 0 : bit['wrong-signal-flag'];
    if (sframe.isOutermost || reference.isOutermost) {
      if (!reference.isOutermost) found |= bit['false-outermost'];
      if (!sframe.isOutermost) found |= bit['missed-outermost'];
      return found;
    }
    if (sframe.isRaSigned !== reference.isRaSigned) found |= bit['wrong-ra-signing'];
    else if (sframe.isRaSigned && sframe.usesKeyB !== reference.usesKeyB) found |= bit['wrong-pauth-key'];
    if (isWrittenTheSame(sframe, reference)) return found;
    return found | this.compareValues(sframe, reference, pc);
  }

  private compareValues(sframe: RecoveryRow, reference: RecoveryRow, pc: number): DifferenceBits {
    let found = 0;
    for (const frame of this.frames) {
      frame.pc = pc;
      frame.cfa = NaN;
      frame.hasAskedForPc = false;
      const cfa = frame.evaluate(reference.cfa, reference.section);
      if (Number.isNaN(cfa)) found |= bit['not-comparable'];
      else if (frame.evaluate(sframe.cfa, sframe.section) !== cfa) found |= bit['wrong-cfa'];
      frame.cfa = cfa;
    }
    if ((found & bit['not-comparable']) === 0) {
      found |= bitOf(this.sameness(sframe.ra, reference.ra, sframe, reference), 'wrong-ra');
      const fpKind = this.isOwnFp(sframe.fp) ? 'fp-rule-lost' : 'wrong-fp';
      found |= bitOf(this.sameness(sframe.fp, reference.fp, sframe, reference), fpKind);
    }
    this.dependsOnPc = this.frames.some((frame) => frame.hasAskedForPc);
    return found;
  }

  /** Compares two rules in frames whose CFA is known. */
  private sameness(one: Recovery, other: Recovery, row: RecoveryRow, reference: RecoveryRow): Sameness {
    if (other.kind === RecoveryKind.Lost) return one.kind === other.kind ? Sameness.Same : Sameness.Different;
    for (const frame of this.frames) {
      const expected = frame.evaluate(other, reference.section);
      if (Number.isNaN(expected)) return Sameness.Unknown;
      if (frame.evaluate(one, row.section) !== expected) return Sameness.Different;
    }
    return Sameness.Same;
  }

  private isOwnFp({ kind, base, offset, deref }: Recovery): boolean {
    return kind === RecoveryKind.Sum && base === this.fpRegister && offset === 0 && !deref;
  }
}

function bitOf(sameness: Sameness, kind: 'wrong-ra' | 'fp-rule-lost' | 'wrong-fp'): number {
  if (sameness === Sameness.Same) return 0;
  return sameness === Sameness.Different ? bit[kind] : bit['not-comparable'];
}

function isWrittenTheSame(one: RecoveryRow, other: RecoveryRow): boolean {
  return isSameSum(one.cfa, other.cfa) && isSameSum(one.ra, other.ra) && isSameSum(one.fp, other.fp);
}

function isSameSum(one: Recovery, other: Recovery): boolean {
  return (
    one.kind === RecoveryKind.Sum &&
    other.kind === RecoveryKind.Sum &&
    one.base === other.base &&
    one.offset === other.offset &&
    one.deref === other.deref
  );
}
