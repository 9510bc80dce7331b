/** What went wrong without stopping a command, as it stands at the end on stderr. */

import type { Diagnostics } from '../../profile';
import { printable } from './printable';

/** One paragraph for each kind of problem; empty where nothing was counted. */
export function formatDiagnostics(diagnostics: Diagnostics): string {
  let text = '';
  for (const { count, summary, examples } of diagnostics.problems) {
    text += `perf-sframe: ${summary}${count > 1 ? ` (${count} times)` : ''}\n`;
    for (const example of examples) text += `    ${printable(example)}\n`;
    if (count > examples.length) text += `    and ${count - examples.length} more\n`;
  }
  for (const { summary, lines } of diagnostics.listed) {
    text += [`perf-sframe: ${summary}`, ...lines.map((line) => `    ${printable(line)}`), ''].join('\n');
  }
  return text;
}
