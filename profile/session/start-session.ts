/** Sessions for those who say only what they want otherwise than usual, wherever the recording's bytes are. */

import type { BinaryFileSystem, Recording } from '../../parser';
import { MemoryFileSystem } from '../../symbolizer';
import { correct } from './behaviours';
import { Session } from './session';
import type { SessionOptions } from './session-options';

/** As many frames as perf shows of a stack. */
const USUAL_MAX_STACK = 127;

/** What a session does where nothing else is said: unwinds by the best table there is, joins and names everything. */
export const usualSessionOptions: SessionOptions = {
  unwind: 'auto',
  behaviours: correct,
  maxStack: USUAL_MAX_STACK,
  mergesDeferred: true,
  inlines: true,
  places: {},
  filter: {},
  isStrict: false,
  isVerbose: false,
};

export interface SessionChoices extends Partial<SessionOptions> {
  /** The binaries of the recording, under the paths that it names; without them frames have no names. */
  readonly files?: BinaryFileSystem;
}

/**
 * Starts a session on a recording that was opened.
 * @throws UsageError where a filter makes no sense; ParseError where the recording's features are damaged
 */
export function startSession(recording: Recording, choices: SessionChoices = {}): Session {
  const { files = new MemoryFileSystem(new Map()), ...options } = choices;
  return new Session(
    recording,
    { files, isRecordedHere: () => false },
    { ...usualSessionOptions, ...options },
  );
}
