/** The profile's entry for Node.js: recordings and binaries in files, debug files from debuginfod servers. */
export type { DebuginfodOptions } from './debuginfod';
export { openSession, type FileSessionChoices, type FileSessionOptions } from './open-session';
