/**
 * The machine's files as the symbolizer's BinaryFileSystem asks for them (symbolizer/files/binary-file-system.ts; the types
 * agree without an import, since nothing here may import the symbolizer).
 *
 * Files of /proc and /sys claim to be empty and are read whole.
 */

import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { FileByteSource } from './file-byte-source';
import { MemoryByteSource } from '../bytes/byte-source';

/** Bytes that are in memory, as a file that can be closed. */
class ReadFile extends MemoryByteSource {
  /** Nothing to give back. */
  close(): void {}
}

export class NodeFileSystem {
  /** Opens a regular file. Never throws. */
  open(path: string): FileByteSource | ReadFile | 'missing' | 'no-permission' | 'not-a-file' | 'unreadable' {
    try {
      const stat = statSync(path);
      if (!stat.isFile()) return 'not-a-file';
      return stat.size > 0 ? FileByteSource.open(path) : new ReadFile(path, readFileSync(path));
    } catch (error) {
      return describeError(error);
    }
  }

  /** The vDSO that the kernel mapped into this process; undefined on other systems than Linux. */
  readRunningVdso(): Uint8Array | undefined {
    let memory: number | undefined;
    try {
      const line = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(readFileSync('/proc/self/maps', 'latin1'));
      if (!line) return undefined;
      const start = parseInt(line[1], 16);
      const image = new Uint8Array(parseInt(line[2], 16) - start);
      memory = openSync('/proc/self/mem', 'r');
      return readSync(memory, image, 0, image.length, start) === image.length ? image : undefined;
    } catch {
      return undefined;
    } finally {
      if (memory !== undefined) closeSync(memory);
    }
  }
}

function describeError(error: unknown): 'missing' | 'no-permission' | 'unreadable' {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return 'missing';
  return code === 'EACCES' || code === 'EPERM' ? 'no-permission' : 'unreadable';
}
