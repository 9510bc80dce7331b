/**
 * A symbol table as columns, so that a libc's or a kernel's tens of thousands of symbols cost no object each.
 * gABI, "Symbol Table":
 *
 *   Elf64_Sym, 24 bytes: 0 name u32 | 4 info u8 | 5 other u8 | 6 section index u16 | 8 value u64 | 16 size u64
 *   Elf32_Sym, 16 bytes: 0 name u32 | 4 value u32 | 8 size u32 | 12 info u8 | 13 other u8 | 14 section index u16
 */

import { addressFromHalves, decodeCString } from '../bytes';
import type { WordSize } from './elf-headers';

/** What the layout of tables depends on. */
export interface ElfForm {
  readonly wordSizeBytes: WordSize;
  readonly littleEndian: boolean;
}

export class ElfSymbolTable {
  readonly count: number;
  /** st_value: an address as stated in the file (svma); relative to the section in relocatable files. */
  readonly svma: Float64Array;
  readonly sizeBytes: Float64Array;
  readonly info: Uint8Array;
  readonly other: Uint8Array;
  readonly sectionIndex: Uint16Array;
  /** st_name: where in {@link strings} the name starts; may lie outside in damaged files. */
  readonly nameOffset: Uint32Array;

  /**
   * @param symbols bytes of the SHT_SYMTAB or SHT_DYNSYM section; a partial symbol at the end is ignored
   * @param strings bytes of the linked string table; kept, not copied
   * @param section index of the symbol section in its file: what sh_link of a relocation section names
   */
  constructor(
    symbols: Uint8Array,
    readonly strings: Uint8Array,
    readonly section: number,
    { wordSizeBytes, littleEndian }: ElfForm,
  ) {
    const symbolSizeBytes = wordSizeBytes === 8 ? 24 : 16;
    const count = Math.floor(symbols.length / symbolSizeBytes);
    this.count = count;
    this.svma = new Float64Array(count);
    this.sizeBytes = new Float64Array(count);
    this.info = new Uint8Array(count);
    this.other = new Uint8Array(count);
    this.sectionIndex = new Uint16Array(count);
    this.nameOffset = new Uint32Array(count);
    const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
    if (wordSizeBytes === 8) this.read64(view, littleEndian);
    else this.read32(view, littleEndian);
  }

  private read64(view: DataView, littleEndian: boolean): void {
    const low = littleEndian ? 0 : 4;
    const high = 4 - low;
    for (let i = 0, at = 0; i < this.count; i++, at += 24) {
      this.nameOffset[i] = view.getUint32(at, littleEndian);
      this.info[i] = view.getUint8(at + 4);
      this.other[i] = view.getUint8(at + 5);
      this.sectionIndex[i] = view.getUint16(at + 6, littleEndian);
      this.svma[i] = addressFromHalves(
        view.getUint32(at + 8 + low, littleEndian),
        view.getUint32(at + 8 + high, littleEndian),
      );
      this.sizeBytes[i] = addressFromHalves(
        view.getUint32(at + 16 + low, littleEndian),
        view.getUint32(at + 16 + high, littleEndian),
      );
    }
  }

  private read32(view: DataView, littleEndian: boolean): void {
    for (let i = 0, at = 0; i < this.count; i++, at += 16) {
      this.nameOffset[i] = view.getUint32(at, littleEndian);
      this.svma[i] = view.getUint32(at + 4, littleEndian);
      this.sizeBytes[i] = view.getUint32(at + 8, littleEndian);
      this.info[i] = view.getUint8(at + 12);
      this.other[i] = view.getUint8(at + 13);
      this.sectionIndex[i] = view.getUint16(at + 14, littleEndian);
    }
  }

  /** Symbol type, STT_*. */
  type(index: number): number {
    return this.info[index] & 0xf;
  }

  /** Symbol binding, STB_*. */
  binding(index: number): number {
    return this.info[index] >> 4;
  }

  /** The name as the string table has it (mangled; with its version where the linker wrote one). */
  name(index: number): string {
    const offset = this.nameOffset[index];
    return offset < this.strings.length ? decodeCString(this.strings, offset) : '';
  }
}
