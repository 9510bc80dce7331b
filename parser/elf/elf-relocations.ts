/**
 * A relocation table as columns (gABI, "Relocation"). Words are 4 bytes in ELF32 and 8 in ELF64; REL entries have no addend:
 *
 *   offset word | info word: symbol << 8 | type in ELF32, symbol << 32 | type in ELF64 | addend, a signed word
 */

import { addressFromHalves } from '../bytes';
import { SHT_RELA } from './constants';
import type { ElfSection } from './elf-headers';
import type { ElfImage } from './elf-image';

export class ElfRelocations {
  readonly count: number;
  /** r_offset: the svma of what is relocated; relative to the section in relocatable files. */
  readonly offset: Float64Array;
  /** R_‹machine›_*. */
  readonly type: Uint32Array;
  /** Index in the symbol table that the section's sh_link names; 0 for none. */
  readonly symbol: Uint32Array;
  /** 0 in REL entries, whose addends are in the words to relocate. */
  readonly addend: Float64Array;

  /** Reads a section of type SHT_RELA or SHT_REL. @throws ParseError when the file does not hold all of it */
  static read(image: ElfImage, section: ElfSection): ElfRelocations {
    return new ElfRelocations(image, image.readSection(section), section.type === SHT_RELA);
  }

  private constructor({ wordSizeBytes, littleEndian }: ElfImage, bytes: Uint8Array, hasAddend: boolean) {
    const entrySizeBytes = (hasAddend ? 3 : 2) * wordSizeBytes;
    const count = Math.floor(bytes.length / entrySizeBytes);
    this.count = count;
    this.offset = new Float64Array(count);
    this.type = new Uint32Array(count);
    this.symbol = new Uint32Array(count);
    this.addend = new Float64Array(count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0, at = 0; i < count; i++, at += entrySizeBytes) {
      if (wordSizeBytes === 8) {
        this.offset[i] = readAddress(view, at, littleEndian);
        this.type[i] = view.getUint32(at + (littleEndian ? 8 : 12), littleEndian);
        this.symbol[i] = view.getUint32(at + (littleEndian ? 12 : 8), littleEndian);
        if (hasAddend) this.addend[i] = readAddress(view, at + 16, littleEndian);
      } else {
        const info = view.getUint32(at + 4, littleEndian);
        this.offset[i] = view.getUint32(at, littleEndian);
        this.type[i] = info & 0xff;
        this.symbol[i] = info >>> 8;
        if (hasAddend) this.addend[i] = view.getInt32(at + 8, littleEndian);
      }
    }
  }
}

/**
 * Which symbols the words at some addresses are bound to, among the relocations of a section of type SHT_RELA or SHT_REL. A
 * library has ten thousand relocations, and few ask for theirs.
 * @param svmas r_offset of the relocations that are asked for
 * @returns by r_offset the index in the symbol table that sh_link names; not of relocations without a symbol
 * @throws ParseError when the file does not hold all of the section
 */
export function findRelocatedSymbols(
  image: ElfImage,
  section: ElfSection,
  svmas: ReadonlySet<number>,
): Map<number, number> {
  const { wordSizeBytes, littleEndian } = image;
  const bytes = image.readSection(section);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entrySizeBytes = (section.type === SHT_RELA ? 3 : 2) * wordSizeBytes;
  const symbolAt = wordSizeBytes === 8 && littleEndian ? 12 : wordSizeBytes;
  const found = new Map<number, number>();
  for (let at = 0; at + entrySizeBytes <= bytes.length; at += entrySizeBytes) {
    const word = view.getUint32(at + symbolAt, littleEndian);
    const symbol = wordSizeBytes === 8 ? word : word >>> 8;
    if (symbol === 0) continue;
    const svma = wordSizeBytes === 8 ? readAddress(view, at, littleEndian) : view.getUint32(at, littleEndian);
    if (svmas.has(svma)) found.set(svma, symbol);
  }
  return found;
}

function readAddress(view: DataView, at: number, littleEndian: boolean): number {
  const first = view.getUint32(at, littleEndian);
  const second = view.getUint32(at + 4, littleEndian);
  return littleEndian ? addressFromHalves(first, second) : addressFromHalves(second, first);
}
