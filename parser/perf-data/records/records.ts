/**
 * Decoders of the records that change what addresses and threads mean (layouts: include/uapi/linux/
 * perf_event.h, Linux 7.2). Offsets count from the record's header (type u32, misc u16, size u16).
 *
 *   MMAP   8 pid,tid | 16 start | 24 length | 32 pgoff | 40 path
 *   MMAP2  8 pid,tid | 16 start | 24 length | 32 pgoff | 40 maj,min | 48 ino | 56 generation | 64 prot,flags | 72 path
 *          with a build id: 40 its size u8, 44 the id (20 bytes)
 *   COMM   8 pid,tid | 16 comm
 *   FORK, EXIT  8 pid,ppid | 16 tid,ptid | 24 time
 *   LOST   8 id | 16 lost        LOST_SAMPLES  8 lost
 *   KSYMBOL 8 address | 16 length u32 | 20 type u16 | 22 flags u16 | 24 name
 */

import { ByteReader } from '../../bytes';
import {
  PERF_RECORD_MISC_LOST_SAMPLES_BPF,
  PERF_RECORD_MISC_MMAP_BUILD_ID,
  PERF_RECORD_MISC_MMAP_DATA,
  RecordType,
} from '../constants';
import { makePiece, type Piece } from '../container/piece';

/** A record in its piece; the object is reused for every record. */
export class RecordPlace {
  piece!: Piece;
  /** Offset of the header in the piece. */
  start = 0;
  type = 0;
  misc = 0;
  sizeBytes = 0;

  /** Offset in the file of the record's header. */
  get fileOffset(): number {
    return this.piece.fileOffset + this.start;
  }

  /** Points at a record. */
  set(piece: Piece, start: number, type: number, misc: number, sizeBytes: number): void {
    this.piece = piece;
    this.start = start;
    this.type = type;
    this.misc = misc;
    this.sizeBytes = sizeBytes;
  }

  /** The same record in bytes of its own, for whoever keeps it: a piece is a thousand times larger. */
  copy(): RecordPlace {
    const copy = new RecordPlace();
    const bytes = this.piece.bytes.slice(this.start, this.start + this.sizeBytes);
    copy.set(makePiece(bytes, this.fileOffset), 0, this.type, this.misc, this.sizeBytes);
    return copy;
  }
}

export interface MmapRecord {
  readonly pid: number;
  readonly tid: number;
  /** Signed double, as all addresses. */
  readonly startAvma: number;
  readonly sizeBytes: number;
  /** File offset that is mapped at the start (for the kernel: the address of its reference symbol). */
  readonly pageOffset: number;
  readonly path: string;
  /** False where the kernel marked it as a data mapping. */
  readonly isExecutable: boolean;
  readonly buildId: Uint8Array | undefined;
  /** PROT_* and MAP_* of MMAP2; zero for MMAP. */
  readonly protection: number;
  readonly flags: number;
  readonly major: number;
  readonly minor: number;
  readonly inode: bigint;
  readonly inodeGeneration: bigint;
  readonly isMmap2: boolean;
}

/** Decodes MMAP and MMAP2. @throws ParseError when the record is too short for its fields */
export function parseMmap(place: RecordPlace, littleEndian: boolean): MmapRecord {
  const reader = recordReader(place, littleEndian);
  const pid = reader.readI32();
  const tid = reader.readI32();
  const startAvma = reader.readAddress();
  const sizeBytes = reader.readAddress();
  const pageOffset = reader.readAddress();
  const isMmap2 = place.type === RecordType.MMAP2;
  let buildId: Uint8Array | undefined;
  let major = 0;
  let minor = 0;
  let inode = 0n;
  let inodeGeneration = 0n;
  let protection = 0;
  let flags = 0;
  if (isMmap2) {
    if (place.misc & PERF_RECORD_MISC_MMAP_BUILD_ID) {
      const idSize = Math.min(20, reader.readU8());
      reader.skip(3);
      buildId = reader.readBytes(20).slice(0, idSize);
    } else {
      major = reader.readU32();
      minor = reader.readU32();
      inode = reader.readBigU64();
      inodeGeneration = reader.readBigU64();
    }
    protection = reader.readU32();
    flags = reader.readU32();
  }
  return {
    pid,
    tid,
    startAvma,
    sizeBytes,
    pageOffset,
    path: reader.readCString(),
    isExecutable: (place.misc & PERF_RECORD_MISC_MMAP_DATA) === 0,
    buildId,
    protection,
    flags,
    major,
    minor,
    inode,
    inodeGeneration,
    isMmap2,
  };
}

export interface CommRecord {
  readonly pid: number;
  readonly tid: number;
  readonly comm: string;
}

/** Decodes COMM. @throws ParseError when the record is too short */
export function parseComm(place: RecordPlace, littleEndian: boolean): CommRecord {
  const reader = recordReader(place, littleEndian);
  return { pid: reader.readI32(), tid: reader.readI32(), comm: reader.readCString() };
}

export interface TaskRecord {
  readonly pid: number;
  readonly parentPid: number;
  readonly tid: number;
  readonly parentTid: number;
  /** In the recording's clock. */
  readonly timeNs: bigint;
}

/** Decodes FORK and EXIT. @throws ParseError when the record is too short */
export function parseTask(place: RecordPlace, littleEndian: boolean): TaskRecord {
  const reader = recordReader(place, littleEndian);
  return {
    pid: reader.readI32(),
    parentPid: reader.readI32(),
    tid: reader.readI32(),
    parentTid: reader.readI32(),
    timeNs: reader.readBigU64(),
  };
}

/** The number of records (LOST) or samples (LOST_SAMPLES) that were lost, not dropped on purpose. @throws ParseError */
export function parseLostCount(place: RecordPlace, littleEndian: boolean): number {
  const isDropped = (place.misc & PERF_RECORD_MISC_LOST_SAMPLES_BPF) !== 0;
  if (place.type === RecordType.LOST_SAMPLES && isDropped) return 0;
  const reader = recordReader(place, littleEndian);
  if (place.type === RecordType.LOST) reader.skip(8);
  return reader.readSize();
}

/** PERF_RECORD_KSYMBOL_FLAGS_UNREGISTER */
const KSYMBOL_UNREGISTER = 1;

export interface KsymbolRecord {
  readonly address: number;
  readonly sizeBytes: number;
  /** PERF_RECORD_KSYMBOL_TYPE_*: 1 BPF, 2 out of line (trampolines, kprobes). */
  readonly kind: number;
  readonly flags: number;
  readonly isUnregister: boolean;
  readonly name: string;
}

/** Decodes KSYMBOL. @throws ParseError when the record is too short */
export function parseKsymbol(place: RecordPlace, littleEndian: boolean): KsymbolRecord {
  const reader = recordReader(place, littleEndian);
  const address = reader.readAddress();
  const sizeBytes = reader.readU32();
  const kind = reader.readU16();
  const flags = reader.readU16();
  return {
    address,
    sizeBytes,
    kind,
    flags,
    isUnregister: (flags & KSYMBOL_UNREGISTER) !== 0,
    name: reader.readCString(),
  };
}

/** A reader over one record, placed after its header. */
export function recordReader(place: RecordPlace, littleEndian: boolean): ByteReader {
  const bytes = place.piece.bytes.subarray(place.start, place.start + place.sizeBytes);
  const reader = new ByteReader(
    bytes,
    littleEndian,
    `record at file offset 0x${place.fileOffset.toString(16)}`,
  );
  reader.seek(8);
  return reader;
}
