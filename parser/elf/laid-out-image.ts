/**
 * A relocatable file (ET_REL) as a linker would lay it out without joining anything: each section that is loaded gets
 * addresses of its own, executable ones first; symbols move with their sections; and words of call frame
 * information and SFrame sections are relocated. What compares tables by address reads the result as any library.
 *
 * Left out on purpose: relocations of instructions and of debug information, and segments.
 */

import { highHalf, lowHalf, MemoryByteSource, type ByteSource } from '../bytes';
import * as elf from './constants';
import type { ElfSection } from './elf-headers';
import { ElfImage } from './elf-image';
import { applyRelocations } from './relocated-section';

const relocatedNames = new Set(['.sframe', '.eh_frame', '.debug_frame']);
/** Not 0: call frame information of functions at 0 is that of functions which a linker discarded. */
const FIRST_ADDRESS = 0x1000;
const SECTION_ADDRESS_FIELD = 16;
const SYMBOL_SIZE_BYTES = 24;
const SYMBOL_VALUE_FIELD = 8;

/**
 * Opens a file; one that is relocatable, laid out as a shared object. Files of 32 bits, which no SFrame section is for, are
 * opened as they are.
 * @throws ParseError when it is not an ELF file, or is cut off
 */
export function openLaidOut(source: ByteSource): ElfImage {
  const image = ElfImage.parse(source);
  if (image.type !== elf.ET_REL || image.wordSizeBytes !== 8) return image;
  const bytes = Uint8Array.from(source.read(0, source.sizeBytes));
  const view = new DataView(bytes.buffer);
  const addresses = addressesFor(image.sections);
  writeAddresses(view, image, addresses);
  moveSymbols(view, image, addresses);
  const moved = ElfImage.parse(new MemoryByteSource(image.name, bytes));
  for (const section of moved.sections) {
    const isData = relocatedNames.has(section.name) || section.type === elf.SHT_GNU_SFRAME;
    const isCompressed = (section.flags & elf.SHF_COMPRESSED) !== 0;
    if (!isData || section.type === elf.SHT_NOBITS || section.sizeBytes === 0 || isCompressed) continue;
    bytes.set(applyRelocations(moved, section, moved.readSection(section)).bytes, section.fileOffset);
  }
  view.setUint16(16, elf.ET_DYN, image.littleEndian);
  return ElfImage.parse(new MemoryByteSource(image.name, bytes));
}

/** By section index; 0 for what is not loaded. */
function addressesFor(sections: readonly ElfSection[]): Float64Array {
  const addresses = new Float64Array(sections.length);
  let next = FIRST_ADDRESS;
  for (const wanted of [elf.SHF_EXECINSTR, 0]) {
    for (const { index, flags, sizeBytes, alignmentBytes } of sections) {
      if ((flags & elf.SHF_ALLOC) === 0 || (flags & elf.SHF_EXECINSTR) !== wanted) continue;
      const alignment = Math.max(1, alignmentBytes);
      next = Math.ceil(next / alignment) * alignment;
      addresses[index] = next;
      next += sizeBytes;
    }
  }
  return addresses;
}

function writeAddresses(view: DataView, { littleEndian }: ElfImage, addresses: Float64Array): void {
  const table = readOffset(view, 40, littleEndian);
  const entrySizeBytes = view.getUint16(58, littleEndian);
  addresses.forEach((svma, index) =>
    writeWord(view, table + index * entrySizeBytes + SECTION_ADDRESS_FIELD, svma, littleEndian),
  );
}

function moveSymbols(view: DataView, image: ElfImage, addresses: Float64Array): void {
  const section = image.sections.find(({ type }) => type === elf.SHT_SYMTAB);
  const symbols = image.symbols(elf.SHT_SYMTAB);
  if (!section || !symbols || (section.flags & elf.SHF_COMPRESSED) !== 0) return;
  for (let index = 0; index < symbols.count; index++) {
    const address = addresses[symbols.sectionIndex[index]] ?? 0;
    const at = section.fileOffset + index * SYMBOL_SIZE_BYTES + SYMBOL_VALUE_FIELD;
    if (address !== 0) writeWord(view, at, symbols.svma[index] + address, image.littleEndian);
  }
}

function readOffset(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(at, littleEndian));
}

function writeWord(view: DataView, at: number, value: number, littleEndian: boolean): void {
  view.setUint32(at + (littleEndian ? 0 : 4), lowHalf(value), littleEndian);
  view.setUint32(at + (littleEndian ? 4 : 0), highHalf(value), littleEndian);
}
