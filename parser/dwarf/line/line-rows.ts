/**
 * The rows of a line table as columns, sequence by sequence. Of the rows with one address within a sequence the
 * last is kept: it is the one that addr2line, elfutils and gdb answer with.
 */

import { findLastAtOrBelow } from '../../bytes';

/** The source position of an address. */
export interface LineRow {
  /** Index for `LineTable.filePath`. */
  readonly file: number;
  /** 0 where the compiler named no line. */
  readonly line: number;
  readonly column: number;
  readonly discriminator: number;
}

/** Rows as columns, and where each sequence's lie. */
export class LineRows {
  svma = new Float64Array(64);
  file = new Uint32Array(64);
  line = new Uint32Array(64);
  column = new Uint32Array(64);
  discriminator = new Uint32Array(64);
  count = 0;
  private sequences: { startSvma: number; endSvma: number; first: number; count: number }[] = [];
  private starts = new Float64Array(0);

  add(svma: number, file: number, line: number, column: number, discriminator: number): void {
    if (this.count === this.svma.length) this.grow();
    const row = this.count++;
    this.svma[row] = svma;
    this.file[row] = file;
    this.line[row] = line;
    this.column[row] = column;
    this.discriminator[row] = discriminator;
  }

  /** Ends the sequence whose rows began at `first`. Those of discarded functions are dropped. */
  endSequence(first: number, endSvma: number): void {
    const startSvma = this.svma[first];
    if (this.count === first || endSvma <= startSvma || startSvma === 0 || startSvma === -1) {
      this.count = first;
      return;
    }
    this.sequences.push({ startSvma, endSvma, first, count: this.count - first });
  }

  /** Drops rows of a sequence that was never ended. */
  truncate(count: number): void {
    this.count = count;
  }

  /** Brings the rows from `first` on, which a program may write in any order, into the order of their addresses. */
  sortRows(first: number): void {
    const order = Array.from({ length: this.count - first }, (_, i) => first + i);
    order.sort((a, b) => this.svma[a] - this.svma[b] || a - b);
    const last = order.filter((row, i) => this.svma[row] !== this.svma[order[i + 1]]);
    for (const column of ['svma', 'file', 'line', 'column', 'discriminator'] as const) {
      this[column].set(
        last.map((row) => this[column][row]),
        first,
      );
    }
    this.count = first + last.length;
  }

  sortSequences(): void {
    this.sequences.sort((a, b) => a.startSvma - b.startSvma);
    this.starts = Float64Array.from(this.sequences, (sequence) => sequence.startSvma);
  }

  /** The row that holds at an svma, or -1. */
  find(svma: number): number {
    const sequence = this.sequences[findLastAtOrBelow(this.starts, this.starts.length, svma)];
    if (!sequence || svma >= sequence.endSvma) return -1;
    let low = sequence.first;
    let high = low + sequence.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.svma[middle] <= svma) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /**
   * The last row of the sequence that ends at or before an svma, where it is at the sequence's very end and other
   * sequences follow; else -1.
   */
  findAtEndBefore(svma: number): number {
    const index = findLastAtOrBelow(this.starts, this.starts.length, svma);
    if (index < 0 || index === this.sequences.length - 1) return -1;
    const sequence = this.sequences[index];
    if (svma < sequence.endSvma) return -1;
    const last = sequence.first + sequence.count - 1;
    return this.svma[last] === sequence.endSvma ? last : -1;
  }

  visit(visit: (svma: number, row: LineRow, isEnd: boolean) => void): void {
    for (const { first, count, endSvma } of this.sequences) {
      for (let i = first; i < first + count; i++) visit(this.svma[i], this.at(i), false);
      visit(endSvma, this.at(first + count - 1), true);
    }
  }

  at(row: number): LineRow {
    return {
      file: this.file[row],
      line: this.line[row],
      column: this.column[row],
      discriminator: this.discriminator[row],
    };
  }

  private grow(): void {
    const size = this.svma.length * 2;
    const svma = new Float64Array(size);
    svma.set(this.svma);
    this.svma = svma;
    for (const column of ['file', 'line', 'column', 'discriminator'] as const) {
      const values = new Uint32Array(size);
      values.set(this[column]);
      this[column] = values;
    }
  }
}
