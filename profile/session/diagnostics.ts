/**
 * What went wrong without stopping the program: counted under a code, the first few kept as examples, so that
 * nothing is skipped silently and nothing repeats a thousand times.
 */

const EXAMPLES_KEPT = 3;

/** Problems of one kind. */
export interface CountedProblem {
  readonly count: number;
  /** What it means and what to do about it, one sentence without a full stop. */
  readonly summary: string;
  /** The first few cases. */
  readonly examples: readonly string[];
}

export interface ProblemList {
  /** All in one line. */
  readonly summary: string;
  /** The details, for those who ask. */
  readonly lines: readonly string[];
  /** Share of the samples that it concerns, from 0 to 1. */
  readonly share: number;
}

interface Entry extends CountedProblem {
  count: number;
  readonly examples: string[];
}

export class Diagnostics {
  private readonly entries = new Map<string, Entry>();
  private readonly lists: ProblemList[] = [];
  private listsTellDamage = false;

  /**
   * Counts a problem.
   * @param code names the kind; problems of one kind make one paragraph
   * @param summary what it means and what to do about it, one sentence without a full stop
   * @param example the case at hand
   */
  add(code: string, summary: string, example: string): void {
    let entry = this.entries.get(code);
    if (!entry) {
      entry = { count: 0, summary, examples: [] };
      this.entries.set(code, entry);
    }
    entry.count++;
    if (entry.examples.length < EXAMPLES_KEPT) entry.examples.push(example);
  }

  /**
   * Says something that has details.
   * @param isDamage whether that is a part of the input that could not be used
   */
  addList(list: ProblemList, isDamage: boolean): void {
    this.lists.push(list);
    this.listsTellDamage ||= isDamage;
  }

  /** Whether all parts of the input could be used. */
  get isEmpty(): boolean {
    return this.entries.size === 0 && !this.listsTellDamage;
  }

  /** The kinds of problems that were counted, in the order in which they were met first. */
  get problems(): Iterable<CountedProblem> {
    return this.entries.values();
  }

  /** What was said with details. */
  get listed(): readonly ProblemList[] {
    return this.lists;
  }
}
