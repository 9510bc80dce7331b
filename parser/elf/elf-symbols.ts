/**
 * A symbol table as columns, so that a libc's or a kernel's tens of thousands of symbols cost no object each.
 * Elf64_Sym (gABI, "Symbol Table"), 24 bytes:
 *
 *   0 name u32 | 4 info u8 | 5 other u8 | 6 section index u16 | 8 value u64 | 16 size u64
 */

import { addressFromHalves, decodeCString } from '../bytes';

const SYMBOL_SIZE_BYTES = 24;

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
    littleEndian: boolean,
    readonly section: number,
  ) {
    const count = Math.floor(symbols.length / SYMBOL_SIZE_BYTES);
    this.count = count;
    this.svma = new Float64Array(count);
    this.sizeBytes = new Float64Array(count);
    this.info = new Uint8Array(count);
    this.other = new Uint8Array(count);
    this.sectionIndex = new Uint16Array(count);
    this.nameOffset = new Uint32Array(count);
    const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
    const low = littleEndian ? 0 : 4;
    const high = 4 - low;
    for (let i = 0, at = 0; i < count; i++, at += SYMBOL_SIZE_BYTES) {
      this.nameOffset[i] = view.getUint32(at, littleEndian);
      this.info[i] = symbols[at + 4];
      this.other[i] = symbols[at + 5];
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
