/** ELF files for tests: loadable segments with the contents given, and sections that lie in them. */

export interface TinySegment {
  /** Also the file offset. */
  readonly svma: number;
  readonly bytes: Uint8Array;
  /** PF_*: 5 is readable and executable (default), 4 readable. */
  readonly flags?: number;
  /** PT_*; PT_LOAD by default. */
  readonly type?: number;
  /** Names a section that is the segment. */
  readonly sectionName?: string;
  /** SHT_*; PROGBITS by default. */
  readonly sectionType?: number;
}

export interface TinyElf {
  /** ET_*; ET_DYN by default. */
  readonly type?: number;
  /** EM_*. */
  readonly machine: number;
  readonly littleEndian: boolean;
  readonly segments: readonly TinySegment[];
}

const EHDR = 64;
const PHDR = 56;
const SHDR = 64;

/**
 * Assembles the file. Segments must not overlap, nor the first 0x400 bytes, where the headers are. They are aligned to 64 KiB, so that a
 * file begins at svma 0.
 */
export function buildTinyElf({ type = 3, machine, littleEndian, segments }: TinyElf): Uint8Array {
  const sections = segments.filter(({ sectionName }) => sectionName !== undefined);
  const names = `\0${sections.map(({ sectionName }) => `${sectionName}\0`).join('')}.shstrtab\0`;
  const namesAt = Math.max(0x400, ...segments.map(({ svma, bytes }) => svma + bytes.length));
  const headersAt = (namesAt + names.length + 7) & ~7;
  const sectionCount = sections.length + 2;
  const file = new Uint8Array(headersAt + sectionCount * SHDR);
  const view = new DataView(file.buffer);
  const u16 = (at: number, value: number): void => view.setUint16(at, value, littleEndian);
  const u32 = (at: number, value: number): void => view.setUint32(at, value, littleEndian);
  const u64 = (at: number, value: number): void => view.setBigUint64(at, BigInt(value), littleEndian);

  file.set([0x7f, 0x45, 0x4c, 0x46, 2, littleEndian ? 1 : 2, 1]);
  u16(16, type);
  u16(18, machine);
  u32(20, 1);
  u64(32, EHDR);
  u64(40, headersAt);
  u16(52, EHDR);
  u16(54, PHDR);
  u16(56, segments.length);
  u16(58, SHDR);
  u16(60, sectionCount);
  u16(62, sectionCount - 1);
  segments.forEach((segment, i) => {
    const at = EHDR + i * PHDR;
    u32(at, segment.type ?? 1);
    u32(at + 4, segment.flags ?? 5);
    for (const field of [8, 16, 24]) u64(at + field, segment.svma);
    for (const field of [32, 40]) u64(at + field, segment.bytes.length);
    u64(at + 48, 0x10000);
    file.set(segment.bytes, segment.svma);
  });
  file.set(new TextEncoder().encode(names), namesAt);
  const section = (index: number, name: string, type: number, start: number, sizeBytes: number): void => {
    const at = headersAt + index * SHDR;
    u32(at, names.indexOf(`\0${name}\0`) + 1);
    u32(at + 4, type);
    u64(at + 8, 2);
    u64(at + 16, start);
    u64(at + 24, start);
    u64(at + 32, sizeBytes);
    u64(at + 48, 1);
  };
  sections.forEach(({ sectionName, sectionType, svma, bytes }, i) =>
    section(i + 1, sectionName!, sectionType ?? 1, svma, bytes.length),
  );
  section(sectionCount - 1, '.shstrtab', 3, namesAt, names.length);
  return file;
}
