/**
 * Records out of COMPRESSED and COMPRESSED2 records. Records straddle payloads as they like:
 *
 *   COMPRESSED2 │ [rec][rec][re │     COMPRESSED2 │ c][rec][rec] │
 *
 *   COMPRESSED   8 payload to the record's end
 *   COMPRESSED2  8 size of the payload u64 | 16 payload | padding
 */

import { RECORD_HEADER_SIZE, RecordType } from '../constants';
import { makePiece, type Piece } from './piece';
import { size64 } from '../records/sample-layout';
import type { ZstdStream } from './zstd-stream';

const COMPRESSED2_PAYLOAD = 16;

/** Handles one decompressed record; `at` is the offset of its header in the piece. */
export type RecordHandler = (piece: Piece, at: number) => void;

export class RecordDecompressor {
  /** Sentences that say what was wrong. */
  readonly problems: string[] = [];
  private carry: Uint8Array = new Uint8Array(0);
  private isStopped = false;

  /** @param stream undefined where the recording says that nothing in it is compressed */
  constructor(
    private readonly stream: ZstdStream | undefined,
    private readonly name: string,
    private readonly littleEndian: boolean,
  ) {}

  /** Whether records may be held back until the next compressed record. */
  get hasPendingOutput(): boolean {
    return this.stream?.hasPendingOutput === true;
  }

  /** Hands on the records that end in a compressed record. */
  push(piece: Piece, at: number, type: number, sizeBytes: number, handle: RecordHandler): void {
    if (this.isStopped) return;
    const fileOffset = piece.fileOffset + at;
    if (!this.stream) {
      this.stop(
        `${this.name}: a compressed record at file offset 0x${fileOffset.toString(16)}, in a recording that says it has none; such records are left out`,
      );
      return;
    }
    let start = RECORD_HEADER_SIZE;
    let end = sizeBytes;
    if (type === RecordType.COMPRESSED2) {
      start = COMPRESSED2_PAYLOAD;
      end = start + (sizeBytes >= start ? size64(piece.view, at + RECORD_HEADER_SIZE, this.littleEndian) : 0);
    }
    if (end > sizeBytes || start > sizeBytes) {
      this.stop(
        `${this.name}: a compressed record at file offset 0x${fileOffset.toString(16)} lies about its size`,
      );
      return;
    }
    this.stream.push(piece.bytes.subarray(at + start, at + end), (block) =>
      this.takeBlock(block, fileOffset, handle),
    );
    if (this.stream.isDamaged) {
      this.stop(
        `${this.name}: damaged zstd data at file offset 0x${fileOffset.toString(16)}; what is compressed after it is lost`,
      );
    }
  }

  /** At the end of the file: hands on what is left. */
  finish(fileOffset: number, handle: RecordHandler): void {
    if (this.isStopped || !this.stream) return;
    if (!this.stream.finish((block) => this.takeBlock(block, fileOffset, handle))) {
      this.stop(`${this.name}: the compressed data end within a block`);
    } else if (this.carry.length > 0 && !this.isStopped) {
      this.stop(`${this.name}: the compressed data end within a record`);
    }
  }

  private takeBlock(block: Uint8Array, fileOffset: number, handle: RecordHandler): void {
    if (this.isStopped) return;
    let bytes = block;
    if (this.carry.length > 0) {
      bytes = new Uint8Array(this.carry.length + block.length);
      bytes.set(this.carry);
      bytes.set(block, this.carry.length);
    }
    const piece = makePiece(bytes, fileOffset);
    let at = 0;
    while (at + RECORD_HEADER_SIZE <= bytes.length) {
      const sizeBytes = piece.view.getUint16(at + 6, this.littleEndian);
      if (sizeBytes < RECORD_HEADER_SIZE || (sizeBytes & 7) !== 0) {
        this.stop(
          `${this.name}: a record of impossible size (${sizeBytes}) was compressed in the one at file offset 0x${fileOffset.toString(16)}`,
        );
        return;
      }
      if (at + sizeBytes > bytes.length) break;
      handle(piece, at);
      at += sizeBytes;
    }
    this.carry = bytes.subarray(at);
  }

  private stop(problem: string): void {
    this.isStopped = true;
    this.problems.push(problem);
  }
}
