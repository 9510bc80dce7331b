/**
 * Records of a file, read a second time. A round that waits to be sorted can be as large as the file (perf record ends
 * one when it has read all buffers): its pieces are given back, and each record is read again when its turn comes.
 *
 *   file     [cpu 0: 1 4 6 …][cpu 1: 2 3 9 …][cpu 2: 5 7 8 …]
 *   windows   └─────┘         └─────┘         └─────┘            one for each run that is being merged
 */

import { Piece, PiecePool } from './piece';

const WINDOW_BYTES = 128 * 1024;
/** More runs than this are merged by reading windows again and again. */
const MOST_WINDOWS = 128;

/** Fills a buffer from an offset of the file; returns how many bytes there were. */
export type ReadAgain = (bytes: Uint8Array, fileOffset: number) => number;

export class RecordWindows {
  private readonly windows: Piece[] = [];
  private readonly pool = new PiecePool(WINDOW_BYTES);
  private next = 0;

  constructor(
    private readonly read: ReadAgain,
    private readonly littleEndian: boolean,
  ) {}

  /** A piece that holds all of the record at an offset of the file; good until the next call, or held. */
  find(fileOffset: number): Piece {
    for (const window of this.windows) if (this.holds(window, fileOffset)) return window;
    const place = this.placeOfNew(fileOffset);
    this.windows.at(place)?.leave();
    const bytes = this.pool.take();
    const window = new Piece(bytes.subarray(0, this.read(bytes, fileOffset)), fileOffset, this.pool);
    this.windows[place] = window;
    return window;
  }

  /** Where a new window goes: in the place of the one that it continues, since a run is read from its beginning to its end. */
  private placeOfNew(fileOffset: number): number {
    const { windows } = this;
    for (let i = 0; i < windows.length; i++) {
      const past = fileOffset - windows[i].fileOffset;
      if (past > 0 && past < 2 * WINDOW_BYTES) return i;
    }
    if (windows.length < MOST_WINDOWS) return windows.length;
    const place = this.next;
    this.next = (this.next + 1) % MOST_WINDOWS;
    return place;
  }

  private holds({ fileOffset: start, bytes, view }: Piece, fileOffset: number): boolean {
    const at = fileOffset - start;
    if (at < 0 || at + 8 > bytes.length) return false;
    return at + view.getUint16(at + 6, this.littleEndian) <= bytes.length;
  }
}
