/**
 * What the symbolizer asks of a file system, so that it runs where there is none: in a browser the files are what the
 * user dropped in. parser/io/node-file-system.ts is the real one.
 */

import type { ByteSource } from '../../parser';

export interface OpenFile extends ByteSource {
  /** Gives the file back; no read after it. */
  close(): void;
}

/** Why a path cannot be read. */
export type OpenFailure = 'missing' | 'no-permission' | 'not-a-file' | 'unreadable';

export interface BinaryFileSystem {
  /** Opens a regular file for reading. Never throws. */
  open(path: string): OpenFile | OpenFailure;

  /** Image of the vDSO of the kernel that this program runs on, where there is one. */
  readRunningVdso?(): Uint8Array | undefined;
}
