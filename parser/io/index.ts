/** The parser's entry for Node.js: what reads files and standard input. Everything else of the parser is without I/O. */
export { FileByteSource } from './file-byte-source';
export { NodeFileSystem, type UserPlaces } from './node-file-system';
export { openRecording } from './open-recording';
