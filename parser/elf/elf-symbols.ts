/**
 * A symbol table as columns, so that a libc's or a kernel's tens of thousands of symbols cost no object each.
 * Elf64_Sym (gABI, "Symbol Table"), 24 bytes:
 *
 *   0 name u32 | 4 info u8 | 5 other u8 | 6 section index u16 | 8 value u64 | 16 size u64
 */

import { ByteReader, decodeCString } from '../bytes';

const SYMBOL_SIZE_BYTES = 24;

export class ElfSymbolTable {
  readonly count: number;
  /** st_value: an address as stated in the file (svma); relative to the section in relocatable files. */
  readonly svma: Float64Array;
  readonly sizeBytes: Float64Array;
  readonly info: Uint8Array;
  readonly other: Uint8Array;
  readonly sectionIndex: Uint16Array;
  private readonly nameOffset: Uint32Array;

  /**
   * @param symbols bytes of the SHT_SYMTAB or SHT_DYNSYM section; a partial symbol at the end is ignored
   * @param strings bytes of the linked string table
   */
  constructor(
    symbols: Uint8Array,
    private readonly strings: Uint8Array,
    littleEndian: boolean,
    where: string,
  ) {
    const count = Math.floor(symbols.length / SYMBOL_SIZE_BYTES);
    this.count = count;
    this.svma = new Float64Array(count);
    this.sizeBytes = new Float64Array(count);
    this.info = new Uint8Array(count);
    this.other = new Uint8Array(count);
    this.sectionIndex = new Uint16Array(count);
    this.nameOffset = new Uint32Array(count);
    const reader = new ByteReader(symbols, littleEndian, where);
    for (let i = 0; i < count; i++) {
      this.nameOffset[i] = reader.readU32();
      this.info[i] = reader.readU8();
      this.other[i] = reader.readU8();
      this.sectionIndex[i] = reader.readU16();
      this.svma[i] = reader.readAddress();
      this.sizeBytes[i] = reader.readAddress();
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
