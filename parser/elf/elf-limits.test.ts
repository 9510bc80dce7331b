/** A small file whose sections all have one long name: the limits of names in SECURITY.md, reached. */

import { MemoryByteSource } from '../bytes';
import { ElfImage } from './elf-image';

const HEADER_BYTES = 64;
const SECTION_BYTES = 64;
const SHT_STRTAB = 3;

/** An ELF file of nothing but sections, whose names all begin at the start of one string. */
function elfOfNames(count: number, nameBytes: number): ElfImage {
  const namesAt = HEADER_BYTES + count * SECTION_BYTES;
  const bytes = Buffer.alloc(namesAt + nameBytes + 1);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(BigInt(HEADER_BYTES), 40);
  bytes.writeUInt16LE(HEADER_BYTES, 52);
  bytes.writeUInt16LE(SECTION_BYTES, 58);
  bytes.writeUInt16LE(count, 60);
  for (let i = 0; i < count; i++) bytes.writeUInt32LE(SHT_STRTAB, HEADER_BYTES + i * SECTION_BYTES + 4);
  bytes.writeBigUInt64LE(BigInt(namesAt), HEADER_BYTES + 24);
  bytes.writeBigUInt64LE(BigInt(nameBytes + 1), HEADER_BYTES + 32);
  bytes.fill('n', namesAt, namesAt + nameBytes);
  return ElfImage.parse(new MemoryByteSource('names', new Uint8Array(bytes)));
}

test('names of sections have 32 MiB together', () => {
  const nameBytes = 60_000;
  const image = elfOfNames(2000, nameBytes);
  const named = image.sections.filter(({ name }) => name !== '');
  expect(named[0].name).toHaveLength(nameBytes);
  // 2^25 bytes, the name that goes beyond included.
  expect(named).toHaveLength(Math.floor(2 ** 25 / nameBytes) + 1);
  expect(image.sections).toHaveLength(2000);
  expect([...image.problems]).toEqual([
    expect.stringMatching(/names of the sections are longer than 33554432/),
  ]);
});

test('a name without end within 64 KiB is none that is longer', () => {
  const [section] = elfOfNames(1, 1 << 17).sections;
  expect(section.name.length).toBeLessThanOrEqual(1 << 16);
});
