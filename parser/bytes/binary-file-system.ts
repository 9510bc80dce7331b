/**
 * What is asked of a file system that holds binaries, so that names are found where there is none, too: in a browser the files
 * are what the user dropped in (symbolizer/files/memory-file-system.ts). parser/io/node-file-system.ts is the real one.
 */

import type { ByteSource } from './byte-source';

export interface OpenFile extends ByteSource {
  /** Gives the file back; no read after it. */
  close(): void;
}

/** Why a path cannot be read. */
export type OpenFailure =
  | 'missing'
  | 'no-permission'
  /** A folder. */
  | 'not-a-file'
  | 'unreadable'
  /** A device, a pipe or a file that the kernel makes up: never opened because a recording names it. */
  | 'special'
  /** Not in a place that the user gave. */
  | 'outside'
  /** A link that leads to nothing, or out of the places that the user gave. */
  | 'leads-nowhere'
  | 'too-many-open';

export interface BinaryFileSystem {
  /** Opens a regular file that a recording or a binary names, in the places that the user gave. Never throws. */
  open(path: string): OpenFile | OpenFailure;
  /** Opens a file that the user names, or this program for itself: whatever it is, wherever it is. Never throws. */
  openNamed(path: string): OpenFile | OpenFailure;

  /** Image of the vDSO of the kernel that this program runs on, where there is one. */
  readRunningVdso?(): Uint8Array | undefined;
}
