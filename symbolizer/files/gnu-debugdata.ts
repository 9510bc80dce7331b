/**
 * .gnu_debugdata: a small ELF file, packed with xz, inside a stripped one (GDB manual, "MiniDebugInfo"). It holds a
 * .symtab with the functions that .dynsym does not have; Fedora ships all its programs so.
 */

import { ElfImage, MemoryByteSource } from '../../parser';
import { unpackXz } from '../xz/xz-stream';

/** Symbol tables of the largest programs are some ten megabytes; more is damage. */
const LARGEST_BYTES = 1 << 28;

/** The embedded file of an image, if it has one. @throws ParseError when it is damaged */
export function readEmbeddedSymbols(image: ElfImage): ElfImage | undefined {
  const section = image.findSection('.gnu_debugdata');
  if (!section) return undefined;
  const where = `${image.name}, section .gnu_debugdata`;
  return ElfImage.parse(
    new MemoryByteSource(where, unpackXz(image.readSection(section), where, LARGEST_BYTES)),
  );
}
