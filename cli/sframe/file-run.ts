/** Runs an analysis over files, one after the other, each open only while it is looked at. */

import { readFileSync } from 'node:fs';
import { ElfImage, MemoryByteSource, ParseError } from '../../parser';
import { FileByteSource } from '../../parser/io';
import { OutputError } from '../text/output-error';
import type { ElfFiles } from './elf-files';

/** A file that could not be looked at. */
export interface FailedFile {
  readonly path: string;
  /** For a person; begins with the path. */
  readonly message: string;
}

/**
 * Calls back for each file in order. What cannot be read is passed over and returned.
 * @param onProgress called before each file with the number of files done
 */
export function forEachElfFile(
  files: ElfFiles,
  visit: (image: ElfImage, path: string) => void,
  onProgress: (done: number) => void = () => undefined,
): FailedFile[] {
  const failed: FailedFile[] = [];
  for (const [done, path] of files.paths.entries()) {
    onProgress(done);
    let source: FileByteSource | undefined;
    try {
      if (path !== '-') source = FileByteSource.open(path);
      visit(ElfImage.parse(source ?? readStandardInput()), path);
    } catch (error) {
      // Output that cannot be written is no fault of the file.
      if (error instanceof OutputError) throw error;
      const { code } = error as NodeJS.ErrnoException;
      if (!(error instanceof ParseError || code !== undefined)) throw error;
      failed.push({ path, message: describe(error as Error, path) });
    } finally {
      source?.close();
    }
  }
  return failed;
}

function readStandardInput(): MemoryByteSource {
  return new MemoryByteSource('standard input', readFileSync(0));
}

function describe(error: Error, path: string): string {
  return error.message.startsWith(path) ? error.message : `${path}: ${error.message}`;
}
