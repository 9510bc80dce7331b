/** The program as on a terminal, which script(1) gives it: nobody is there to leave a pager. */
import { spawnSync } from 'node:child_process';

export interface TerminalRun {
  /** Added to the environment, in which there is no pager and no colour. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the terminal; those of script(1) unless given. */
  readonly columns?: number;
}

/**
 * What a terminal is sent by a command of the shell, without the line of progress that a slow machine shows for a while.
 */
export function runAtTerminal(words: string, { environment, columns }: TerminalRun = {}): string {
  const command = columns === undefined ? words : `stty cols ${columns} rows 40; ${words}`;
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: { ...process.env, TERM: 'xterm', PAGER: 'cat', NO_COLOR: '1', ...environment },
    maxBuffer: 1 << 27,
    // A pager that waits for a person would wait for ever.
    timeout: 60_000,
  });
  // eslint-disable-next-line no-control-regex -- the line of progress begins so
  return stdout.replaceAll(/\r\x1b\[K[^\r\n]*(?=\r\x1b\[K)|\r\x1b\[K/g, '').replaceAll('\r\n', '\n');
}
