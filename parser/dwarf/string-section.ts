/**
 * The strings of a .debug_str section. It is a third and more of a C++ program's debug information, of which a recording needs the names of
 * some hundred functions: a large one is read where they are.
 */

import { decodeText } from '../bytes/text';
import { ParseError } from '../bytes';
import type { ElfImage, ElfSection } from '../elf';

/** Mangled names of heavy templates reach hundreds of kilobytes; what is longer has lost its end. */
const LONGEST_STRING_BYTES = 1 << 20;
/** How much is read at a place: most names end in it, and the next often begins there. */
const WINDOW_BYTES = 4096;

export interface StringSection {
  /** The zero-terminated string at an offset; undefined when it starts or ends outside, or is absurdly long. */
  at(offset: number): string | undefined;
}

/** A section that is in memory. */
export class HeldStrings implements StringSection {
  constructor(private readonly bytes: Uint8Array) {}

  at(offset: number): string | undefined {
    return decodeStringAt(this.bytes, offset);
  }
}

/** A section that lies in its file as it is, and within it. */
export class StringsInFile implements StringSection {
  private window: Uint8Array = new Uint8Array(0);
  private windowOffset = 0;

  constructor(
    private readonly image: ElfImage,
    private readonly section: ElfSection,
  ) {}

  at(offset: number): string | undefined {
    const left = this.section.sizeBytes - offset;
    if (!(offset >= 0 && left > 0)) return undefined;
    const inWindow = offset - this.windowOffset;
    if (inWindow >= 0 && this.window.indexOf(0, inWindow) >= 0) return decodeStringAt(this.window, inWindow);
    for (let size = WINDOW_BYTES; ; size *= 4) {
      const isAll = size >= left || size > LONGEST_STRING_BYTES;
      this.window = this.read(offset, Math.min(size, left));
      this.windowOffset = offset;
      if (isAll || this.window.includes(0)) return decodeStringAt(this.window, 0);
    }
  }

  /** The section's last byte: 0, where its last string has an end. */
  readLast(): Uint8Array {
    return this.read(this.section.sizeBytes - 1, 1);
  }

  /** Nothing where the file was cut off since it was opened. */
  private read(offset: number, sizeBytes: number): Uint8Array {
    try {
      return this.image.readFile(this.section.fileOffset + offset, sizeBytes);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.image.problems.add(`section ${this.section.name}: ${error.message}`);
      return new Uint8Array(0);
    }
  }
}

/** The zero-terminated string at an offset; undefined when it starts or ends outside, or is absurdly long. */
export function decodeStringAt(bytes: Uint8Array, offset: number): string | undefined {
  if (!(offset >= 0 && offset < bytes.length)) return undefined;
  const end = bytes.indexOf(0, offset);
  if (end < 0 || end - offset > LONGEST_STRING_BYTES) return undefined;
  return decodeText(bytes.subarray(offset, end));
}
