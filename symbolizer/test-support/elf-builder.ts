/** Small ELF64 files for tests: sections with contents, symbols, a build id. Little endian, x86-64 unless said otherwise. */

export interface BuiltSection {
  readonly name: string;
  readonly type: number;
  readonly flags?: number;
  readonly svma?: number;
  readonly bytes?: Uint8Array;
  /** For sections without contents (SHT_NOBITS). */
  readonly sizeBytes?: number;
  /** Name of the section that sh_link means. */
  readonly link?: string;
  readonly entrySizeBytes?: number;
}

export interface BuiltSymbol {
  readonly name: string;
  readonly value: number;
  readonly sizeBytes?: number;
  /** STT_*, default function. */
  readonly type?: number;
  /** STB_*, default global. */
  readonly binding?: number;
  /** STV_*, default visible. */
  readonly visibility?: number;
  /** Name of the section that holds it, default ".text"; a number is taken as the index. */
  readonly section?: string | number;
}

const HEADER_SIZE = 64;
const encoder = new TextEncoder();

/** A file with one PT_LOAD segment for each executable section, and the sections in the order given. */
export function buildElf(
  sections: readonly BuiltSection[],
  options: { readonly machine?: number; readonly littleEndian?: boolean } = {},
): Uint8Array {
  const little = options.littleEndian ?? true;
  const all: BuiltSection[] = [{ name: '', type: 0 }, ...sections];
  const names = stringTable([...all.map(({ name }) => name), '.shstrtab']);
  all.push({ name: '.shstrtab', type: 3, bytes: names.bytes });
  const loads = all.filter(({ flags }) => ((flags ?? 0) & 4) !== 0);
  const offsets: number[] = [];
  let end = HEADER_SIZE + 56 * loads.length;
  for (const { bytes } of all) {
    end = (end + 15) & ~15;
    offsets.push(end);
    end += bytes?.length ?? 0;
  }
  const sectionsAt = (end + 15) & ~15;
  const file = new Uint8Array(sectionsAt + 64 * all.length);
  const view = new DataView(file.buffer);
  const u16 = (at: number, value: number) => view.setUint16(at, value, little);
  const u32 = (at: number, value: number) => view.setUint32(at, value, little);
  const u64 = (at: number, value: number) => view.setBigInt64(at, BigInt(value), little);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, little ? 1 : 2, 1]);
  u16(16, 3);
  u16(18, options.machine ?? 62);
  u32(20, 1);
  u64(32, HEADER_SIZE);
  u64(40, sectionsAt);
  [HEADER_SIZE, 56, loads.length, 64, all.length, all.length - 1].forEach((value, i) =>
    u16(52 + 2 * i, value),
  );
  loads.forEach((section, i) => {
    const at = HEADER_SIZE + 56 * i;
    const sizeBytes = section.bytes?.length ?? section.sizeBytes ?? 0;
    u32(at, 1);
    u32(at + 4, 5);
    [
      offsets[all.indexOf(section)],
      section.svma ?? 0,
      0,
      section.bytes ? sizeBytes : 0,
      sizeBytes,
      16,
    ].forEach((value, field) => u64(at + 8 + 8 * field, value));
  });
  all.forEach((section, i) => {
    const at = sectionsAt + 64 * i;
    file.set(section.bytes ?? [], offsets[i]);
    u32(at, names.offsets[i]);
    u32(at + 4, section.type);
    u64(at + 8, section.flags ?? 0);
    u64(at + 16, section.svma ?? 0);
    u64(at + 24, offsets[i]);
    u64(at + 32, section.bytes?.length ?? section.sizeBytes ?? 0);
    u32(
      at + 40,
      Math.max(
        0,
        all.findIndex(({ name }) => name === section.link),
      ),
    );
    u64(at + 56, section.entrySizeBytes ?? 0);
  });
  return file;
}

/** .text at an svma, of a size; contents are zeros. */
export function textSection(svma: number, sizeBytes: number): BuiltSection {
  return { name: '.text', type: 1, flags: 6, svma, bytes: new Uint8Array(sizeBytes) };
}

/** .note.gnu.build-id with a build id. */
export function buildIdSection(buildId: Uint8Array, littleEndian = true): BuiltSection {
  const bytes = new Uint8Array(16 + buildId.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 4, littleEndian);
  view.setUint32(4, buildId.length, littleEndian);
  view.setUint32(8, 3, littleEndian);
  bytes.set([0x47, 0x4e, 0x55, 0], 12);
  bytes.set(buildId, 16);
  return { name: '.note.gnu.build-id', type: 7, flags: 2, bytes };
}

/**
 * .symtab and .strtab (or .dynsym and .dynstr).
 * @param before the sections that are before these in the file: what symbols' section names mean
 */
export function symbolSections(
  symbols: readonly BuiltSymbol[],
  before: readonly BuiltSection[],
  options: { readonly dynamic?: boolean; readonly littleEndian?: boolean } = {},
): BuiltSection[] {
  const little = options.littleEndian ?? true;
  const strings = stringTable(symbols.map(({ name }) => name));
  const bytes = new Uint8Array(24 * (symbols.length + 1));
  const view = new DataView(bytes.buffer);
  symbols.forEach((symbol, i) => {
    const at = 24 * (i + 1);
    const { section = '.text' } = symbol;
    const index =
      typeof section === 'number' ? section : before.findIndex(({ name }) => name === section) + 1;
    view.setUint32(at, strings.offsets[i], little);
    bytes[at + 4] = ((symbol.binding ?? 1) << 4) | (symbol.type ?? 2);
    bytes[at + 5] = symbol.visibility ?? 0;
    view.setUint16(at + 6, index, little);
    view.setBigInt64(at + 8, BigInt(symbol.value), little);
    view.setBigInt64(at + 16, BigInt(symbol.sizeBytes ?? 0), little);
  });
  const [table, names, type] = options.dynamic ? ['.dynsym', '.dynstr', 11] : ['.symtab', '.strtab', 2];
  return [
    { name: table, type: type, bytes, link: names, entrySizeBytes: 24 },
    { name: names, type: 3, bytes: strings.bytes },
  ];
}

function stringTable(strings: readonly string[]): { bytes: Uint8Array; offsets: number[] } {
  const offsets: number[] = [];
  let text = '\0';
  for (const string of strings) {
    offsets.push(string === '' ? 0 : text.length);
    if (string !== '') text += `${string}\0`;
  }
  return { bytes: encoder.encode(text), offsets };
}
