/** The entry `perf-sframe/node`: recordings and binaries in files, recordings on standard input, debuginfod servers. */
export { FileByteSource, NodeFileSystem, openRecording, type UserPlaces } from '../parser/io';
export {
  openSession,
  type AnswerFolderOptions,
  type DebuginfodOptions,
  type FileSessionChoices,
  type FileSessionOptions,
} from '../profile/node';
