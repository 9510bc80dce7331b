/** How every command on a recording ends: what could not be used is said on stderr, and decides the exit code if asked. */

import { formatAccounting } from './text/accounting-text';
import { writeError } from './text/error-output';
import { formatProblems } from './text/diagnostics-text';
import { printable } from './text/printable';
import { formatUnwindCounters } from './text/unwind-text';
import { endProgress } from './show-progress';
import { adviseOnStacks } from './stack-advice';
import type { Session } from '../profile';

const EXIT_DAMAGED = 1;

export interface FinishChoice {
  /** Whether the command is of no use without stacks. */
  readonly needsStacks?: boolean;
  /** False where the command's own text says what is the matter with the stacks. */
  readonly advises?: boolean;
  /** What was said of other recordings of the same run: it is not said again. */
  readonly said?: Set<string>;
  /** Of one of several recordings its name, to say whose problems they are. */
  readonly name?: string;
}

/**
 * Says what is to be said of a session that has run: damage first, then what concerns most samples.
 * @returns the exit code: 0, or 1 with --strict where any part of the input could not be used
 */
export function finishRun(session: Session, choice: FinishChoice = {}): number {
  const { diagnostics, options } = session;
  endProgress();
  // Most commands name functions and lines when they print, long after all was read.
  session.binaries.reportDamage();
  session.binaries.saveAnswers();
  if (!options.isQuiet) writeError(formatNotices(session, choice));
  return options.isStrict && !diagnostics.isEmpty ? EXIT_DAMAGED : 0;
}

function formatNotices(session: Session, choice: FinishChoice): string {
  const { needsStacks = false, advises = true, said = new Set() } = choice;
  const { diagnostics, options, unwinding } = session;
  let text = formatProblems(diagnostics.problems);
  const advice = advises ? adviseOnStacks(session, needsStacks) : [];
  const notices = [
    ...advice.map((notice) => ({ ...notice, lines: [] as readonly string[] })),
    ...diagnostics.listed.map(({ summary, lines, share }) => ({ text: summary, lines, share })),
  ].sort((a, b) => b.share - a.share);
  for (const notice of notices) {
    const key = notice.text.replace(/\d+\.\d%/g, '%');
    if (said.has(key)) continue;
    said.add(key);
    text += `perf-sframe: ${printable(notice.text)}\n`;
    if (options.isVerbose) for (const line of notice.lines) text += `    ${printable(line)}\n`;
  }
  if (options.isVerbose && !options.offCpu) text += formatAccounting(session);
  if (options.isVerbose && unwinding.unwinder) text += formatUnwindCounters(unwinding.unwinder.counters);
  const { name } = choice;
  return name === undefined || text === '' ? text : `perf-sframe: in ${printable(name)}:\n${text}`;
}
