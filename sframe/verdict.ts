/** What the verification of a file comes to. */

import { elf } from '../parser';
import type { StructureFindingCode } from './structure-check';
import type { Verification } from './verification';

/** The names are part of the JSON output. */
export type Verdict =
  | 'agrees'
  | 'differs'
  /** The structure is not well-formed. There may be differences too. */
  | 'damaged'
  /** Neither .eh_frame nor .debug_frame has any of the functions. */
  | 'no-reference'
  /** A relocatable file: well-formed, its rows cannot be compared before it is linked. */
  | 'structure-only'
  | 'no-sframe';

/** Findings that are not damage: a section without contents says nothing, but nothing wrong. */
const harmless = new Set<StructureFindingCode>(['section-empty', 'section-without-contents']);

/** Whether a finding leaves a table as good as it was. */
export function isHarmlessFinding(code: StructureFindingCode): boolean {
  return harmless.has(code);
}

/** The verdict on a file. Rows that cannot be compared do not count as different. */
export function verdictOf(verification: Verification): Verdict {
  const { image, sections, differences, structure } = verification;
  if (structure.some(({ code }) => !harmless.has(code))) return 'damaged';
  if (sections.length === 0) return 'no-sframe';
  const kinds = [...differences.totals.keys()];
  if (kinds.some((kind) => kind !== 'not-comparable')) return 'differs';
  if (image.type === elf.ET_REL) return 'structure-only';
  const hasNothingCompared = verification.comparedFdes === 0 && verification.unreferencedFdes > 0;
  return hasNothingCompared ? 'no-reference' : 'agrees';
}
