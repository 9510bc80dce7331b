/**
 * BPF programs that were loaded while perf recorded (features BPF_PROG_INFO and BPF_BTF; struct bpf_prog_info and the
 * BTF format are in include/uapi/linux/bpf.h and btf.h). Decoded as far as naming the programs needs.
 *
 *   BPF_PROG_INFO  nr u32 | (info size u32, data size u32, bitmap of arrays u64, bpf_prog_info, data)
 *                  the pointers in bpf_prog_info are offsets in `data`
 *   BPF_BTF        nr u32 | (id u32, size u32, BTF)
 */

import { decodeCString, formatHex, type ByteReader } from '../../bytes';

/** Bits of the bitmap: which arrays are in the data (enum perf_bpil_array_types in tools/perf/util/bpf-utils.h). */
const ARRAY_JITED_KSYMS = 3;
const ARRAY_JITED_FUNC_LENS = 4;
const ARRAY_FUNC_INFO = 5;
const ARRAY_PROG_TAGS = 8;

/** Offsets in struct bpf_prog_info. */
const INFO_ID = 4;
const INFO_NAME = 64;
const INFO_NAME_SIZE = 16;
const INFO_NR_JITED_KSYMS = 104;
const INFO_NR_JITED_FUNC_LENS = 108;
const INFO_JITED_KSYMS = 112;
const INFO_JITED_FUNC_LENS = 120;
const INFO_BTF_ID = 128;
const INFO_FUNC_INFO_REC_SIZE = 132;
const INFO_FUNC_INFO = 136;
const INFO_NR_FUNC_INFO = 144;
const INFO_NR_PROG_TAGS = 180;
const INFO_PROG_TAGS = 184;
/** The struct grows; this much of it is read. */
const INFO_KNOWN_SIZE = 192;

const TAG_SIZE = 8;

/** A function of a BPF program, as the kernel compiled it. */
export interface BpfFunction {
  /** As kallsyms names it: "bpf_prog_TAG_NAME". */
  readonly name: string;
  readonly address: bigint;
  readonly sizeBytes: number;
}

export interface BpfProgram {
  readonly id: number;
  readonly functions: readonly BpfFunction[];
}

/**
 * Parses BPF_PROG_INFO.
 * @param btfById as {@link parseBtfs} returns it
 * @throws ParseError
 */
export function parseBpfPrograms(reader: ByteReader, btfById: ReadonlyMap<number, Uint8Array>): BpfProgram[] {
  const count = reader.readU32();
  const programs: BpfProgram[] = [];
  for (let i = 0; i < count; i++) {
    const infoSize = reader.readU32();
    const dataSize = reader.readU32();
    const arrays = reader.readSize();
    const info = new Uint8Array(Math.max(INFO_KNOWN_SIZE, infoSize));
    info.set(reader.readBytes(infoSize));
    const program = new ProgramInfo(info, reader.readBytes(dataSize), arrays, reader.littleEndian);
    programs.push({ id: program.u32(INFO_ID), functions: program.functions(btfById) });
  }
  return programs.sort((a, b) => a.id - b.id);
}

/** Parses BPF_BTF: type information by its id. The bytes are borrowed. @throws ParseError */
export function parseBtfs(reader: ByteReader): Map<number, Uint8Array> {
  const count = reader.readU32();
  const btfs = new Map<number, Uint8Array>();
  for (let i = 0; i < count; i++) {
    const id = reader.readU32();
    btfs.set(id, reader.readBytes(reader.readU32()));
  }
  return btfs;
}

class ProgramInfo {
  private readonly info: DataView;
  private readonly data: DataView;

  constructor(
    private readonly infoBytes: Uint8Array,
    private readonly dataBytes: Uint8Array,
    private readonly arrays: number,
    private readonly little: boolean,
  ) {
    this.info = new DataView(infoBytes.buffer);
    this.data = new DataView(dataBytes.buffer, dataBytes.byteOffset, dataBytes.length);
  }

  u32(offset: number): number {
    return this.info.getUint32(offset, this.little);
  }

  /** What the kernel compiled; nothing where the facts about it are not all there. */
  functions(btfById: ReadonlyMap<number, Uint8Array>): BpfFunction[] {
    const count = this.u32(INFO_NR_JITED_KSYMS);
    if (count !== this.u32(INFO_NR_PROG_TAGS) || count !== this.u32(INFO_NR_JITED_FUNC_LENS)) return [];
    const addresses = this.array(ARRAY_JITED_KSYMS, INFO_JITED_KSYMS, count * 8);
    const sizes = this.array(ARRAY_JITED_FUNC_LENS, INFO_JITED_FUNC_LENS, count * 4);
    const tags = this.array(ARRAY_PROG_TAGS, INFO_PROG_TAGS, count * TAG_SIZE);
    if (addresses < 0 || sizes < 0 || tags < 0) return [];
    const btf = btfById.get(this.u32(INFO_BTF_ID));
    return Array.from({ length: count }, (_, i) => {
      const tag = formatHex(this.dataBytes.subarray(tags + i * TAG_SIZE, tags + (i + 1) * TAG_SIZE));
      const name = this.shortName(i, count, btf);
      return {
        name: `bpf_prog_${tag}${name === undefined ? '' : `_${name}`}`,
        address: this.data.getBigUint64(addresses + i * 8, this.little),
        sizeBytes: this.data.getUint32(sizes + i * 4, this.little),
      };
    });
  }

  private shortName(index: number, count: number, btf: Uint8Array | undefined): string | undefined {
    const recordSize = this.u32(INFO_FUNC_INFO_REC_SIZE);
    const functionCount = this.u32(INFO_NR_FUNC_INFO);
    if (btf && recordSize >= 8 && index < functionCount) {
      const records = this.array(ARRAY_FUNC_INFO, INFO_FUNC_INFO, functionCount * recordSize);
      if (records < 0) return undefined;
      return findBtfName(
        btf,
        this.data.getUint32(records + index * recordSize + 4, this.little),
        this.little,
      );
    }
    if (index === 0 && count === 1) {
      return decodeCString(this.infoBytes.subarray(INFO_NAME, INFO_NAME + INFO_NAME_SIZE), 0) || undefined;
    }
    return 'F';
  }

  /** Offset of an array in the data, or -1 where it is not there. */
  private array(bit: number, pointerOffset: number, sizeBytes: number): number {
    if ((this.arrays & (1 << bit)) === 0) return -1;
    const offset = Number(this.info.getBigUint64(pointerOffset, this.little));
    return offset + sizeBytes <= this.dataBytes.length ? offset : -1;
  }
}

/** Bytes that follow a BTF type of each kind: fixed, and for each of its members. */
const btfKindSizes: readonly (readonly [fixed: number, perMember: number])[] = [
  [0, 0], [4, 0], [0, 0], [12, 0], [0, 12], [0, 12], [0, 8], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 8],
  [4, 0], [0, 12], [0, 0], [4, 0], [0, 0], [0, 12],
]; // prettier-ignore

/**
 * The name of a BTF type. Types are numbered from 1 in the order in which they come:
 *   header: magic u16, version u8, flags u8, header size u32, types {offset, size}, strings {offset, size}
 *   type:   name offset u32 | kind and number of members u32 | size or type u32 | …
 */
function findBtfName(btf: Uint8Array, typeId: number, little: boolean): string | undefined {
  const view = new DataView(btf.buffer, btf.byteOffset, btf.length);
  if (btf.length < 24) return undefined;
  const headerSize = view.getUint32(4, little);
  const typesEnd = headerSize + view.getUint32(8, little) + view.getUint32(12, little);
  const strings = headerSize + view.getUint32(16, little);
  let at = headerSize + view.getUint32(8, little);
  for (let id = 1; at + 12 <= Math.min(typesEnd, btf.length); id++) {
    if (id === typeId) {
      const offset = strings + view.getUint32(at, little);
      return offset < btf.length ? decodeCString(btf, offset) || undefined : undefined;
    }
    const info = view.getUint32(at + 4, little);
    const sizes = btfKindSizes[(info >>> 24) & 0x1f];
    if (!sizes) break;
    at += 12 + sizes[0] + sizes[1] * (info & 0xffff);
  }
  return undefined;
}
