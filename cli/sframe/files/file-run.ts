/** Runs an analysis over files, one after the other, each open only while it is looked at. */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  archiveKindOf,
  ElfImage,
  listArchiveMembers,
  MemoryByteSource,
  openLaidOut,
  ParseError,
  type ByteSource,
} from '../../../parser';
import { FileByteSource } from '../../../parser/io';
import { printable } from '../../text/printable';
import { OutputError } from '../../text/output-error';
import type { ElfFiles, FailedFile } from './elf-files';

export interface FileRun {
  /** Takes each file, and each member of an archive. @param isMember of an archive */
  readonly visit: (image: ElfImage, isMember: boolean) => void;
  /** Relocatable files get addresses (openLaidOut); else they are opened as they are. */
  readonly laysOut?: boolean;
  /** Called before each file with the number of files done. */
  readonly onProgress?: (done: number) => void;
}

/** Calls back for each file in order. What cannot be read is passed over and returned, after names that do not exist. */
export function forEachElfFile(files: ElfFiles, run: FileRun): FailedFile[] {
  const failed: FailedFile[] = [...files.missing];
  for (const [done, path] of files.paths.entries()) {
    run.onProgress?.(done);
    attempt(path, failed, () => {
      if (path === '-') visitSource(new MemoryByteSource('standard input', readFileSync(0)), run, failed);
      else withFile(path, (source) => visitSource(source, run, failed));
    });
  }
  return failed;
}

/** Says on stderr what could not be looked at. */
export function reportFailures(failed: readonly FailedFile[], files: ElfFiles): void {
  for (const text of [...failed.map(({ message }) => message), ...files.problems]) {
    process.stderr.write(`perf-sframe: ${printable(text)}\n`);
  }
}

function visitSource(source: ByteSource, run: FileRun, failed: FailedFile[]): void {
  const kind = archiveKindOf(source);
  if (kind === undefined) return open(source, run, false);
  for (const { name, fileOffset, sizeBytes } of listArchiveMembers(source)) {
    // As readelf has them: parentheses for what is in the archive, brackets for what is a file of its own.
    const title = kind === 'regular' ? `${source.name}(${name})` : `${source.name}[${name}]`;
    attempt(title, failed, () => {
      if (kind === 'regular') {
        open(new MemoryByteSource(title, source.read(fileOffset, sizeBytes)), run, true);
        return;
      }
      withFile(resolve(dirname(source.name), name), (file) => {
        open(new MemoryByteSource(title, file.read(0, file.sizeBytes)), run, true);
      });
    });
  }
}

function open(source: ByteSource, { visit, laysOut }: FileRun, isMember: boolean): void {
  visit(laysOut ? openLaidOut(source) : ElfImage.parse(source), isMember);
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
