/** Opens a session on a recording of this machine's file system. */

import { NodeFileSystem, openRecording } from '../../parser/io';
import { Session } from '../session/session';
import { userCaches } from '../../symbolizer';
import type { SessionOptions } from '../session/session-options';
import { usualSessionOptions } from '../session/start-session';
import type { AnswerFolderOptions } from './answer-folder';
import type { DebuginfodOptions } from './debuginfod';
import { isRecordedHere } from './recorded-here';
import { runningContainer } from './running-process';

export interface FileSessionOptions extends SessionOptions {
  /** Path of the recording: a file or a directory, or "-" for standard input. */
  readonly input: string;
  /** Where missing debug files may be fetched. */
  readonly debuginfod?: DebuginfodOptions;
  /** Where what is found out of large binaries is kept for later runs; nothing is kept unless this is given. */
  readonly answers?: AnswerFolderOptions;
}

/** The recording and the options; binaries and caches are looked for where perf looks. */
export type FileSessionChoices = Pick<FileSessionOptions, 'input'> & Partial<FileSessionOptions>;

/** @throws ParseError, or the system's error where the file cannot be read */
export async function openSession(options: FileSessionChoices): Promise<Session> {
  const places = options.places ?? userCaches(process.env);
  const files = new NodeFileSystem(places);
  const recording = await openRecording(options.input);
  const answers = options.answers && new (await import('./answer-folder')).AnswerFolder(options.answers);
  const session = new Session(
    recording,
    {
      files,
      isRecordedHere: (which, kernelBuildId) => isRecordedHere(which, files, kernelBuildId),
      answers,
      runningContainer: (pid, { writtenAt }) => runningContainer(pid, writtenAt),
    },
    { ...usualSessionOptions, ...options, places },
  );
  if (options.debuginfod) {
    const { fetchDebugFiles } = await import('./debuginfod');
    await fetchDebugFiles(recording, files, places, options.debuginfod, session.diagnostics);
  }
  return session;
}
