/**
 * What went wrong without stopping the program: counted under a code, the first few kept as examples, printed at
 * the end on stderr, so that nothing is skipped silently and nothing repeats a thousand times.
 */

import { printable } from './text/printable';

const EXAMPLES_KEPT = 3;

interface Entry {
  count: number;
  readonly summary: string;
  readonly examples: string[];
}

export class Diagnostics {
  private readonly entries = new Map<string, Entry>();
  private readonly lists: { readonly summary: string; readonly lines: readonly string[] }[] = [];
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
   * Says something in several lines of the caller's.
   * @param isDamage whether that is a part of the input that could not be used
   */
  addList(summary: string, lines: readonly string[], isDamage: boolean): void {
    this.lists.push({ summary, lines });
    this.listsTellDamage ||= isDamage;
  }

  /** Whether all parts of the input could be used. */
  get isEmpty(): boolean {
    return this.entries.size === 0 && !this.listsTellDamage;
  }

  /** The report, one paragraph for each kind; empty where nothing was counted. */
  format(): string {
    let text = '';
    for (const { count, summary, examples } of this.entries.values()) {
      text += `perf-sframe: ${summary}${count > 1 ? ` (${count} times)` : ''}\n`;
      for (const example of examples) text += `    ${printable(example)}\n`;
      if (count > examples.length) text += `    and ${count - examples.length} more\n`;
    }
    for (const { summary, lines } of this.lists) {
      text += [`perf-sframe: ${summary}`, ...lines.map((line) => `    ${printable(line)}`), ''].join('\n');
    }
    return text;
  }
}

/** A mistake in how the program was called: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
