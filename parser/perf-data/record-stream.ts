/**
 * Walks the records of a data section in large pieces, so that a file of any size needs the memory of a few
 * pieces. A record is a place in a piece; nothing is decoded here.
 *
 *   piece 1: [rec][rec][rec][re      piece 2: [re|c][rec]…    the cut record is carried to the next piece
 *
 * Pieces are never reused: whoever keeps a record (a queue that sorts) keeps its piece alive, and no longer.
 */

import { RECORD_HEADER_SIZE } from './constants';

/** Bytes read at a time. Larger pieces gain nothing measurable, smaller ones cost system calls. */
const PIECE_SIZE_BYTES = 4 * 1024 * 1024;

/** A run of bytes with whole records in it. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Offset in the file of the piece's first byte (for decompressed records: of the record that held them). */
  readonly fileOffset: number;
}

/** Reads bytes on; returns how many there were, 0 at the end. */
export interface RecordInput {
  readInto(bytes: Uint8Array): number;
}

/** Handles one record; `at` is the offset of its header in the piece. */
export type RecordHandler = (piece: Piece, at: number, type: number, misc: number, sizeBytes: number) => void;

/** How a walk over records ended. */
export interface StreamEnd {
  /** A sentence that says what was wrong, where the data did not end with a whole record. */
  readonly problem?: string;
}

/**
 * Calls `handle` for every record of the input, in file order.
 * @param fileOffset offset in the file of the input's first byte
 */
export function walkRecords(
  input: RecordInput,
  fileOffset: number,
  littleEndian: boolean,
  handle: RecordHandler,
): StreamEnd {
  let carry: Uint8Array = new Uint8Array(0);
  let pieceOffset = fileOffset;
  for (;;) {
    const bytes = new Uint8Array(carry.length + PIECE_SIZE_BYTES);
    bytes.set(carry);
    const got = input.readInto(bytes.subarray(carry.length));
    const piece = makePiece(bytes.subarray(0, carry.length + got), pieceOffset);
    const used = handlePiece(piece, littleEndian, handle);
    if (used < 0) {
      return {
        problem: `a record of impossible size at file offset 0x${(pieceOffset - used - 1).toString(16)}`,
      };
    }
    carry = piece.bytes.subarray(used);
    pieceOffset += used;
    if (got === 0) break;
  }
  if (carry.length === 0) return {};
  return { problem: `the data ends within a record, at file offset 0x${pieceOffset.toString(16)}` };
}

/** A piece over bytes. */
export function makePiece(bytes: Uint8Array, fileOffset: number): Piece {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), fileOffset };
}

/**
 * Calls `handle` for every whole record of a piece.
 * @returns bytes used, or -1 - offset of a record whose size cannot be (smaller than its header)
 */
export function handlePiece(piece: Piece, littleEndian: boolean, handle: RecordHandler): number {
  const { view } = piece;
  const end = piece.bytes.length;
  let at = 0;
  while (at + RECORD_HEADER_SIZE <= end) {
    const sizeBytes = view.getUint16(at + 6, littleEndian);
    if (sizeBytes < RECORD_HEADER_SIZE) return -1 - at;
    if (at + sizeBytes > end) break;
    handle(piece, at, view.getUint32(at, littleEndian), view.getUint16(at + 4, littleEndian), sizeBytes);
    at += sizeBytes;
  }
  return at;
}
