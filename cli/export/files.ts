/** The files of an export: opened before anything is read, written in blocks, named when all are whole. */

import { UsageError, type ExportFile, type ExportTarget } from '../../profile';
import { openOutput, type OutputFile } from '../output-file';
import { shownLines } from '../text/printable';
import { bytesOf } from '../text/text-width';

const BLOCK_CHARACTERS = 64 * 1024;

export class ExportFiles implements ExportTarget {
  private readonly files = new Map<string | undefined, BufferedFile>();

  /**
   * @param parts files that the format has, as Exporter lists them
   * @param inputs what the command reads, and must not be overwritten
   * @throws UsageError where one cannot be written
   */
  constructor(
    path: string | undefined,
    parts: readonly (string | undefined)[],
    inputs: readonly (string | undefined)[],
  ) {
    const isStandardOutput = path === undefined || path === '-';
    if (isStandardOutput && parts.length > 1) {
      throw new UsageError(
        `the format has ${parts.length} files (${parts.join(', ')}): name them by -o FILE`,
      );
    }
    for (const part of parts) {
      const target = {
        path: isStandardOutput ? undefined : partPath(path, part),
        option: '--output',
        inputs,
      };
      this.files.set(part, new BufferedFile(openOutput(target), isStandardOutput));
    }
  }

  open(part?: string): ExportFile {
    return this.files.get(part)!;
  }

  /** All is written: the files get their names. */
  commit(): void {
    for (const file of this.files.values()) file.commit();
  }
}

/** "out.samples.parquet" is the part "samples" of "out.parquet". */
function partPath(path: string, part: string | undefined): string {
  return part === undefined ? path : path.replace(/(\.[^./]*)?$/, (end) => `.${part}${end}`);
}

class BufferedFile implements ExportFile {
  private texts: string[] = [];
  private characters = 0;

  constructor(
    private readonly output: OutputFile,
    private readonly isStandardOutput: boolean,
  ) {}

  write(block: string | Uint8Array): void {
    if (typeof block !== 'string') {
      this.flush();
      this.output.write(block);
      return;
    }
    this.texts.push(block);
    this.characters += block.length;
    if (this.characters >= BLOCK_CHARACTERS) this.flush();
  }

  commit(): void {
    this.flush();
    this.output.commit();
  }

  private flush(): void {
    const text = this.texts.join('');
    if (text !== '') this.output.write(bytesOf(this.isStandardOutput ? shownLines(text) : text));
    this.texts = [];
    this.characters = 0;
  }
}
