/**
 * Files that are open only while they are read, so that a recording of any number of binaries needs few descriptors: a pool
 * keeps the files that were read last open, and opens others again. One that was replaced meanwhile is noticed.
 */

import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { checkRange, type ByteSource } from '../bytes/byte-source';
import { ParseError } from '../bytes/parse-error';
import { systemPath } from './system-path';

const MOST_OPEN = 32;
/** Bytes that may always be read at once. More only where the file has blocks on the disk to show for them. */
const ALWAYS_READABLE_BYTES = 1 << 26;
/** File systems that compress store this much less than a file's size at most. */
const MOST_COMPRESSION = 32;
const BLOCK_BYTES = 512;

/** The files that are open, those that were read last at the end. */
export class FilePool {
  private readonly open = new Map<PooledFile, number>();

  /** The descriptor of a file, opened if need be. @throws the system's error, or ParseError where the file was replaced */
  descriptorOf(file: PooledFile): number {
    let descriptor = this.open.get(file);
    if (descriptor !== undefined) this.open.delete(file);
    else descriptor = this.reopen(file);
    this.open.set(file, descriptor);
    return descriptor;
  }

  close(file: PooledFile): void {
    const descriptor = this.open.get(file);
    if (descriptor === undefined) return;
    this.open.delete(file);
    closeSync(descriptor);
  }

  private reopen(file: PooledFile): number {
    while (this.open.size >= MOST_OPEN) this.closeOldest();
    for (;;) {
      try {
        return file.openAgain();
      } catch (error) {
        // Others of this process may have taken the descriptors that are left.
        if ((error as NodeJS.ErrnoException).code !== 'EMFILE' || !this.closeOldest()) throw error;
      }
    }
  }

  /** @returns false where none is open */
  private closeOldest(): boolean {
    const [oldest] = this.open.keys();
    if (oldest === undefined) return false;
    this.close(oldest);
    return true;
  }
}

/** A regular file. */
export class PooledFile implements ByteSource {
  readonly sizeBytes: number;

  /**
   * @param name for messages
   * @param path where it is
   * @param stat of the file that is meant
   */
  constructor(
    private readonly pool: FilePool,
    readonly name: string,
    private readonly path: string,
    private readonly stat: Stats,
  ) {
    this.sizeBytes = stat.size;
  }

  /** Nobody can set the time of a file's last change. */
  get identity(): string {
    const { ino, size, mtimeMs, ctimeMs } = this.stat;
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  }

  read(offset: number, sizeBytes: number): Uint8Array {
    checkRange(this, offset, sizeBytes);
    const allocatedBytes = this.stat.blocks * BLOCK_BYTES;
    if (sizeBytes > Math.max(ALWAYS_READABLE_BYTES, allocatedBytes * MOST_COMPRESSION)) {
      throw new ParseError({
        what: 'a part of a file that is mostly holes is not read',
        where: `${this.name}, offset 0x${offset.toString(16)}`,
        found: `${sizeBytes} bytes, of which the disk holds at most ${allocatedBytes}`,
      });
    }
    const bytes = new Uint8Array(sizeBytes);
    const descriptor = this.pool.descriptorOf(this);
    for (let got = 0; got < sizeBytes;) {
      const size = readSync(descriptor, bytes, got, sizeBytes - got, offset + got);
      if (size === 0) throw this.changed('became shorter');
      got += size;
    }
    return bytes;
  }

  /** Gives the descriptor back. */
  close(): void {
    this.pool.close(this);
  }

  /** Opens the file for the pool. @internal @throws the system's error, or ParseError where it is another file by now */
  openAgain(): number {
    const descriptor = openSync(systemPath(this.path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const { dev, ino, size } = fstatSync(descriptor);
    if (dev === this.stat.dev && ino === this.stat.ino && size === this.sizeBytes) return descriptor;
    closeSync(descriptor);
    throw this.changed('was replaced');
  }

  private changed(how: string): ParseError {
    return new ParseError({ what: `the file ${how} while it was read`, where: this.name });
  }
}
