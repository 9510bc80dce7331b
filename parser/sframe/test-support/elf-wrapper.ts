/** Wraps bytes in an ELF64 file for tests: sections with any type and address, segments if wanted, nothing else. */

export interface WrappedSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** SHT_*; by default GNU_SFRAME. */
  readonly type?: number;
  readonly svma?: number;
  /** SHF_*; by default ALLOC. */
  readonly flags?: number;
  /** sh_link, sh_info, sh_entsize. */
  readonly link?: number;
  readonly info?: number;
  readonly entrySizeBytes?: number;
}

export interface WrapOptions {
  /** EM_*. */
  readonly machine: number;
  readonly littleEndian: boolean;
  /** ET_*; by default ET_DYN. */
  readonly type?: number;
  /** Adds a PT_GNU_SFRAME segment for each section of that name. */
  readonly segmentFor?: string;
  /** Leaves the section headers out. */
  readonly withoutSectionHeaders?: boolean;
}

const EHDR = 64;
const PHDR = 56;
const SHDR = 64;

/** An ELF file with the sections given, in their order from index 1 on. */
export function wrapInElf(sections: readonly WrappedSection[], options: WrapOptions): Uint8Array {
  const names = `\0${sections.map(({ name }) => `${name}\0`).join('')}.shstrtab\0`;
  const all = [...sections, { name: '.shstrtab', bytes: new TextEncoder().encode(names), type: 3, svma: 0 }];
  const segments = sections.filter(({ name }) => name === options.segmentFor);
  let end = EHDR + segments.length * PHDR;
  const offsets = all.map(({ bytes }) => {
    const offset = (end + 7) & ~7;
    end = offset + bytes.length;
    return offset;
  });
  const headersAt = options.withoutSectionHeaders ? 0 : (end + 7) & ~7;
  const file = new Uint8Array(headersAt === 0 ? end : headersAt + (all.length + 1) * SHDR);
  const view = new DataView(file.buffer);
  const little = options.littleEndian;
  const u64 = (at: number, value: number) => view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), little);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, little ? 1 : 2, 1]);
  view.setUint16(16, options.type ?? 3, little);
  view.setUint16(18, options.machine, little);
  view.setUint32(20, 1, little);
  u64(32, segments.length > 0 ? EHDR : 0);
  u64(40, headersAt);
  view.setUint16(52, EHDR, little);
  view.setUint16(54, PHDR, little);
  view.setUint16(56, segments.length, little);
  view.setUint16(58, SHDR, little);
  view.setUint16(60, headersAt === 0 ? 0 : all.length + 1, little);
  view.setUint16(62, headersAt === 0 ? 0 : all.length, little);
  segments.forEach((section, i) => {
    const at = EHDR + i * PHDR;
    view.setUint32(at, 0x6474e554, little);
    view.setUint32(at + 4, 4, little);
    u64(at + 8, offsets[sections.indexOf(section)]);
    u64(at + 16, section.svma ?? 0);
    u64(at + 24, section.svma ?? 0);
    u64(at + 32, section.bytes.length);
    u64(at + 40, section.bytes.length);
    u64(at + 48, 8);
  });
  all.forEach((section, i) => {
    file.set(section.bytes, offsets[i]);
    if (headersAt === 0) return;
    const at = headersAt + (i + 1) * SHDR;
    view.setUint32(at, names.indexOf(`\0${section.name}\0`) + 1, little);
    view.setUint32(at + 4, section.type ?? 0x6ffffff4, little);
    u64(at + 8, section.flags ?? (section.type === 3 ? 0 : 2));
    u64(at + 16, section.svma ?? 0);
    u64(at + 24, offsets[i]);
    u64(at + 32, section.bytes.length);
    view.setUint32(at + 40, section.link ?? 0, little);
    view.setUint32(at + 44, section.info ?? 0, little);
    u64(at + 48, 8);
    u64(at + 56, section.entrySizeBytes ?? 0);
  });
  return file;
}
