/**
 * Collects differences as a comparison finds them, range by range, grouped by function and kind. Ranges that adjoin and
 * have the same rules become one. Of each kind in a function the first few ranges are kept with both rows, so that
 * a section that is wrong from end to end costs little memory.
 */

import { RecoveryRow } from './recovery';
import type { DifferenceKind } from './row-comparison';

const RANGES_KEPT = 4;

/** Where a function lies. */
export interface FunctionRange {
  readonly startSvma: number;
  readonly endSvma: number;
}

/** A range of code in which the two rows differ; a side that has no row there is undefined. */
export interface DifferentRange {
  startSvma: number;
  endSvma: number;
  readonly sframe: RecoveryRow | undefined;
  readonly reference: RecoveryRow | undefined;
}

export interface KindOfDifference {
  readonly kind: DifferenceKind;
  bytes: number;
  rangeCount: number;
  /** The first few ranges. */
  readonly ranges: DifferentRange[];
}

export interface FunctionDifferences {
  readonly startSvma: number;
  readonly endSvma: number;
  /** By kind, in the order in which they were found. */
  readonly kinds: KindOfDifference[];
}

/** Totals over all functions. */
export interface KindTotal {
  functions: number;
  bytes: number;
}

export class DifferenceLog {
  readonly functions: FunctionDifferences[] = [];
  readonly totals = new Map<DifferenceKind, KindTotal>();
  private readonly byStart = new Map<number, FunctionDifferences>();

  /**
   * Notes a range.
   * @param inFunction the function that the range belongs to
   * @param range its rows are borrowed: copied if they are kept
   */
  add(inFunction: FunctionRange, kind: DifferenceKind, range: DifferentRange): void {
    const { startSvma, endSvma, sframe, reference } = range;
    const ofFunction = this.findFunction(inFunction);
    let ofKind = ofFunction.kinds.find((candidate) => candidate.kind === kind);
    const total = this.totals.get(kind) ?? { functions: 0, bytes: 0 };
    this.totals.set(kind, total);
    if (!ofKind) {
      ofKind = { kind, bytes: 0, rangeCount: 0, ranges: [] };
      ofFunction.kinds.push(ofKind);
      total.functions++;
    }
    total.bytes += endSvma - startSvma;
    ofKind.bytes += endSvma - startSvma;
    const last = ofKind.ranges.at(-1);
    if (
      ofKind.rangeCount === ofKind.ranges.length &&
      last?.endSvma === startSvma &&
      isSameRow(last.sframe, sframe) &&
      isSameRow(last.reference, reference)
    ) {
      last.endSvma = endSvma;
      return;
    }
    ofKind.rangeCount++;
    if (ofKind.ranges.length === RANGES_KEPT) return;
    const copy = (row: RecoveryRow | undefined) => row && copyOf(row);
    ofKind.ranges.push({ startSvma, endSvma, sframe: copy(sframe), reference: copy(reference) });
  }

  private findFunction({ startSvma, endSvma }: FunctionRange): FunctionDifferences {
    let found = this.byStart.get(startSvma);
    if (!found) {
      found = { startSvma, endSvma, kinds: [] };
      this.byStart.set(startSvma, found);
      this.functions.push(found);
    }
    return found;
  }
}

function copyOf(row: RecoveryRow): RecoveryRow {
  const copy = new RecoveryRow();
  copy.copyFrom(row, row.startSvma, row.endSvma);
  return copy;
}

function isSameRow(one: RecoveryRow | undefined, other: RecoveryRow | undefined): boolean {
  return one && other ? one.hasSameRules(other) : one === other;
}
