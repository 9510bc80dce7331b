/** The man page, from the descriptions of commands, in the macros of man(7). */

import type { CommandDescription } from './command-descriptions';

/** @param version of the program */
export function formatManPage(commands: readonly CommandDescription[], version: string): string {
  const lines = [
    `.TH PERF-SFRAME 1 "" "perf-sframe ${version}" "User Commands"`,
    '.SH NAME',
    'perf-sframe \\- read perf.data, unwind by SFrame, print as perf does',
    '.SH SYNOPSIS',
    '.B perf-sframe',
    '.I command',
    '.RI [ options ]',
    '.RI [ recording ]',
    '.SH DESCRIPTION',
    'Reads what',
    '.B perf record',
    'wrote, unwinds user stacks with SFrame (or DWARF, or frame pointers), and prints what',
    '.B perf script',
    'and',
    '.B perf report',
    'print.',
    '.SH COMMANDS',
    ...commands.flatMap(({ usage, describe }) => ['.TP', `.B ${escaped(usage)}`, escaped(describe)]),
  ];
  for (const { name, options } of commands) {
    lines.push(`.SH OPTIONS OF ${escaped(name.toUpperCase())}`);
    for (const { names, describe, takesValue, choices } of options) {
      const value = choices.length > 0 ? ` ${choices.join('|')}` : takesValue ? ' VALUE' : '';
      lines.push('.TP', `.B ${escaped(names.join(', ') + value)}`, escaped(describe));
    }
  }
  lines.push(
    '.SH EXIT STATUS',
    '0 done; 1 the input cannot be used (with \\-\\-strict, and in sframe commands: not all of it); 2 called wrongly; 3 a check failed (a threshold of \\-\\-fail\\-under is missed, a table differs); 4 an sframe command was given a file without a table; 141 the reader of the output went away.',
    '.SH ENVIRONMENT',
    'PERF_PAGER, PAGER, NO_COLOR, DEBUGINFOD_URLS, DEBUGINFOD_TIMEOUT, TMPDIR.',
    '.SH SEE ALSO',
    '.BR perf\\-record (1),',
    '.BR perf\\-report (1),',
    '.BR perf\\-script (1)',
  );
  return `${lines.join('\n')}\n`;
}

/** Text as roff takes it: no escapes, no request at a line's start. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(['.])/, '\\&$1')
    .replaceAll('\n', ' ')
    .replace(
      /[\u0080-\uffff]/g,
      (sign) => `\\[u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
