/**
 * Assembles SFrame sections for tests, of any version, ABI and byte order. Every field gets a label, so that a
 * test can damage exactly the field that it means:
 *
 *   const built = buildSFrame({ abi: 3, fdes: [{ start: 0x1000, sizeBytes: 16, fres: [{ start: 0, words: [8] }] }] });
 *   built.patch('fde0.info', 0xff);
 *
 * Labels: header.* (magic, version, flags, abi, fixedFp, fixedRa, auxSize, fdeCount, freCount, freSize, fdeOffset,
 * freOffset), fdeN.* (start, size, dataOffset, freCount, info, info2, repSize), fdeN.freM.* (start, info, wordK).
 *
 * The writer knows the layout only from the specification and shares no code with the parser.
 */

/** ABI numbers of SFrame (sframe.h: SFRAME_ABI_*). */
export const AARCH64 = 2;
export const AMD64 = 3;
export const S390X = 4;

export interface FreSpec {
  /** Offset from the function's start. */
  readonly start: number;
  readonly words: readonly number[];
  /** 1, 2 or 4; by default the least that holds all words (as signed, or control words as unsigned). */
  readonly wordSizeBytes?: 1 | 2 | 4;
  /** The base register bit: SP (default) or FP. */
  readonly base?: 'sp' | 'fp';
  readonly isMangled?: boolean;
}

export interface FdeSpec {
  /** Address of the function. */
  readonly start: number;
  readonly sizeBytes: number;
  readonly fres: readonly FreSpec[];
  /** Size of FRE start offsets: 1 (default), 2 or 4 bytes. */
  readonly startSizeBytes?: 1 | 2 | 4;
  readonly isMask?: boolean;
  readonly repSize?: number;
  readonly isFlex?: boolean;
  readonly isSignal?: boolean;
  readonly isPauthKeyB?: boolean;
}

export interface SFrameSpec {
  readonly version?: 2 | 3;
  readonly abi: number;
  /** By default that of the ABI. */
  readonly littleEndian?: boolean;
  /** By default sorted and PC-relative (5). The flag SFRAME_F_FDE_FUNC_START_PCREL decides how starts are written. */
  readonly flags?: number;
  readonly fixedFp?: number;
  /** By default -8 for AMD64, else 0. */
  readonly fixedRa?: number;
  readonly auxHeader?: readonly number[];
  /** Address of the section. */
  readonly svma?: number;
  readonly fdes: readonly FdeSpec[];
}

export interface BuiltSFrame {
  readonly bytes: Uint8Array;
  readonly svma: number;
  readonly littleEndian: boolean;
  readonly labels: ReadonlyMap<string, { readonly offset: number; readonly sizeBytes: number }>;
  /** Overwrites a field; the value is cut to the field's size. */
  patch(label: string, value: number | bigint): void;
  /** The offset of a field. */
  at(label: string): number;
}

/** Writes fields in order and remembers where each one lies. */
class FieldWriter {
  readonly bytes: number[] = [];
  readonly labels = new Map<string, { offset: number; sizeBytes: number }>();

  constructor(private readonly littleEndian: boolean) {}

  field(label: string, sizeBytes: number, value: number | bigint): void {
    this.labels.set(label, { offset: this.bytes.length, sizeBytes });
    this.bytes.push(...encode(value, sizeBytes, this.littleEndian));
  }
}

function encode(value: number | bigint, sizeBytes: number, littleEndian: boolean): number[] {
  const word = BigInt.asUintN(sizeBytes * 8, BigInt(value));
  const bytes = Array.from({ length: sizeBytes }, (_, i) => Number((word >> BigInt(8 * i)) & 0xffn));
  return littleEndian ? bytes : bytes.reverse();
}

/** Assembles a section; nothing is checked, so that damaged ones can be written too. */
export function buildSFrame(spec: SFrameSpec): BuiltSFrame {
  const version = spec.version ?? 3;
  const littleEndian = spec.littleEndian ?? (spec.abi === 2 || spec.abi === 3);
  const flags = spec.flags ?? 5;
  const svma = spec.svma ?? 0x2000;
  const auxHeader = spec.auxHeader ?? [];
  const entrySizeBytes = version === 3 ? 16 : 20;
  const fdesAt = 28 + auxHeader.length;

  const data = new FieldWriter(littleEndian);
  const dataOffsets = spec.fdes.map((fde, i) => {
    const offset = data.bytes.length;
    writeData(data, fde, `fde${i}`, version);
    return offset;
  });

  const writer = new FieldWriter(littleEndian);
  writer.field('header.magic', 2, 0xdee2);
  writer.field('header.version', 1, version);
  writer.field('header.flags', 1, flags);
  writer.field('header.abi', 1, spec.abi);
  writer.field('header.fixedFp', 1, spec.fixedFp ?? 0);
  writer.field('header.fixedRa', 1, spec.fixedRa ?? (spec.abi === 3 ? -8 : 0));
  writer.field('header.auxSize', 1, auxHeader.length);
  writer.field('header.fdeCount', 4, spec.fdes.length);
  writer.field(
    'header.freCount',
    4,
    spec.fdes.reduce((sum, fde) => sum + fde.fres.length, 0),
  );
  writer.field('header.freSize', 4, data.bytes.length);
  writer.field('header.fdeOffset', 4, 0);
  writer.field('header.freOffset', 4, spec.fdes.length * entrySizeBytes);
  auxHeader.forEach((byte, i) => writer.field(`aux${i}`, 1, byte));
  spec.fdes.forEach((fde, i) => {
    const at = fdesAt + i * entrySizeBytes;
    const start = fde.start - svma - ((flags & 4) !== 0 ? at : 0);
    writer.field(`fde${i}.start`, version === 3 ? 8 : 4, start);
    writer.field(`fde${i}.size`, 4, fde.sizeBytes);
    writer.field(`fde${i}.dataOffset`, 4, dataOffsets[i]);
    if (version === 3) return;
    writer.field(`fde${i}.freCount`, 4, fde.fres.length);
    writer.field(`fde${i}.info`, 1, infoByte(fde));
    writer.field(`fde${i}.repSize`, 1, fde.repSize ?? 0);
    writer.field(`fde${i}.padding`, 2, 0);
  });
  const labels = new Map(writer.labels);
  for (const [label, { offset, sizeBytes }] of data.labels) {
    labels.set(label, { offset: offset + writer.bytes.length, sizeBytes });
  }
  const bytes = Uint8Array.from([...writer.bytes, ...data.bytes]);
  const find = (label: string) => {
    const place = labels.get(label);
    if (!place) throw new Error(`no field ${label}`);
    return place;
  };
  return {
    bytes,
    svma,
    littleEndian,
    labels,
    patch: (label, value) => {
      const place = find(label);
      bytes.set(encode(value, place.sizeBytes, littleEndian), place.offset);
    },
    at: (label) => find(label).offset,
  };
}

function infoByte(fde: FdeSpec): number {
  const freType = [0, 0, 1, 1, 2][fde.startSizeBytes ?? 1];
  return freType | (fde.isMask ? 0x10 : 0) | (fde.isPauthKeyB ? 0x20 : 0) | (fde.isSignal ? 0x80 : 0);
}

function writeData(data: FieldWriter, fde: FdeSpec, label: string, version: 2 | 3): void {
  if (version === 3) {
    data.field(`${label}.freCount`, 2, fde.fres.length);
    data.field(`${label}.info`, 1, infoByte(fde));
    data.field(`${label}.info2`, 1, fde.isFlex ? 1 : 0);
    data.field(`${label}.repSize`, 1, fde.repSize ?? 0);
  }
  fde.fres.forEach((fre, i) => {
    const wordSizeBytes = fre.wordSizeBytes ?? leastWordSize(fre.words);
    const sizeCode = [0, 0, 1, 1, 2][wordSizeBytes];
    data.field(`${label}.fre${i}.start`, fde.startSizeBytes ?? 1, fre.start);
    data.field(
      `${label}.fre${i}.info`,
      1,
      (fre.isMangled ? 0x80 : 0) | (sizeCode << 5) | (fre.words.length << 1) | (fre.base === 'fp' ? 0 : 1),
    );
    fre.words.forEach((word, k) => data.field(`${label}.fre${i}.word${k}`, wordSizeBytes, word));
  });
}

function leastWordSize(words: readonly number[]): 1 | 2 | 4 {
  if (words.every((word) => word >= -0x80 && word < 0x80)) return 1;
  return words.every((word) => word >= -0x8000 && word < 0x8000) ? 2 : 4;
}

/** A control word of a flexible FDE. */
export function controlWord(register: number | 'cfa', deref: boolean): number {
  return (register === 'cfa' ? 0 : (register << 3) | 1) | (deref ? 2 : 0);
}
