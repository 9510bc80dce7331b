/** A small ELF64 file in memory around sections made by a test. */

import { ElfImage } from '../../elf';
import { MemoryByteSource } from '../../bytes';
import { ET_DYN, SHT_PROGBITS, SHT_STRTAB } from '../../elf/constants';
import { x86_64 } from '../../machines';
import { SectionBuilder } from './section-builder';

export interface BuiltSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly svma?: number;
  readonly type?: number;
}

/** The bytes of an ELF file with these sections, in this order. */
export function buildElf(
  sections: readonly BuiltSection[],
  littleEndian = true,
  machine = x86_64.elfMachine,
): Uint8Array {
  const file = new SectionBuilder(littleEndian);
  file.u8(0x7f, 0x45, 0x4c, 0x46, 2, littleEndian ? 1 : 2, 1).align(16);
  file.u16(ET_DYN).u16(machine).u32(1).u64(0).u64(0).offsetOf('headers', '', 8).u32(0);
  file
    .u16(64)
    .u16(56)
    .u16(0)
    .u16(64)
    .u16(sections.length + 2)
    .u16(sections.length + 1);

  const names = new SectionBuilder().u8(0);
  const nameOffsets = [...sections.map((section) => section.name), '.shstrtab'].map((name) => {
    const at = names.position;
    names.text(name);
    return at;
  });
  const all: BuiltSection[] = [...sections, { name: '.shstrtab', bytes: names.build(), type: SHT_STRTAB }];
  const fileOffsets = all.map((section) => {
    file.align(8);
    const at = file.position;
    file.append(section.bytes);
    return at;
  });

  file.align(8).label('headers');
  for (let i = 0; i < 64; i++) file.u8(0);
  all.forEach((section, i) => {
    file
      .u32(nameOffsets[i])
      .u32(section.type ?? SHT_PROGBITS)
      .u64(0);
    file
      .u64(section.svma ?? 0)
      .u64(fileOffsets[i])
      .u64(section.bytes.length);
    file.u32(0).u32(0).u64(1).u64(0);
  });
  return file.build();
}

/** The same, opened. */
export function openBuiltElf(
  sections: readonly BuiltSection[],
  littleEndian = true,
  machine = x86_64.elfMachine,
): ElfImage {
  return ElfImage.parse(new MemoryByteSource('built', buildElf(sections, littleEndian, machine)));
}
