/** The profile's entry for Node.js: recordings and binaries in files, debug files from debuginfod servers. */
export { deferSignals } from './defer-signals';
export type { DebuginfodOptions } from './debuginfod';
export type { AnswerFolderOptions } from './answer-folder';
export { openSession, type FileSessionChoices, type FileSessionOptions } from './open-session';
