/** How every command on a recording ends: what could not be used is said on stderr, and decides the exit code if asked. */

import { formatDiagnostics } from './text/diagnostics-text';
import { formatUnwindCounters } from './text/unwind-text';
import type { Session } from '../profile';

const EXIT_DAMAGED = 1;

/** @returns the exit code: 0, or 1 with --strict where any part of the input could not be used */
export function finishRun(session: Session): number {
  const { diagnostics, options } = session;
  const { unwinder } = session.unwinding;
  // Most commands name inlined functions and lines when they print, long after all was read.
  session.binaries.reportDebugInformation();
  process.stderr.write(formatDiagnostics(diagnostics));
  if (options.isVerbose && unwinder) process.stderr.write(formatUnwindCounters(unwinder.counters));
  return options.isStrict && !diagnostics.isEmpty ? EXIT_DAMAGED : 0;
}
