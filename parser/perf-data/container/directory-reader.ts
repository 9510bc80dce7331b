/**
 * The data files of a directory, put in order of time together. perf record marks no rounds in them, and a file may
 * hold the buffers of several CPUs one after the other, so that nothing bounds how far records lie out of order; perf
 * keeps all of them in memory. Here the files are read twice, in slices of some megabytes:
 *
 *   first    the least time of each slice, and from that the least time that any later slice of the file holds
 *   second   slices in order of that time; what is earlier than all that is still to come can be delivered
 *
 *   file 0   │ 1..40 │ 35..80 │      file 1 │ 2..60 │ 61..90 │
 *   read 0a (limit 2), 1a (limit 35): 2..34 go, 0b (limit 61): 35..60 go, 1b: the rest
 */

import { RecordType } from '../constants';
import type { RecordDecompressor } from './record-decompressor';
import type { Piece } from './piece';
import type { RecordReader } from './record-stream';

/** Records of a slice, decompressed. */
const SLICE_BYTES = 4 * 1024 * 1024;

/** Nanoseconds since any fixed moment, NaN for a record without a time. */
export type RecordTime = (piece: Piece, at: number, type: number, sizeBytes: number) => number;

export class DirectoryReader {
  /** Sentences that say what was wrong. */
  readonly problems: string[] = [];

  /** @param openFiles opens each data file, from its beginning */
  constructor(
    private readonly openFiles: readonly (() => RecordReader)[],
    private readonly createDecompressor: (reader: RecordReader) => RecordDecompressor,
    private readonly timeOf: RecordTime,
    private readonly sliceBytes = SLICE_BYTES,
  ) {}

  /**
   * Reads all files.
   * @param take gets each record
   * @param release gets a time before which no record is to come any more
   */
  read(take: (piece: Piece, at: number) => void, release: (time: number) => void): void {
    const files = this.openFiles.map((open) => ({
      slices: new SliceReader(open(), this.createDecompressor, this.sliceBytes),
      next: 0,
      timesToCome: this.timesToCome(open()),
    }));
    const timeOfNext = ({ next, timesToCome }: (typeof files)[number]): number =>
      timesToCome[next] ?? Infinity;
    for (;;) {
      const unread = files.filter((file) => file.next < file.timesToCome.length);
      if (unread.length === 0) break;
      const file = unread.reduce((best, other) => (timeOfNext(other) < timeOfNext(best) ? other : best));
      file.slices.readSlice(take);
      file.next++;
      release(Math.min(...files.map(timeOfNext)));
    }
    for (const { slices } of files) this.problems.push(...slices.problems);
  }

  /** For each slice of a file the least time in it and in those after it. */
  private timesToCome(reader: RecordReader): Float64Array {
    const times: number[] = [];
    const slices = new SliceReader(reader, this.createDecompressor, this.sliceBytes);
    const little = slices.littleEndian;
    for (let hasMore = true; hasMore;) {
      let least = Infinity;
      hasMore = slices.readSlice((piece, at) => {
        const type = piece.view.getUint32(at, little);
        const time = this.timeOf(piece, at, type, piece.view.getUint16(at + 6, little));
        if (time < least) least = time;
      });
      times.push(least);
    }
    for (let slice = times.length - 2; slice >= 0; slice--) {
      times[slice] = Math.min(times[slice], times[slice + 1]);
    }
    return Float64Array.from(times);
  }
}

/** Reads a file slice by slice, the same slices each time. */
class SliceReader {
  readonly problems: string[] = [];
  private decompressor: RecordDecompressor | undefined;

  constructor(
    private readonly reader: RecordReader,
    private readonly createDecompressor: (reader: RecordReader) => RecordDecompressor,
    private readonly sliceBytes: number,
  ) {}

  get littleEndian(): boolean {
    return this.reader.littleEndian;
  }

  /** Hands on the records of a slice. @returns false when it was the last */
  readSlice(take: (piece: Piece, at: number) => void): boolean {
    const { reader } = this;
    let size = 0;
    const takeCounted = (piece: Piece, at: number): void => {
      size += piece.view.getUint16(at + 6, reader.littleEndian);
      take(piece, at);
    };
    while (size < this.sliceBytes) {
      if (!reader.next()) {
        this.decompressor?.finish(reader.endOffset, takeCounted);
        this.problems.push(...(this.decompressor?.problems ?? []));
        if (reader.problem !== undefined) this.problems.push(reader.problem);
        return false;
      }
      const { piece, start, type } = reader;
      if (type === RecordType.COMPRESSED || type === RecordType.COMPRESSED2) {
        this.decompressor ??= this.createDecompressor(reader);
        this.decompressor.push(piece, start, type, reader.sizeBytes, takeCounted);
      } else takeCounted(piece, start);
    }
    return true;
  }
}
