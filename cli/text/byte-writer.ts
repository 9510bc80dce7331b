/**
 * Text output as bytes: lines are put together from pieces that were encoded before, and handed to the system in
 * large blocks. Strings per line would cost more than everything else that `script` does.
 */

import { writeSync } from 'node:fs';
import { hasKeptBytes } from '../../parser';
import { fitText } from './terminal/fit-text';
import { OutputError, STANDARD_OUTPUT } from './output-error';
import { COPY_WORD_BYTES, type TextStore } from './text-store';
import { bytesOf } from './text-width';

const BLOCK_SIZE_BYTES = 256 * 1024;
/** Decimal digits of the largest number that is written digit by digit. */
const MOST_DIGITS = 16;
/** One more than the digits, so that the search for a number's size ends. */
const powersOfTen = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, exponent) => 10 ** exponent);
const SPACE = 0x20;
const DIGIT_ZERO = 0x30;

/** Takes blocks of output; a file descriptor, or memory in tests. */
export type BlockSink = (bytes: Uint8Array) => void;

/**
 * Writes blocks to a file descriptor; each call throws an {@link OutputError} where not all of its block can be written.
 * @param name of the file, for messages
 */
export function descriptorSink(descriptor: number, name: string): BlockSink {
  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(descriptor, bytes, at, bytes.length - at);
      } catch (error) {
        // A pipe that was set to non-blocking is full: the reader is slower than we are.
        const system = error as NodeJS.ErrnoException;
        if (system.code !== 'EAGAIN') throw new OutputError(name, system);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    }
  };
}

let begun: BlockSink | undefined;
let beforeOutput: () => number = () => 1;

/** Sets what is called before the first block is written; it gives the descriptor to write to. */
export function onFirstOutput(action: () => number): void {
  beforeOutput = action;
}

/** Writes blocks to standard output, or to the pager of a terminal. */
export const standardOutput: BlockSink = (bytes) => {
  begun ??= descriptorSink(beforeOutput(), STANDARD_OUTPUT);
  begun(bytes);
};

/**
 * Writes a text to standard output, at once. For every command that has its text whole: process.stdout would report a
 * reader that went away (`| head`) later and to nobody, which ends the program with a stack trace.
 *
 * @throws OutputError
 */
export function printText(text: string): void {
  standardOutput(bytesOf(text));
}

/** Writes a text to standard output; lines that are longer than those of a terminal are shortened there. */
export function printForReading(text: string): void {
  printText(fitText(text));
}

export class ByteWriter {
  private readonly block = Buffer.from(new ArrayBuffer(BLOCK_SIZE_BYTES + COPY_WORD_BYTES));
  private readonly view = new DataView(this.block.buffer);
  private used = 0;

  constructor(private readonly sink: BlockSink) {}

  /** Appends a kept text. */
  writeStored(store: TextStore, index: number): void {
    const size = store.sizes[index];
    if (size > BLOCK_SIZE_BYTES - this.used) {
      this.flush();
      if (size > BLOCK_SIZE_BYTES) {
        this.sink(store.bytesOf(index));
        return;
      }
    }
    // Word by word beats a call of set() for the few dozen bytes of a line; what is copied too much is overwritten.
    const { view } = this;
    const from = store.view;
    const end = this.used + size;
    let source = store.starts[index];
    for (let at = this.used; at < end; at += COPY_WORD_BYTES, source += COPY_WORD_BYTES) {
      view.setUint32(at, from.getUint32(source, true), true);
    }
    this.used = end;
  }

  /** Appends text, encoded as UTF-8. */
  writeText(text: string): void {
    const most = text.length * 3;
    if (most > BLOCK_SIZE_BYTES - this.used) this.flush();
    if (most > BLOCK_SIZE_BYTES) {
      this.sink(bytesOf(text));
      return;
    }
    // Most texts are short and ASCII: a loop beats the call into the runtime.
    const { block } = this;
    let at = this.used;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        if (hasKeptBytes(text)) this.used += bytesOf(text).copy(block, this.used);
        else this.used += block.write(text, this.used, 'utf8');
        return;
      }
      block[at++] = code;
    }
    this.used = at;
  }

  /** Appends one ASCII character. */
  writeCode(code: number): void {
    if (this.used === BLOCK_SIZE_BYTES) this.flush();
    this.block[this.used++] = code;
  }

  /** Appends an integer, at the right of a field of at least `width` characters, after spaces. */
  writeNumber(value: number, width: number): void {
    this.writeFilled(value, width, SPACE);
  }

  /** Appends an integer of at least `width` characters, with leading zeros. */
  writeZeroFilled(value: number, width: number): void {
    if (value < 0) this.writeText(`-${String(-value).padStart(width - 1, '0')}`);
    else this.writeFilled(value, width, DIGIT_ZERO);
  }

  private writeFilled(value: number, width: number, fill: number): void {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER) || width > MOST_DIGITS) {
      this.writeText(String(value).padStart(width, String.fromCharCode(fill)));
      return;
    }
    if (MOST_DIGITS > BLOCK_SIZE_BYTES - this.used) this.flush();
    const { block } = this;
    let size = Math.max(1, width);
    while (value >= powersOfTen[size]) size++;
    let at = this.used + size;
    this.used = at;
    let rest = value;
    do {
      const next = Math.floor(rest / 10);
      block[--at] = DIGIT_ZERO + (rest - next * 10);
      rest = next;
      size--;
    } while (rest > 0);
    while (size-- > 0) block[--at] = fill;
  }

  /** Hands everything to the sink. */
  flush(): void {
    if (this.used === 0) return;
    const { used } = this;
    this.used = 0;
    this.sink(this.block.subarray(0, used));
  }
}
