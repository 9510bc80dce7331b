/**
 * .gnu_debuglink: the name of the separate debug file and its checksum (GDB manual, "Separate Debug Files").
 *
 *   file name, zero-terminated, padded with zeros to 4 bytes | CRC-32 of the debug file u32, byte order of the image
 */

import { ByteReader, type ByteSource, type ElfImage } from '../../parser';
import { crc32 } from './crc';

export interface DebugLink {
  /** Name without folder. */
  readonly fileName: string;
  readonly crc32: number;
}

/** The debug link of an image, if it has one that can be read. @throws ParseError when the section is cut off */
export function readDebugLink(image: ElfImage): DebugLink | undefined {
  const section = image.findSection('.gnu_debuglink');
  if (!section) return undefined;
  const where = `${image.name}, section .gnu_debuglink`;
  const reader = new ByteReader(image.readSection(section), image.littleEndian, where);
  const fileName = reader.readCString();
  reader.seek((reader.position + 3) & ~3);
  return fileName === '' ? undefined : { fileName, crc32: reader.readU32() };
}

const CHUNK_SIZE_BYTES = 1 << 20;
/** Debug files as large as this have build ids; without one, reading them for the checksum alone takes too long. */
const LARGEST_CHECKED_BYTES = 1 << 29;

/** CRC-32 of a whole file; undefined where it is too large. @throws ParseError when it cannot be read */
export function crc32OfFile(file: ByteSource): number | undefined {
  if (file.sizeBytes > LARGEST_CHECKED_BYTES) return undefined;
  let crc = 0;
  for (let offset = 0; offset < file.sizeBytes; offset += CHUNK_SIZE_BYTES) {
    crc = crc32(file.read(offset, Math.min(CHUNK_SIZE_BYTES, file.sizeBytes - offset)), crc);
  }
  return crc;
}
