/** Runs an analysis over files, one after the other, each open only while it is looked at. */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  archiveKindOf,
  ElfImage,
  listArchiveMembers,
  MemoryByteSource,
  openLaidOut,
  SFRAME_PART,
  ParseError,
  type ByteSource,
} from '../../../parser';
import { FileByteSource } from '../../../parser/io';
import { writeError } from '../../text/error-output';
import { printable } from '../../text/printable';
import { OutputError } from '../../text/output-error';
import { ExitCode } from '../exit-code';
import type { ElfFiles, FailedFile } from './elf-files';

export interface FileRun {
  /** Takes each file, and each member of an archive. @param isMember of an archive */
  readonly visit: (image: ElfImage, isMember: boolean) => void;
  /** Relocatable files get addresses (openLaidOut); else they are opened as they are. */
  readonly laysOut?: boolean;
  /** The tables are what is judged: that they are damaged is found, and not said besides. */
  readonly judgesTables?: boolean;
  /** Called before each file with the number of files done. */
  readonly onProgress?: (done: number) => void;
}

export interface RunOutcome {
  /** Names that do not exist, then what could not be read and was passed over. */
  readonly failed: FailedFile[];
  /** Damaged parts of files that were looked at all the same. */
  readonly damaged: FailedFile[];
}

/** Calls back for each file in order. */
export function forEachElfFile(files: ElfFiles, run: FileRun): RunOutcome {
  const outcome: RunOutcome = { failed: [...files.missing], damaged: [] };
  const { failed } = outcome;
  for (const [done, path] of files.paths.entries()) {
    run.onProgress?.(done);
    attempt(path, failed, () => {
      if (path === '-') visitSource(new MemoryByteSource('standard input', readFileSync(0)), run, outcome);
      else withFile(path, (source) => visitSource(source, run, outcome));
    });
  }
  return outcome;
}

/**
 * Says on stderr what could not be looked at, and what of the rest was damaged.
 * @param found the exit code of what was found
 * @returns the exit code
 */
export function finishFileRun({ failed, damaged }: RunOutcome, files: ElfFiles, found: ExitCode): ExitCode {
  for (const text of [...[...failed, ...damaged].map(({ message }) => message), ...files.problems]) {
    writeError(`perf-sframe: ${printable(text)}\n`);
  }
  return failed.length + damaged.length > 0 ? ExitCode.Unusable : found;
}

/** What of a file could not be used, when it has been looked at. */
export function damageOf(image: ElfImage, judgesTables = false): FailedFile[] {
  const texts = image.listDamage(judgesTables ? SFRAME_PART : undefined);
  return texts.map((text) => ({ path: image.name, message: `${image.name}: ${text}` }));
}

function visitSource(source: ByteSource, run: FileRun, outcome: RunOutcome): void {
  const kind = archiveKindOf(source);
  if (kind === undefined) return open(source, run, outcome, false);
  for (const { name, fileOffset, sizeBytes } of listArchiveMembers(source)) {
    // As readelf has them: parentheses for what is in the archive, brackets for what is a file of its own.
    const title = kind === 'regular' ? `${source.name}(${name})` : `${source.name}[${name}]`;
    attempt(title, outcome.failed, () => {
      if (kind === 'regular') {
        open(new MemoryByteSource(title, source.read(fileOffset, sizeBytes)), run, outcome, true);
        return;
      }
      withFile(resolve(dirname(source.name), name), (file) => {
        open(new MemoryByteSource(title, file.read(0, file.sizeBytes)), run, outcome, true);
      });
    });
  }
}

function open(
  source: ByteSource,
  { visit, laysOut, judgesTables }: FileRun,
  { damaged }: RunOutcome,
  isMember: boolean,
): void {
  const image = laysOut ? openLaidOut(source) : ElfImage.parse(source);
  visit(image, isMember);
  damaged.push(...damageOf(image, judgesTables));
}

function withFile(path: string, use: (source: FileByteSource) => void): void {
  const source = FileByteSource.open(path);
  try {
    use(source);
  } finally {
    source.close();
  }
}

function attempt(path: string, failed: FailedFile[], action: () => void): void {
  try {
    action();
  } catch (error) {
    // A failure to write the output is not the file's fault.
    if (error instanceof OutputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof ParseError || code !== undefined)) throw error;
    failed.push({ path, message: describe(error as Error, path) });
  }
}

function describe(error: Error, path: string): string {
  if (error.message.startsWith(path)) return error.message;
  // "standard input" names itself.
  return path === '-' ? error.message : `${path}: ${error.message}`;
}
