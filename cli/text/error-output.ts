/**
 * What is said on stderr. Written at once and to the descriptor: making the stream process.stderr takes a twentieth of the
 * time of a small run.
 */

import { descriptorSink } from './byte-writer';
import { OutputError } from './output-error';
import { bytesOf } from './text-width';

const STANDARD_ERROR = 2;
const EXIT_NOT_SAID = 1;

let stream: NodeJS.WriteStream | undefined;

/** The stream of stderr, for what draws on a terminal. A reader that goes away ends nothing. */
export function errorStream(): NodeJS.WriteStream {
  stream ??= process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return stream;
}

/**
 * Writes a text to stderr. A reader that went away misses it; where it is lost otherwise, as on a full disk, the program
 * ends with exit code 1 at least.
 */
export function writeError(text: string): void {
  if (text === '') return;
  try {
    descriptorSink(STANDARD_ERROR, 'standard error')(bytesOf(text));
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    if (error.code !== 'EPIPE') process.exitCode = EXIT_NOT_SAID;
  }
}
