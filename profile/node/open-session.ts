/** Opens a session on a recording of this machine's file system. */

import { NodeFileSystem, openRecording } from '../../parser/io';
import { Session } from '../session/session';
import type { SessionOptions } from '../session/session-options';
import type { DebuginfodOptions } from './debuginfod';
import { isRecordedHere } from './recorded-here';

export interface FileSessionOptions extends SessionOptions {
  /** Path of the recording: a file or a directory, or "-" for standard input. */
  readonly input: string;
  /** Where missing debug files may be fetched. */
  readonly debuginfod?: DebuginfodOptions;
}

/** @throws ParseError, or the system's error where the file cannot be read */
export async function openSession(options: FileSessionOptions): Promise<Session> {
  const files = new NodeFileSystem();
  const recording = await openRecording(options.input);
  const session = new Session(
    recording,
    { files, isRecordedHere: (which, kernelBuildId) => isRecordedHere(which, files, kernelBuildId) },
    options,
  );
  if (options.debuginfod) {
    const { fetchDebugFiles } = await import('./debuginfod');
    await fetchDebugFiles(recording, files, options.places, options.debuginfod, session.diagnostics);
  }
  return session;
}
