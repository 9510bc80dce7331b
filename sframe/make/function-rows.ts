/**
 * The rows of one function of call frame information, and the parts that it becomes in SFrame. Most functions are one
 * part. The entry of .eh_frame for a PLT is one function whose CFA depends on the program counter; where its rows
 * repeat in blocks, as those of PLT entries do, the blocks become a part of PC type MASK:
 *
 *   .eh_frame   |- first entry -|------------ CFA = an expression of pc -------------|
 *   SFrame      |- INC: rows ---|- MASK: the rows of one block, repeated to the end --|
 */

import { RowStatus, type CfiRow, type DecodePlan } from '../../parser';
import type { ReferenceTable } from '../reference-table';
import type { LeftOutCause } from './causes';
import { CfiConverter } from './cfi-rules';
import { RowList, RowRules } from './row-rules';

/** Bytes of code whose rules depend on the program counter, for one function; the largest PLTs have half a megabyte. */
const MOST_BYTEWISE = 1 << 20;
/** Sizes of repeated blocks, smallest first. The field has one byte. */
const blockSizes = [4, 8, 16, 24, 32, 64, 128];

/** A part of a function that becomes an FDE of its own. */
export interface FunctionPart {
  startSvma: number;
  sizeBytes: number;
  /** Size of the block whose rows repeat, or 0. */
  repetitionSize: number;
  /** Starts count from the part's, or the block's. */
  readonly rows: RowList;
}

/** Reads functions one after the other into parts that are used again. */
export class FunctionReader {
  /** The parts of the function read last; the first {@link partCount} count. */
  readonly parts: FunctionPart[] = [];
  partCount = 0;
  isSignal = false;
  usesPauthKeyB = false;
  private readonly converter: CfiConverter;
  private readonly rules = new RowRules();
  private readonly bytewise: RowRules[] = [];

  constructor(plan: DecodePlan) {
    this.converter = new CfiConverter(plan);
  }

  /**
   * Reads a function.
   * @returns the cause why it cannot be said, or undefined: then its parts can be taken
   */
  read(reference: ReferenceTable, fdeIndex: number): LeftOutCause | undefined {
    this.partCount = 0;
    let cause: LeftOutCause | undefined;
    let isOpen = false;
    let isFirst = true;
    const end = reference.endSvma[fdeIndex];
    const status = reference.visitRows(fdeIndex, (row) => {
      if (cause !== undefined) return;
      if (isFirst) {
        this.isSignal = row.isSignalFrame;
        this.usesPauthKeyB = row.raSignedWithKeyB;
        isFirst = false;
      }
      cause = this.converter.convertInto(row, row.startSvma, this.rules);
      if (cause !== undefined) return;
      if (this.converter.dependsOnPc) {
        const repetitionSize = this.readBytewise(row);
        if (repetitionSize < 0) cause = 'cfa-expression';
        else if (repetitionSize === 0) isOpen = this.addRuns(row, isOpen, end);
        else {
          if (isOpen) this.closePart(row.startSvma);
          isOpen = false;
          this.addBlock(row, repetitionSize);
        }
        return;
      }
      if (!isOpen) this.openPart(row.startSvma, end);
      isOpen = true;
      const part = this.parts[this.partCount - 1];
      part.rows.add(row.startSvma - part.startSvma, this.rules);
    });
    if (status !== RowStatus.Found || this.partCount === 0) return cause ?? 'damaged';
    return cause;
  }

  private openPart(startSvma: number, endSvma: number): void {
    if (this.partCount === this.parts.length) {
      this.parts.push({ startSvma: 0, sizeBytes: 0, repetitionSize: 0, rows: new RowList() });
    }
    const part = this.parts[this.partCount++];
    part.startSvma = startSvma;
    part.sizeBytes = endSvma - startSvma;
    part.repetitionSize = 0;
    part.rows.clear();
  }

  private closePart(endSvma: number): void {
    const part = this.parts[this.partCount - 1];
    part.sizeBytes = endSvma - part.startSvma;
  }

  /**
   * Converts a row for each of its bytes into {@link bytewise}.
   * @returns the size of the block that repeats, 0 for none, or -1 where SFrame cannot say it
   */
  private readBytewise(row: CfiRow): number {
    const { bytewise } = this;
    const sizeBytes = row.endSvma - row.startSvma;
    if (sizeBytes > MOST_BYTEWISE) return -1;
    for (let i = 0; i < sizeBytes; i++) {
      if (i === bytewise.length) bytewise.push(new RowRules());
      if (this.converter.convertInto(row, row.startSvma + i, bytewise[i]) !== undefined) return -1;
    }
    const repeats = (blockSize: number) => {
      for (let i = blockSize; i < sizeBytes; i++) {
        if (!bytewise[i].equals(bytewise[i - blockSize])) return false;
      }
      return true;
    };
    return blockSizes.find((blockSize) => sizeBytes >= 2 * blockSize && repeats(blockSize)) ?? 0;
  }

  private addRuns(row: CfiRow, isOpen: boolean, end: number): true {
    if (!isOpen) this.openPart(row.startSvma, end);
    const part = this.parts[this.partCount - 1];
    const from = row.startSvma - part.startSvma;
    for (let i = 0; i < row.endSvma - row.startSvma; i++) part.rows.add(from + i, this.bytewise[i]);
    return true;
  }

  private addBlock(row: CfiRow, repetitionSize: number): void {
    this.openPart(row.startSvma, row.endSvma);
    const part = this.parts[this.partCount - 1];
    part.repetitionSize = repetitionSize;
    for (let i = 0; i < repetitionSize; i++) part.rows.add(i, this.bytewise[i]);
  }
}
