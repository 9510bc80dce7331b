/**
 * The debug sections of one file, each read when it is first asked for (DWARF 5, section 7.3 and appendix B):
 * of a program, of its separate debug file, of a split unit's .dwo (whose names end in ".dwo"), or of the
 * supplementary file that dwz moves shared parts to.
 */

import { ByteReader, ParseError } from '../bytes';
import { zlibInflate } from '../bytes/inflate';
import type { ElfImage } from '../elf';
import { SHT_NOBITS } from '../elf/constants';
import { DwarfCursor } from './dwarf-cursor';
import { decodeStringAt, HeldStrings, StringsInFile, type StringSection } from './string-section';

/** Section names without ".debug_". */
export type DwarfSectionName =
  | 'abbrev'
  | 'addr'
  | 'aranges'
  | 'cu_index'
  | 'info'
  | 'line'
  | 'line_str'
  | 'ranges'
  | 'rnglists'
  | 'str'
  | 'str_offsets'
  | 'tu_index'
  | 'types';

const EMPTY = new Uint8Array(0);
/** A section of strings that is larger is read where its strings are. */
const LARGE_STRINGS_BYTES = 1 << 20;

/**
 * How often a section may be read in all, and how much of it besides: entries elsewhere say where to read, and many of them may
 * name one table, or tables that overlap. Those of compilers are read once.
 */
const MOST_READINGS = 8;
const LEAST_BUDGET_BYTES = 1 << 20;

/** What may still be read of a section; below 0 when it is used up. Who reads takes off what it has read. */
export interface ReadBudget {
  bytesLeft: number;
}

export class DwarfSections {
  private readonly loaded = new Map<DwarfSectionName, Uint8Array>();
  private readonly lineStrings = new Map<number, string>();
  private strings: StringSection | undefined;
  private readonly cursors = new Map<DwarfSectionName, DwarfCursor>();
  private readonly budgets = new Map<DwarfSectionName, ReadBudget>();
  /** The file's own sections, where these are parts of them: parts may overlap, so that they share what may be read. */
  private whole: DwarfSections | undefined;

  private constructor(
    readonly name: string,
    readonly littleEndian: boolean,
    private readonly load: (name: DwarfSectionName) => Uint8Array,
    private readonly openStrings: () => StringSection,
    /** Where DW_FORM_strp_sup and DW_FORM_ref_sup point. */
    readonly supplementary: DwarfSections | undefined,
  ) {}

  /**
   * Sections of an ELF file. A section that cannot be read (cut off, or its compression damaged) counts as empty.
   *
   * @param suffix ".dwo" for split units
   */
  static ofImage(image: ElfImage, suffix = '', supplementary?: DwarfSections): DwarfSections {
    const checkEnd = (name: DwarfSectionName, last: Uint8Array): void => {
      if (last.length > 0 && last[last.length - 1] !== 0)
        image.problems.add(`section .debug_${name}${suffix} is damaged: its last string has no end`);
    };
    const load = (name: DwarfSectionName): Uint8Array => {
      const bytes = readDebugSection(image, `debug_${name}${suffix}`);
      if (name === 'str' || name === 'line_str') checkEnd(name, bytes);
      return bytes;
    };
    const openStrings = (): StringSection => {
      const section = image.findSection(`.debug_str${suffix}`);
      const isInFile = section && section.type !== SHT_NOBITS && image.holdsPlainly(section);
      if (!isInFile || section.sizeBytes < LARGE_STRINGS_BYTES) return new HeldStrings(load('str'));
      const strings = new StringsInFile(image, section);
      checkEnd('str', strings.readLast());
      return strings;
    };
    return new DwarfSections(image.name, image.littleEndian, load, openStrings, supplementary);
  }

  /** The same file with some sections replaced by a part of them (a unit's share of a .dwp). */
  withParts(parts: ReadonlyMap<DwarfSectionName, Uint8Array>): DwarfSections {
    const load = (name: DwarfSectionName): Uint8Array => parts.get(name) ?? this.bytes(name);
    const openStrings = (): StringSection => (this.strings ??= this.openStrings());
    const part = new DwarfSections(this.name, this.littleEndian, load, openStrings, this.supplementary);
    part.whole = this;
    return part;
  }

  /** A section's bytes, decompressed; empty when the file has none. Borrowed: do not write. */
  bytes(name: DwarfSectionName): Uint8Array {
    let bytes = this.loaded.get(name);
    if (!bytes) {
      bytes = this.load(name);
      this.loaded.set(name, bytes);
    }
    return bytes;
  }

  /**
   * A cursor over a section that all readers of this file share, for reads that finish before another reader of the
   * same section starts: tables that entries index into.
   */
  sharedCursor(name: 'addr' | 'info' | 'ranges' | 'rnglists' | 'str_offsets'): DwarfCursor {
    let cursor = this.cursors.get(name);
    if (!cursor) {
      cursor = new DwarfCursor(this.bytes(name), this.littleEndian);
      this.cursors.set(name, cursor);
    }
    return cursor;
  }

  /** What may still be read of a section through entries that say where to read. Shared: take off what is read. */
  readBudget(name: DwarfSectionName): ReadBudget {
    if (this.whole) return this.whole.readBudget(name);
    let budget = this.budgets.get(name);
    if (!budget) {
      budget = { bytesLeft: LEAST_BUDGET_BYTES + MOST_READINGS * this.bytes(name).length };
      this.budgets.set(name, budget);
    }
    return budget;
  }

  /** Whether a section was to be read so often that the rest of it was left out. */
  get isReadTooOften(): boolean {
    return [...this.budgets.values()].some(({ bytesLeft }) => bytesLeft < 0);
  }

  /** The string at an offset of .debug_str or .debug_line_str; undefined when the section does not hold it. */
  stringAt(section: 'str' | 'line_str', offset: number): string | undefined {
    if (section === 'str') return (this.strings ??= this.openStrings()).at(offset);
    // Every unit lists the same headers again, by the same offsets.
    let name = this.lineStrings.get(offset);
    if (name === undefined) {
      name = decodeStringAt(this.bytes(section), offset);
      if (name !== undefined) this.lineStrings.set(offset, name);
    }
    return name;
  }
}

function readDebugSection(image: ElfImage, name: string): Uint8Array {
  try {
    const section = image.findSection(`.${name}`);
    if (section) return section.type === SHT_NOBITS ? EMPTY : image.readSection(section);
    const old = image.findSection(`.z${name}`);
    return old ? inflateOldStyle(image.readSection(old), `${image.name}, section .z${name}`) : EMPTY;
  } catch (error) {
    if (error instanceof ParseError) return EMPTY;
    throw error;
  }
}

/** Compressed sections before the gABI had them: "ZLIB", the size as big-endian u64, the stream. */
function inflateOldStyle(bytes: Uint8Array, where: string): Uint8Array {
  const reader = new ByteReader(bytes, false, where);
  if (reader.readFixedString(4) !== 'ZLIB') return EMPTY;
  const sizeBytes = reader.readSize();
  return zlibInflate(reader.readBytes(reader.remaining), sizeBytes, where);
}
