/** What went wrong without stopping a command, as it stands at the end on stderr. */

import type { CountedProblem } from '../../profile';
import { printable } from './printable';

/** One paragraph for each kind of problem; empty where nothing was counted. */
export function formatProblems(problems: Iterable<CountedProblem>): string {
  let text = '';
  for (const { count, summary, examples } of problems) {
    text += `perf-sframe: ${summary}${count > 1 ? ` (${count} times)` : ''}\n`;
    for (const example of examples) text += `    ${printable(example)}\n`;
    if (count > examples.length) text += `    and ${count - examples.length} more\n`;
  }
  return text;
}
