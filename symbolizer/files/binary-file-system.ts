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

const failurePredicates: Readonly<Record<OpenFailure, string>> = {
  missing: 'was not found',
  'no-permission': 'may not be read',
  'not-a-file': 'is a folder',
  unreadable: 'cannot be read',
  special:
    'is no regular file (a device, a pipe, a file of the kernel), and is not opened because a recording names it',
  outside: 'lies outside the folder of --symfs, and was not opened',
  'leads-nowhere': 'is a link that leads to no file inside the folder that was given',
  'too-many-open': 'cannot be opened: too many files are open (ulimit -n)',
};

/** What is the matter with a file, as the end of a sentence that begins with its path. */
export function describeOpenFailure(failure: OpenFailure): string {
  return failurePredicates[failure];
}

export interface BinaryFileSystem {
  /** Opens a regular file that a recording or a binary names, in the places that the user gave. Never throws. */
  open(path: string): OpenFile | OpenFailure;
  /** Opens a file that the user names, or this program for itself: whatever it is, wherever it is. Never throws. */
  openNamed(path: string): OpenFile | OpenFailure;

  /** Image of the vDSO of the kernel that this program runs on, where there is one. */
  readRunningVdso?(): Uint8Array | undefined;
}
