/**
 * Answers about binaries in files, one for each binary, in a folder that is the user's alone.
 *
 *   0  magic | 4 CRC-32 of the answers u32 | 8 the answers
 *
 * What is not as it should be is as if it were not there: a folder or file of somebody else, or that others may write; a link; a file
 * that is not what was written. Nothing here fails, and nothing is said: the answers are found out anew.
 */

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { AnswerStore } from '../answers/known-answers';
import { deferSignals } from './defer-signals';

const MAGIC = 0x66617370;
const HEADER_BYTES = 8;
const MOST_FILE_BYTES = 16 * 1024 * 1024;
const MOST_FOLDER_BYTES = 64 * 1024 * 1024;
const HOUR_MS = 3_600_000;
const OTHERS_MAY_WRITE = 0o022;

export interface AnswerFolderOptions {
  /** Path of the folder; it is made when there is something to keep. */
  readonly folder: string;
  /** What is to be read of a binary at least, symbol tables and debug information, for its answers to be kept. */
  readonly leastBytes: number;
  /** Tells programs apart that may answer differently. */
  readonly program: string;
}

export class AnswerFolder implements AnswerStore {
  readonly leastBytes: number;
  readonly program: string;
  private readonly folder: string;

  constructor({ folder, leastBytes, program }: AnswerFolderOptions) {
    this.folder = folder;
    this.leastBytes = leastBytes;
    this.program = program;
  }

  read(name: string): Uint8Array | undefined {
    return attempt(() => {
      if (!this.isOurs()) return undefined;
      const { O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
      const descriptor = openSync(join(this.folder, name), O_RDWR | O_NOFOLLOW | O_NONBLOCK);
      try {
        const stat = fstatSync(descriptor);
        if (!stat.isFile() || !belongsToUs(stat) || stat.size > MOST_FILE_BYTES) return undefined;
        const answers = unwrap(readWhole(descriptor, stat.size));
        const now = Date.now();
        // What was not used for longest is removed first.
        if (answers && now - stat.mtimeMs > HOUR_MS) futimesSync(descriptor, now / 1000, now / 1000);
        return answers;
      } finally {
        closeSync(descriptor);
      }
    });
  }

  write(files: ReadonlyMap<string, Uint8Array>): void {
    attempt(() => {
      makeFolder(this.folder);
      if (!this.isOurs()) return;
      deferSignals(() => {
        for (const [name, bytes] of files)
          if (bytes.length + HEADER_BYTES <= MOST_FILE_BYTES) attempt(() => this.replace(name, bytes));
      });
      this.prune();
    });
  }

  private isOurs(): boolean {
    const stat = lstatSync(this.folder);
    return stat.isDirectory() && belongsToUs(stat);
  }

  /** The new file is whole before it has the name. */
  private replace(name: string, bytes: Uint8Array): void {
    const random = Math.random().toString(36).slice(2, 10);
    const temporary = join(this.folder, `${name}.${process.pid}-${random}.tmp`);
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      try {
        for (const part of [headerOf(bytes), bytes]) writeWhole(descriptor, part);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, join(this.folder, name));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** Removes what was not used for longest where there is too much, and what killed processes left. */
  private prune(): void {
    const files: { path: string; stat: Stats }[] = [];
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      const stat = attempt(() => lstatSync(path));
      if (!stat?.isFile()) continue;
      if (name.endsWith('.tmp')) {
        if (Date.now() - stat.mtimeMs > HOUR_MS) rmSync(path, { force: true });
      } else if (isAnswerName(name)) files.push({ path, stat });
    }
    let bytes = files.reduce((sum, { stat }) => sum + stat.size, 0);
    for (const { path, stat } of files.sort((a, b) => a.stat.mtimeMs - b.stat.mtimeMs)) {
      if (bytes <= MOST_FOLDER_BYTES) return;
      rmSync(path, { force: true });
      bytes -= stat.size;
    }
  }
}

/**
 * Makes a folder, and those above it. @throws the system's error
 * Not by mkdir's `recursive`: that never ends in folders of the kernel, which say that what is above a new one is missing (Node 20).
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  mkdirSync(path, { mode: 0o700 });
}

/** Whether a name is one of ours: a build id and a hash. Nothing else in the folder is touched. */
function isAnswerName(name: string): boolean {
  return /^[0-9a-f]+-[0-9a-f]{8}$/.test(name);
}

function belongsToUs({ uid, mode }: Stats): boolean {
  // Systems without users of that kind say 0 of all files, and know no modes.
  return process.getuid === undefined || (uid === process.getuid() && (mode & OTHERS_MAY_WRITE) === 0);
}

function headerOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Uint32Array.of(MAGIC, crc32(bytes)).buffer);
}

/** The answers of a file, if they are what was written. */
function unwrap(file: Uint8Array): Uint8Array | undefined {
  if (file.length < HEADER_BYTES) return undefined;
  const answers = file.subarray(HEADER_BYTES);
  const [magic, checksum] = new Uint32Array(file.buffer, 0, 2);
  return magic === MAGIC && checksum === crc32(answers) ? answers : undefined;
}

function readWhole(descriptor: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let got = 0; got < sizeBytes;) {
    const size = readSync(descriptor, bytes, got, sizeBytes - got, got);
    if (size === 0) return bytes.subarray(0, got);
    got += size;
  }
  return bytes;
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at, bytes.length - at);
}

/** Undefined where the system refuses. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
