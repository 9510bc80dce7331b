/**
 * Runs of bytes with whole records in them, and their memory, which is used again once the reader has left a piece and nobody
 * holds it: who keeps a record beyond the call that handed it out (a queue that sorts) says so with `hold` and `release`. Fresh
 * memory for every piece costs more than everything else in reading: the system fills it with zeros, page by page.
 */

/** Reads records again whose piece was given up. */
export interface RecordSource {
  /** A piece that holds all of the record at an offset of the file; good until the next call, or held. */
  find(fileOffset: number): Piece;
}

/** A run of bytes with whole records in it. */
export class Piece {
  bytes: Uint8Array;
  view: DataView;
  /** Whether the bytes were given up: records have to be found again ({@link again}). */
  isGivenUp = false;
  private holders = 0;
  private isLeft = false;

  /**
   * @param fileOffset offset in the file of the first byte (for decompressed records: of the record that held them)
   * @param pool where the memory goes when nobody needs it; undefined where it is not to be used again
   * @param again where its records are found if it is given up
   */
  constructor(
    bytes: Uint8Array,
    readonly fileOffset: number,
    private readonly pool?: PiecePool,
    readonly again?: RecordSource,
  ) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Keeps the piece as it is, or gives it up, until as many calls of {@link release}. */
  hold(): void {
    this.holders++;
  }

  release(): void {
    this.holders--;
    if (this.isLeft && this.holders === 0) this.pool?.put(this);
  }

  /** The reader goes on to another piece. @internal */
  leave(): void {
    this.isLeft = true;
    if (this.holders === 0) this.pool?.put(this);
    else this.pool?.wait(this);
  }

  /** Gives up the bytes. @internal */
  giveUp(): void {
    this.isGivenUp = true;
    this.bytes = NO_BYTES;
    this.view = NO_VIEW;
  }
}

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/** Memory of pieces that nobody needs any more, all of one size. */
export class PiecePool {
  private readonly free: ArrayBuffer[] = [];
  /** Pieces that were left and are held, the oldest first. */
  private readonly waiting = new Set<Piece>();

  /** @param mostWaitingBytes beyond which the oldest pieces that wait are given up; by default none is */
  constructor(
    private readonly sizeBytes: number,
    private readonly mostWaitingBytes = Infinity,
  ) {}

  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.free.pop() ?? new ArrayBuffer(this.sizeBytes));
  }

  /** Takes a piece's memory back. */
  put(piece: Piece): void {
    this.waiting.delete(piece);
    this.putBytes(piece.bytes);
  }

  putBytes(bytes: Uint8Array): void {
    if (bytes.buffer.byteLength === this.sizeBytes) this.free.push(bytes.buffer as ArrayBuffer);
  }

  /** A piece was left that is held. */
  wait(piece: Piece): void {
    this.waiting.add(piece);
    if (this.waiting.size * this.sizeBytes <= this.mostWaitingBytes) return;
    const [oldest] = this.waiting;
    this.waiting.delete(oldest);
    this.putBytes(oldest.bytes);
    oldest.giveUp();
  }
}

/** A piece over bytes that are not used again. */
export function makePiece(bytes: Uint8Array, fileOffset: number): Piece {
  return new Piece(bytes, fileOffset);
}
