/** Binaries that are in memory, by the paths under which a recording names them: the files of a browser, or of a test. */

import { MemoryByteSource, type BinaryFileSystem, type OpenFailure, type OpenFile } from '../../parser';

export class MemoryFileSystem implements BinaryFileSystem {
  /** @param contents by path; looked at anew at each opening, so that files may still be added */
  constructor(private readonly contents: ReadonlyMap<string, Uint8Array>) {}

  /** Opens a file. Never throws. */
  open(path: string): OpenFile | OpenFailure {
    const bytes = this.contents.get(path);
    return bytes ? Object.assign(new MemoryByteSource(path, bytes), { close: () => undefined }) : 'missing';
  }

  /** The same: all that is here the user gave. */
  openNamed(path: string): OpenFile | OpenFailure {
    return this.open(path);
  }
}
