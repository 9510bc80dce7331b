/** Brings the records of a recording into order and hands them on. */

import { ParseError } from '../../bytes';
import { FIRST_USER_RECORD_TYPE, RecordType } from '../constants';
import { RecordPlace } from '../records/records';
import { size64 } from '../records/sample-layout';
import type { Piece } from './piece';
import type { RecordDecompressor } from './record-decompressor';
import { isCompressed, isHeaderRecord } from './record-kinds';
import type { RecordReader } from './record-stream';
import { RoundSorter } from './round-sorter';

/** What delivering needs of a recording. */
interface DeliveredRecording {
  readonly littleEndian: boolean;
  auxtraceBytes: number;
  count(type: number): void;
  timeOf(piece: Piece, at: number, type: number, sizeBytes: number): number;
  applyHeaderRecord(reader: RecordReader): void;
  createDecompressor(reader: RecordReader): RecordDecompressor;
}

export class Delivery {
  readonly problems: string[] = [];
  readonly sorter: RoundSorter;
  /** In a directory all files together are put in order, not rounds of one. */
  isDirectory = false;
  private readonly place = new RecordPlace();
  private decompressor: RecordDecompressor | undefined;
  private reader: RecordReader | undefined;

  constructor(
    private readonly recording: DeliveredRecording,
    private readonly sorts: boolean,
    private readonly handle: (place: RecordPlace) => void,
  ) {
    this.sorter = new RoundSorter((piece, at) => this.deliver(piece, at));
  }

  /** Takes all records that are left in a reader. */
  takeAll(reader: RecordReader): void {
    this.reader = reader;
    while (reader.next()) this.takeRecord(reader);
    if (reader.problem !== undefined) this.problems.push(reader.problem);
  }

  /** Takes the current record of a reader. */
  takeRecord(reader: RecordReader): void {
    const { type, piece, start } = reader;
    if (type < FIRST_USER_RECORD_TYPE) {
      this.take(piece, start);
      return;
    }
    if (isCompressed(type)) {
      this.recording.count(type);
      this.decompressor ??= this.recording.createDecompressor(reader);
      this.decompressor.push(piece, start, type, reader.sizeBytes, (inner, at) => this.take(inner, at));
      return;
    }
    try {
      if (isHeaderRecord(type)) this.recording.applyHeaderRecord(reader);
      else if (type === RecordType.AUXTRACE) this.skipTrace(reader);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.problems.push(error.message);
    }
    this.take(piece, start);
  }

  /** Takes a record that is not compressed. */
  take(piece: Piece, at: number): void {
    const { recording } = this;
    const little = recording.littleEndian;
    const type = piece.view.getUint32(at, little);
    recording.count(type);
    // Records that the decompressor holds back belong before this mark. The next will do for them.
    if (type === RecordType.FINISHED_ROUND && !this.isDirectory && !this.decompressor?.hasPendingOutput) {
      this.sorter.finishRound();
    }
    const time = this.sorts ? recording.timeOf(piece, at, type, piece.view.getUint16(at + 6, little)) : NaN;
    if (Number.isNaN(time)) this.deliver(piece, at);
    else this.sorter.push(time, piece, at);
  }

  /** Hands on everything that waits. */
  finish(): void {
    if (this.decompressor && this.reader) {
      this.decompressor.finish(this.reader.endOffset, (piece, at) => this.take(piece, at));
      this.problems.push(...this.decompressor.problems);
    }
    this.sorter.finish();
  }

  private deliver(held: Piece, heldAt: number): void {
    const piece = held.isGivenUp ? held.again!.find(held.fileOffset + heldAt) : held;
    const at = heldAt + held.fileOffset - piece.fileOffset;
    const little = this.recording.littleEndian;
    const { view } = piece;
    const { place } = this;
    place.set(
      piece,
      at,
      view.getUint32(at, little),
      view.getUint16(at + 4, little),
      view.getUint16(at + 6, little),
    );
    this.handle(place);
  }

  /** AUXTRACE: header 8 | size of the trace u64 | …; the trace is after the record. */
  private skipTrace(reader: RecordReader): void {
    if (reader.sizeBytes < 16) return;
    const sizeBytes = size64(reader.piece.view, reader.start + 8, this.recording.littleEndian);
    this.recording.auxtraceBytes += sizeBytes;
    reader.skipPayload(sizeBytes);
  }
}
