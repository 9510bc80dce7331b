/**
 * A made SFrame section as an ELF file of its own, as separate debug files are: found by build id, read by everything
 * that reads SFrame sections.
 *
 *   ELF header | program headers | build id | padding to a page | .sframe | names | section headers
 *
 * The section's address is the one at which it has to lie beside the binary: mapped at load bias + that address, its
 * functions are found, because FDE starts count from the section. PT_LOAD and PT_GNU_SFRAME segments say so to a loader.
 */

import { elf, type ElfImage } from '../../parser';
import { ByteBuffer } from './byte-buffer';
import type { MadeSFrame } from './make-section';

const EHDR_BYTES = 64;
const PHDR_BYTES = 56;
const SHDR_BYTES = 64;
const PAGE_SIZE = 4096;
const EV_CURRENT = 1;
const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
const ELFDATA2MSB = 2;
const segmentTypes = [elf.PT_LOAD, elf.PT_GNU_SFRAME];

/** A section of the file: its name, bytes and header fields. */
interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type: number;
  readonly flags: number;
  readonly svma: number;
  readonly alignment: number;
}

/**
 * The file as bytes.
 * @param image the binary that the section was made from: its machine and build id are taken over
 */
export function writeDetachedSFrame(made: MadeSFrame, image: ElfImage): Uint8Array {
  const parts = partsOf(made, image);
  const offsets: number[] = [];
  let end = EHDR_BYTES + segmentTypes.length * PHDR_BYTES;
  for (const part of parts) {
    const alignment = part.type === elf.SHT_GNU_SFRAME ? PAGE_SIZE : part.alignment;
    offsets.push(Math.ceil(end / alignment) * alignment);
    end = offsets[offsets.length - 1] + part.bytes.length;
  }
  const headersAt = Math.ceil(end / 8) * 8;

  const out = new Fields(image.littleEndian);
  writeElfHeader(out, image, parts.length, headersAt);
  writeProgramHeaders(out, parts, offsets);
  parts.forEach((part, i) => {
    out.padTo(offsets[i]);
    out.bytes(part.bytes);
  });
  out.padTo(headersAt + SHDR_BYTES);
  writeSectionHeaders(out, parts, offsets);
  return out.toBytes();
}

function partsOf(made: MadeSFrame, { buildId, littleEndian }: ElfImage): Part[] {
  const parts: Part[] = [];
  if (buildId) {
    parts.push({
      name: '.note.gnu.build-id',
      bytes: buildIdNote(buildId, littleEndian),
      type: elf.SHT_NOTE,
      flags: elf.SHF_ALLOC,
      svma: 0,
      alignment: 4,
    });
  }
  parts.push({
    name: '.sframe',
    bytes: made.bytes,
    type: elf.SHT_GNU_SFRAME,
    flags: elf.SHF_ALLOC,
    svma: made.svma,
    alignment: 8,
  });
  parts.push(namesPart(parts));
  return parts;
}

function writeElfHeader(out: Fields, image: ElfImage, partCount: number, headersAt: number): void {
  const byteOrder = image.littleEndian ? ELFDATA2LSB : ELFDATA2MSB;
  out.bytes([0x7f, 0x45, 0x4c, 0x46, ELFCLASS64, byteOrder, EV_CURRENT]);
  out.padTo(16);
  out.u16(elf.ET_DYN, image.machine);
  out.u32(EV_CURRENT);
  out.u64(0, EHDR_BYTES, headersAt);
  out.u32(0);
  out.u16(EHDR_BYTES, PHDR_BYTES, segmentTypes.length, SHDR_BYTES, partCount + 1, partCount);
}

function writeProgramHeaders(out: Fields, parts: readonly Part[], offsets: readonly number[]): void {
  const index = parts.findIndex(({ type }) => type === elf.SHT_GNU_SFRAME);
  const { svma, bytes, alignment } = parts[index];
  for (const type of segmentTypes) {
    out.u32(type, elf.PF_R);
    out.u64(offsets[index], svma, svma, bytes.length, bytes.length);
    out.u64(type === elf.PT_LOAD ? PAGE_SIZE : alignment);
  }
}

function writeSectionHeaders(out: Fields, parts: readonly Part[], offsets: readonly number[]): void {
  const names = parts[parts.length - 1];
  parts.forEach((part, i) => {
    out.u32(nameOffset(names, part.name), part.type);
    out.u64(part.flags, part.svma, offsets[i], part.bytes.length);
    out.u32(0, 0);
    out.u64(part.alignment, 0);
  });
}

function namesPart(parts: readonly Part[]): Part {
  const names = ['', ...parts.map(({ name }) => name), '.shstrtab', ''].join('\0');
  const bytes = new TextEncoder().encode(names);
  return { name: '.shstrtab', bytes, type: elf.SHT_STRTAB, flags: 0, svma: 0, alignment: 1 };
}

function nameOffset(names: Part, name: string): number {
  return new TextDecoder().decode(names.bytes).indexOf(`\0${name}\0`) + 1;
}

/** The note as linkers write it: sizes of name and contents, type, "GNU", the id. */
function buildIdNote(buildId: Uint8Array, littleEndian: boolean): Uint8Array {
  const out = new Fields(littleEndian);
  out.u32(4, buildId.length, elf.NT_GNU_BUILD_ID);
  out.bytes([0x47, 0x4e, 0x55, 0]);
  out.bytes(buildId);
  return out.toBytes();
}

/** Fields one after the other in a byte order. */
class Fields {
  private readonly buffer = new ByteBuffer();

  constructor(private readonly littleEndian: boolean) {}

  u16(...values: number[]): void {
    for (const value of values) this.buffer.appendUnsigned(value, 2, this.littleEndian);
  }

  u32(...values: number[]): void {
    for (const value of values) this.buffer.appendUnsigned(value, 4, this.littleEndian);
  }

  u64(...values: number[]): void {
    for (const value of values) this.buffer.appendWord(value, this.littleEndian);
  }

  bytes(bytes: ArrayLike<number>): void {
    this.buffer.appendBytes(Uint8Array.from(bytes));
  }

  padTo(offset: number): void {
    this.bytes(new Uint8Array(Math.max(0, offset - this.buffer.length)));
  }

  toBytes(): Uint8Array {
    return this.buffer.toBytes();
  }
}
