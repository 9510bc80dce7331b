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

/** Bytes of debug files that are read for checksums, all together: binaries that name one may be as many as a recording says. */
const MOST_CHECKED_BYTES = 2 ** 30;

/** The checksums of the debug files of a recording, within limits. */
export class DebugFileChecksums {
  /** @param leftBytes that may be read */
  constructor(private leftBytes = MOST_CHECKED_BYTES) {}

  /** CRC-32 of a whole file, or why it is not computed, as the end of a sentence. @throws ParseError when it cannot be read */
  compute(file: ByteSource): number | string {
    const { sizeBytes } = file;
    if (sizeBytes > LARGEST_CHECKED_BYTES)
      return 'is too large to be checked for being the debug file of the image';
    if (sizeBytes > this.leftBytes)
      return 'is not checked for being the debug file of the image: as many bytes of debug files as are allowed were read for checksums';
    this.leftBytes -= sizeBytes;
    let crc = 0;
    for (let offset = 0; offset < sizeBytes; offset += CHUNK_SIZE_BYTES) {
      crc = crc32(file.read(offset, Math.min(CHUNK_SIZE_BYTES, sizeBytes - offset)), crc);
    }
    return crc;
  }
}
