/**
 * The one way in which a command writes a file that the user named (-o, --per-sample): whole or not at all.
 *
 *   open      before anything is read: refuses a folder, an input of the command, a place where nothing can be written
 *   write     blocks go to a file without a name, in the folder of the target: it is gone when the process is, however
 *             that ends
 *   commit    the blocks get a temporary name beside the target and then the target's, in one step (rename)
 *
 * Only while commit runs there is a temporary name. SIGINT and SIGTERM wait for its end: it is synchronous, and a signal
 * whose handler is JavaScript is handled after it.
 *
 * What is not a regular file (/dev/null, a named pipe) is written to directly.
 */

import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../profile';
import { deferSignals } from '../profile/node';
import { type BlockSink, descriptorSink, standardOutput } from './text/byte-writer';
import { OutputError } from './text/output-error';
import { bytesOf } from './text/text-width';

const COPY_BYTES = 1024 * 1024;
const BLOCK_CHARACTERS = 64 * 1024;
const STANDARD_INPUT = 0;

export interface OutputTarget {
  /** undefined and "-" are standard output. */
  readonly path: string | undefined;
  /** The option that names it, for messages: "--output". */
  readonly option: string;
  /** Files and directory recordings that the command reads; "-" is standard input, undefined ones are passed over. */
  readonly inputs: readonly (string | undefined)[];
}

/** Output on its way to a file or to standard output. Call exactly one of commit and discard. */
export interface OutputFile {
  /** Appends a block. @throws OutputError */
  readonly write: BlockSink;
  /** Writes over what was written, from an offset on; undefined where that cannot be done. @throws OutputError */
  readonly writeAt?: (bytes: Uint8Array, offset: number) => void;
  /** Everything is written: the file gets its name. @throws OutputError */
  readonly commit: () => void;
  /** Leaves everything as it was before. */
  readonly discard: () => void;
}

/**
 * Prepares an output.
 * @throws UsageError where the target is an input, is a folder or cannot be written
 */
export function openOutput(target: OutputTarget): OutputFile {
  const { path } = target;
  if (path === undefined || path === '-') {
    return { write: standardOutput, commit: () => undefined, discard: () => undefined };
  }
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing) checkExisting(target, path, existing);
  if (existing && !existing.isFile()) return openSpecial(target, path);
  // A link stays what it is: the file it leads to is replaced.
  return new ReplacedFile(target, path, existing ? realpathSync(path) : path, existing);
}

/** Writes a text, or what is made of one piece by piece, to a target that {@link openOutput} prepared. @throws OutputError */
export function finishOutput(output: OutputFile, text: string | Iterable<string>): void {
  let block = '';
  for (const piece of typeof text === 'string' ? [text] : text) {
    block += piece;
    if (block.length < BLOCK_CHARACTERS) continue;
    output.write(bytesOf(block));
    block = '';
  }
  if (block !== '') output.write(bytesOf(block));
  output.commit();
}

function checkExisting({ option, inputs }: OutputTarget, path: string, existing: Stats): void {
  if (existing.isDirectory()) throw new UsageError(`${option} ${path}: is a folder; name a file`);
  for (const input of inputs) {
    if (input === undefined || !isPartOf(input, existing)) continue;
    throw new UsageError(
      `${option} ${path}: is ${input === '-' ? 'standard input' : `the input ${input}`}, which would be lost; name another file`,
    );
  }
}

/** Whether a file is an input, under whatever name, or one of the files of a directory recording. */
function isPartOf(input: string, file: Stats): boolean {
  const isSame = (stat: Stats | undefined): boolean =>
    stat !== undefined && stat.dev === file.dev && stat.ino === file.ino;
  if (input === '-') return isSame(statOfStandardInput());
  const stat = statSync(input, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return isSame(stat);
  return readdirSync(input).some((name) => isSame(statSync(join(input, name), { throwIfNoEntry: false })));
}

function statOfStandardInput(): Stats | undefined {
  try {
    return fstatSync(STANDARD_INPUT);
  } catch {
    return undefined;
  }
}

function openSpecial({ option }: OutputTarget, path: string): OutputFile {
  const descriptor = attemptToOpen(option, path, () => openSync(path, constants.O_WRONLY));
  return {
    write: descriptorSink(descriptor, path),
    commit: () => closing(path, descriptor),
    discard: () => closeSync(descriptor),
  };
}

class ReplacedFile implements OutputFile {
  readonly write: BlockSink;
  private readonly descriptor: number;

  /** @param path as the user gave it, for messages @param target where the file is, links followed */
  constructor(
    { option }: OutputTarget,
    private readonly path: string,
    private readonly target: string,
    private readonly existing: Stats | undefined,
  ) {
    this.descriptor = attemptToOpen(option, path, () => {
      if (existing) accessSync(target, constants.W_OK);
      const name = this.temporaryName();
      const descriptor = openSync(name, 'wx+', 0o600);
      rmSync(name, { force: true });
      return descriptor;
    });
    this.write = descriptorSink(this.descriptor, path);
  }

  readonly writeAt = (bytes: Uint8Array, offset: number): void => {
    try {
      for (let at = 0; at < bytes.length;)
        at += writeSync(this.descriptor, bytes, at, bytes.length - at, offset + at);
    } catch (error) {
      throw new OutputError(this.path, error as NodeJS.ErrnoException);
    }
  };

  readonly commit = (): void => {
    deferSignals(() => {
      const name = this.temporaryName();
      try {
        this.copyTo(name);
        renameSync(name, this.target);
      } catch (error) {
        rmSync(name, { force: true });
        throw error instanceof OutputError
          ? error
          : new OutputError(this.path, error as NodeJS.ErrnoException);
      } finally {
        closeSync(this.descriptor);
      }
    });
  };

  readonly discard = (): void => closeSync(this.descriptor);

  private copyTo(name: string): void {
    const copy = openSync(name, 'wx', 0o666);
    try {
      if (this.existing) fchmodSync(copy, this.existing.mode & 0o777);
      const write = descriptorSink(copy, this.path);
      const block = new Uint8Array(COPY_BYTES);
      for (let at = 0, got; (got = readSync(this.descriptor, block, 0, COPY_BYTES, at)) > 0; at += got) {
        write(block.subarray(0, got));
      }
    } catch (error) {
      closeSync(copy);
      throw error;
    }
    closing(this.path, copy);
  }

  private temporaryName(): string {
    const random = Math.random().toString(36).slice(2, 10);
    return join(dirname(this.target), `.${basename(this.target)}.${process.pid}-${random}.tmp`);
  }
}

/** Closes a file. Some systems say only then that the disk was full. @throws OutputError */
function closing(path: string, descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch (error) {
    throw new OutputError(path, error as NodeJS.ErrnoException);
  }
}

/** @throws UsageError that says why nothing can be written there */
function attemptToOpen(option: string, path: string, open: () => number): number {
  try {
    return open();
  } catch (error) {
    throw new UsageError(`${option} ${path}: ${describeRefusal(error as NodeJS.ErrnoException, path)}`);
  }
}

function describeRefusal({ code, message }: NodeJS.ErrnoException, path: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no folder ${dirname(path)}`;
    case 'EACCES':
    case 'EPERM':
      return 'no permission to write it, or to make a file in its folder';
    case 'EROFS':
      return 'lies on a file system that is read-only';
    case 'ENOSPC':
      return 'there is no space left on the device';
    case 'EMFILE':
      return 'too many files are open (ulimit -n)';
    default:
      return `cannot be written: ${message}`;
  }
}
