/**
 * .gnu_debuglink: the name of the separate debug file and its checksum (GDB manual, "Separate Debug Files").
 *
 *   file name, zero-terminated, padded with zeros to 4 bytes | CRC-32 of the debug file u32, byte order of the image
 */

import { ByteReader, type ByteSource, type ElfImage } from '../parser';

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

/** CRC-32 (polynomial of IEEE 802.3, reflected) of a whole file. @throws ParseError when it cannot be read */
export function crc32OfFile(file: ByteSource): number {
  const table = crcTable();
  let crc = 0xffff_ffff;
  for (let offset = 0; offset < file.sizeBytes; offset += CHUNK_SIZE_BYTES) {
    const bytes = file.read(offset, Math.min(CHUNK_SIZE_BYTES, file.sizeBytes - offset));
    for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

let cachedTable: Uint32Array | undefined;

function crcTable(): Uint32Array {
  if (cachedTable === undefined) {
    cachedTable = new Uint32Array(256);
    for (let byte = 0; byte < 256; byte++) {
      let value = byte;
      for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
      cachedTable[byte] = value;
    }
  }
  return cachedTable;
}
