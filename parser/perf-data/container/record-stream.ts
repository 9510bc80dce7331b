/**
 * Walks records in large pieces, so that a file of any size needs the memory of a few pieces. A record is a place in
 * a piece; nothing is decoded here.
 *
 *   piece 1: [rec][rec][rec][re      piece 2: [re|c][rec]…    the cut record is carried to the next piece
 *
 * The memory of a piece is used again (piece.ts).
 */

import { makePiece, Piece, PiecePool } from './piece';
import { RecordWindows, type ReadAgain } from './record-windows';
import { RECORD_HEADER_SIZE, RecordType } from '../constants';

/** Bytes read at a time from files. Larger pieces gain nothing measurable, smaller ones cost system calls. */
export const PIECE_SIZE_BYTES = 4 * 1024 * 1024;

/**
 * Of a file, what waits to be sorted is kept in memory up to here, and read again beyond, which costs a tenth of a flat report: the
 * first round of two CPUs took 17 MB and has to fit.
 */
const MOST_WAITING_BYTES = 24 * 1024 * 1024;

/** No record is larger: its size has 16 bits. */
const LARGEST_RECORD_BYTES = 0xffff;

/** Bytes one after the other: a range of a file, a pipe. */
export interface RecordInput {
  /** Reads on; returns how many bytes there were, 0 at the end and only there. */
  readInto(bytes: Uint8Array): number;
  /** Leaves bytes out; returns how many there were, fewer only at the end. */
  skip(sizeBytes: number): number;
}

/** Where records come from, and how they are read. */
export interface RecordReaderOptions {
  /** Name of the input, for messages. */
  readonly name: string;
  /** Offset in the file of the input's first byte. */
  readonly fileOffset: number;
  readonly littleEndian: boolean;
  /** Bytes that are read at a time. */
  readonly pieceSizeBytes?: number;
  /** Reads the file again; undefined where that can be read once only. */
  readonly readAgain?: ReadAgain;
}

/**
 * A cursor over the records of an input. Its fields describe the current record after {@link next} returned true;
 * they stay as they are until the next call.
 */
export class RecordReader {
  /** Name of the input, for messages. */
  readonly name: string;
  readonly littleEndian: boolean;
  piece: Piece;
  /** Offset of the record's header in the piece. */
  start = 0;
  type = 0;
  misc = 0;
  sizeBytes = 0;
  /** A sentence that says what is wrong, where the input did not end with a whole record. */
  problem: string | undefined;
  private end = 0;
  private readonly pieceSizeBytes: number;
  private readonly pool: PiecePool;
  private readonly windows: RecordWindows | undefined;

  constructor(
    private readonly input: RecordInput,
    { name, fileOffset, littleEndian, pieceSizeBytes = PIECE_SIZE_BYTES, readAgain }: RecordReaderOptions,
  ) {
    this.name = name;
    this.littleEndian = littleEndian;
    this.pieceSizeBytes = pieceSizeBytes;
    this.windows = readAgain && new RecordWindows(readAgain, littleEndian);
    this.piece = makePiece(new Uint8Array(0), fileOffset);
    this.pool = new PiecePool(LARGEST_RECORD_BYTES + pieceSizeBytes, this.windows && MOST_WAITING_BYTES);
  }

  /** Offset in the file just after the current record. */
  get endOffset(): number {
    return this.piece.fileOffset + this.end;
  }

  /** Moves to the next record. False at the end, and where the data are damaged (see {@link problem}). */
  next(): boolean {
    for (;;) {
      const at = this.end;
      const { view, bytes } = this.piece;
      const available = bytes.length - at;
      if (available >= RECORD_HEADER_SIZE) {
        const sizeBytes = view.getUint16(at + 6, this.littleEndian);
        const type = view.getUint32(at, this.littleEndian);
        if (!isPossibleSize(type, sizeBytes)) {
          this.problem ??= `${this.name}: a record of impossible size (${sizeBytes}) at file offset 0x${this.endOffset.toString(16)}; nothing after it can be found`;
          return false;
        }
        if (sizeBytes <= available) {
          this.start = at;
          this.end = at + sizeBytes;
          this.type = type;
          this.misc = view.getUint16(at + 4, this.littleEndian);
          this.sizeBytes = sizeBytes;
          return true;
        }
      }
      if (!this.refill()) {
        if (available > 0) {
          this.problem ??= `${this.name}: the data end within a record, at file offset 0x${this.endOffset.toString(16)}`;
        }
        return false;
      }
    }
  }

  /**
   * Takes bytes that are after the current record without belonging to it.
   * @returns fewer than asked for only where the input ends
   */
  readPayload(sizeBytes: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let got = 0;
    while (got < sizeBytes) {
      if (this.end === this.piece.bytes.length && !this.refill()) break;
      const part = this.piece.bytes.subarray(this.end, this.end + sizeBytes - got);
      parts.push(part);
      got += part.length;
      this.end += part.length;
    }
    const payload = new Uint8Array(got);
    let at = 0;
    for (const part of parts) {
      payload.set(part, at);
      at += part.length;
    }
    return payload;
  }

  /** Leaves out bytes that are after the current record without belonging to it. */
  skipPayload(sizeBytes: number): void {
    const inPiece = Math.min(sizeBytes, this.piece.bytes.length - this.end);
    this.end += inPiece;
    const rest = sizeBytes - inPiece;
    if (rest === 0) return;
    const skipped = this.input.skip(rest);
    this.piece = makePiece(new Uint8Array(0), this.endOffset + skipped);
    this.end = 0;
    if (skipped < rest) this.problem ??= `${this.name}: the data end within what belongs to a record`;
  }

  /** Makes a piece of what is left of the current one and what the input has. False where it has nothing. */
  private refill(): boolean {
    const left = this.piece;
    const carry = left.bytes.subarray(this.end);
    const bytes = this.pool.take();
    bytes.set(carry);
    const got = this.input.readInto(bytes.subarray(carry.length, carry.length + this.pieceSizeBytes));
    if (got === 0) {
      this.pool.putBytes(bytes);
      return false;
    }
    this.piece = new Piece(bytes.subarray(0, carry.length + got), this.endOffset, this.pool, this.windows);
    this.end = 0;
    left.leave();
    return true;
  }
}

/** All records are multiples of eight bytes but these three, of which some perf wrote others. */
function isPossibleSize(type: number, sizeBytes: number): boolean {
  if (sizeBytes < RECORD_HEADER_SIZE) return false;
  if ((sizeBytes & 7) === 0) return true;
  return (
    type === RecordType.HEADER_TRACING_DATA ||
    type === RecordType.HEADER_FEATURE ||
    type === RecordType.COMPRESSED
  );
}
