/** `perf-sframe info`: what a recording is, and how well it can be unwound. */

import { printForReading, printText } from '../text/byte-writer';
import { formatInfoJson } from './info-data';
import { formatInfo } from './info-text';
import { type FileSessionOptions, openSession } from '../../profile/node';
import { gatherFacts } from './recording-facts';
import { finishRun } from '../finish-run';

/** @returns the exit code @throws ParseError, or the system's error */
export async function runInfo(
  options: FileSessionOptions,
  format: 'text' | 'json' = 'text',
): Promise<number> {
  const session = await openSession(options);
  const facts = gatherFacts(session);
  if (format === 'json') printText(formatInfoJson(options.input, session, facts));
  else printForReading(formatInfo(options.input, session, facts));
  return finishRun(session, { advises: false });
}
