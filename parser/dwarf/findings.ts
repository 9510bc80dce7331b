/**
 * Damage found in parts of a section: each part is skipped and counted under a code, and the first few places
 * are kept as examples (docs/architecture.md, "Errors", level 2).
 */

const KEPT_EXAMPLES = 3;

/** How often one kind of damage was met, and where first. */
export interface Finding<Code extends string> {
  readonly code: Code;
  readonly count: number;
  /** Offsets in the section of the first few damaged parts. */
  readonly sectionOffsets: readonly number[];
}

export class FindingLog<Code extends string> {
  private readonly byCode = new Map<Code, { count: number; sectionOffsets: number[] }>();

  /** Counts one damaged part. */
  add(code: Code, sectionOffset: number): void {
    let entry = this.byCode.get(code);
    if (!entry) {
      entry = { count: 0, sectionOffsets: [] };
      this.byCode.set(code, entry);
    }
    entry.count++;
    if (entry.sectionOffsets.length < KEPT_EXAMPLES) entry.sectionOffsets.push(sectionOffset);
  }

  /** What was found so far, in order of first appearance. */
  list(): Finding<Code>[] {
    return [...this.byCode].map(([code, entry]) => ({ code, ...entry }));
  }
}
