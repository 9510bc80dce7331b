/**
 * Words of a sample's stack copy; what lies outside it may be found in the binaries mapped there (constants,
 * never written data: perf reads them too, tools/perf/util/unwind-libdw.c).
 */

import { addressFromHalves, type Sample } from '../../parser';
import type { AddressSpace } from '../process/address-space';
import { StopReason } from '../walk/stop-reason';

/** Nothing is mapped below by default (vm.mmap_min_addr). */
const LOWEST_AVMA = 0x10000;
/** How far a stack grows unless told otherwise (ulimit -s). */
const USUAL_STACK_LIMIT_BYTES = 8 * 1024 * 1024;

export class StackMemory {
  /** Halves of the last word read: exact where the double is not. NaN before (see FrameState). */
  lastLow = NaN;
  lastHigh = NaN;
  /** Why the last read that failed did. */
  missReason = StopReason.StackNotCaptured;
  /** Whether the last read failed because the address lies above the copied part of the stack. */
  missedAboveCopy = false;
  /** The copy: `sizeBytes` bytes of `view` from `offset` on are the stack from `startAvma` on. Borrowed. */
  view: DataView = new DataView(new ArrayBuffer(0));
  littleEndian = true;
  offset = 0;
  sizeBytes = 0;
  startAvma = NaN;
  private space: AddressSpace | undefined;

  /** @param wordSizeBytes size of a word of the stack: 4 or 8 */
  constructor(readonly wordSizeBytes: 4 | 8) {}

  /** Points it at a sample's copy, which begins at the stack pointer. Borrows the sample's bytes. */
  setSample(sample: Sample, stackPointer: number, space: AddressSpace): void {
    this.view = sample.view;
    this.littleEndian = sample.littleEndian;
    this.offset = sample.stackOffset;
    this.sizeBytes = sample.stackSizeBytes;
    this.startAvma = stackPointer;
    this.space = space;
    this.missedAboveCopy = false;
  }

  /** The word at an address, 64 bits as a signed double; NaN when it was not captured. */
  readWord(avma: number): number {
    const at = avma - this.startAvma;
    if (!(at >= 0 && at + this.wordSizeBytes <= this.sizeBytes)) return this.readMappedWord(avma);
    const position = this.offset + at;
    if (this.wordSizeBytes === 4) {
      this.lastLow = this.view.getUint32(position, this.littleEndian);
      this.lastHigh = 0;
    } else if (this.littleEndian) {
      this.lastLow = this.view.getUint32(position, true);
      this.lastHigh = this.view.getUint32(position + 4, true);
    } else {
      this.lastHigh = this.view.getUint32(position, false);
      this.lastLow = this.view.getUint32(position + 4, false);
    }
    return addressFromHalves(this.lastLow, this.lastHigh);
  }

  /** 1, 2, 4 or 8 bytes as an unsigned number (8 bytes: a signed double); NaN when they were not captured. */
  readBytes(avma: number, sizeBytes: number): number {
    if (sizeBytes === this.wordSizeBytes) return this.readWord(avma);
    if (sizeBytes === 8) return NaN;
    const at = avma - this.startAvma;
    if (!(at >= 0 && at + sizeBytes <= this.sizeBytes)) return NaN;
    const position = this.offset + at;
    if (sizeBytes === 4) return this.view.getUint32(position, this.littleEndian);
    return sizeBytes === 2 ? this.view.getUint16(position, this.littleEndian) : this.view.getUint8(position);
  }

  /** Whether a record of two words at an address would lie in the part of the stack above the copy, or half in it. */
  isStackAboveCopy(avma: number): boolean {
    const beyond = avma + 2 * this.wordSizeBytes - (this.startAvma + this.sizeBytes);
    return beyond > 0 && beyond < USUAL_STACK_LIMIT_BYTES && avma % this.wordSizeBytes === 0;
  }

  /** Whether anything is mapped at an address. */
  isMapped(avma: number): boolean {
    return this.space?.find(avma) !== undefined;
  }

  /** A stack's words lie above the stack pointer, as far as a stack can grow. */
  private reasonOfMiss(avma: number): StopReason {
    const beyond = avma - (this.startAvma + this.sizeBytes);
    if (!(avma >= LOWEST_AVMA) || avma % this.wordSizeBytes !== 0) return StopReason.BadCfa;
    const isSameStack = avma >= this.startAvma && beyond < USUAL_STACK_LIMIT_BYTES;
    return isSameStack ? StopReason.StackNotCaptured : StopReason.OtherStack;
  }

  private readMappedWord(avma: number): number {
    this.missedAboveCopy = avma >= this.startAvma;
    this.missReason = this.reasonOfMiss(avma);
    const range = this.space?.find(avma);
    const image = range?.mapping.module.images.image;
    if (!range || !image) return NaN;
    const fileOffset = avma - range.mapping.delta;
    let bytes: Uint8Array;
    try {
      bytes = image.readFile(fileOffset, this.wordSizeBytes);
    } catch {
      return NaN;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.wordSizeBytes === 4) {
      this.lastLow = view.getUint32(0, this.littleEndian);
      this.lastHigh = 0;
      return this.lastLow;
    }
    this.lastLow = view.getUint32(this.littleEndian ? 0 : 4, this.littleEndian);
    this.lastHigh = view.getUint32(this.littleEndian ? 4 : 0, this.littleEndian);
    return addressFromHalves(this.lastLow, this.lastHigh);
  }
}
