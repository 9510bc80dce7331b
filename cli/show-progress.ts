/** The progress of the run, for sessions to report to and for output to end. */

import { ReadProgress } from './text/terminal/read-progress';

let isShown = false;
let progress: ReadProgress | undefined;

/** Says whether stderr is a terminal; nothing is shown elsewhere. */
export function showProgressOnTerminal(isTerminal: boolean): void {
  isShown = isTerminal;
}

/** Shows how far a recording is read. */
export function showProgress(readBytes: number, totalBytes: number | undefined, samples: number): void {
  if (!isShown) return;
  progress ??= new ReadProgress();
  progress.update(readBytes, totalBytes, samples);
}

/** Takes it away: something else is written now. */
export function endProgress(): void {
  progress?.end();
  progress = undefined;
}
