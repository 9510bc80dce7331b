/**
 * Relocation of a section of a relocatable file (ET_REL), as far as data sections need it: absolute and
 * PC-relative words of 32 and 64 bits.
 *
 * The relocated word is symbol + addend, minus the word's own address where the type is PC-relative. All
 * sections of a relocatable file lie at address 0 until it is linked, so addresses of different sections overlap, unless
 * it was laid out (laid-out-image.ts).
 *
 * Left out on purpose: REL entries, which no machine with SFrame uses, and relocations of instructions.
 */

import { highHalf, lowHalf } from '../bytes';
import * as elf from './constants';
import * as machines from '../machines';
import type { ElfSection } from './elf-headers';
import type { ElfImage } from './elf-image';
import { ElfRelocations } from './elf-relocations';

export interface RelocatedBytes {
  /** A copy with relocations applied, or the bytes given when there are none. */
  readonly bytes: Uint8Array;
  /** Relocations of types not known here, of symbols that do not exist, or beyond the section's end. */
  readonly skipped: number;
}

/**
 * Applies the relocations that a relocatable file has for a section.
 * @param bytes the section's contents; not written
 * @throws ParseError when the relocation or symbol sections are cut off
 */
export function applyRelocations(image: ElfImage, section: ElfSection, bytes: Uint8Array): RelocatedBytes {
  const types = machines.ofElf(image.machine)?.wordRelocations;
  const symbols = image.symbols(elf.SHT_SYMTAB);
  let relocated: Uint8Array | undefined;
  let skipped = 0;
  for (const table of image.sections) {
    if (table.type !== elf.SHT_RELA || table.info !== section.index) continue;
    relocated ??= bytes.slice();
    const view = new DataView(relocated.buffer, relocated.byteOffset, relocated.byteLength);
    const relocations = ElfRelocations.read(image, table);
    for (let i = 0; i < relocations.count; i++) {
      const offset = relocations.offset[i];
      const symbol = relocations.symbol[i];
      const type = types?.get(relocations.type[i]);
      const symbolValue = symbol === 0 ? 0 : symbols?.svma[symbol];
      const fits = type !== undefined && offset >= 0 && offset + type.sizeBytes <= relocated.length;
      if (!fits || symbolValue === undefined) {
        skipped++;
        continue;
      }
      const value = symbolValue + relocations.addend[i] - (type.isPcRelative ? section.svma + offset : 0);
      writeWord(view, offset, value, type.sizeBytes, image.littleEndian);
    }
  }
  return { bytes: relocated ?? bytes, skipped };
}

function writeWord(
  view: DataView,
  offset: number,
  value: number,
  sizeBytes: 4 | 8,
  littleEndian: boolean,
): void {
  if (sizeBytes === 4) {
    view.setUint32(offset, lowHalf(value), littleEndian);
    return;
  }
  view.setUint32(offset + (littleEndian ? 0 : 4), lowHalf(value), littleEndian);
  view.setUint32(offset + (littleEndian ? 4 : 0), highHalf(value), littleEndian);
}
