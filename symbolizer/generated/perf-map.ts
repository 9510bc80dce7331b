/**
 * /tmp/perf-PID.map: the functions that a program generated, as a list that it appended to (Linux,
 * tools/perf/Documentation/jit-interface.txt). Start and size in hexadecimal, the rest of the line is the name:
 *
 *   7f4a3c001000 1a4 LazyCompile:*quickSort /app/sort.js:12
 *
 * The list knows no time: where code was generated again at the same place, its lines overlap, and the last of them counts
 * (perf takes the first). jitdump.ts has times.
 *
 * perf drops names of one or two letters (an oversight of its length check); here they are kept.
 */

import { decodeCString, findLastAtOrBelow } from '../../parser';

const SPACE = 0x20;
const NEWLINE = 0x0a;
/** Columns are as wide as the longest name: one of 100 MB took all memory. What is longer is cut. */
const LONGEST_NAME_BYTES = 1 << 16;

export class PerfMap {
  readonly count: number;
  /** Lines that are not "start size name". */
  readonly skippedLines: number;
  /** Where a line begins or ends, ascending; from each to the next the line in {@link owners} counts, or none (-1). */
  private readonly boundaries: Float64Array;
  private readonly owners: Int32Array;

  private constructor(private readonly lines: MapLines) {
    this.count = lines.count;
    this.skippedLines = lines.skipped;
    this.boundaries = boundariesOf(lines);
    this.owners = ownersOf(lines, this.boundaries);
  }

  /** @param text contents of the file; kept, names are read from it when asked for */
  static parse(text: Uint8Array): PerfMap {
    return new PerfMap(new MapLines(text));
  }

  /** Index of the function that covers an address, or -1. */
  find(avma: number): number {
    const { boundaries, owners } = this;
    const i = findLastAtOrBelow(boundaries, boundaries.length, avma);
    return i < 0 ? -1 : owners[i];
  }

  start(index: number): number {
    return this.lines.starts[index];
  }

  /** One past the last byte. */
  end(index: number): number {
    return this.lines.ends[index];
  }

  name(index: number): string {
    return this.lines.name(index);
  }
}

function boundariesOf({ starts, ends }: MapLines): Float64Array {
  const all = new Float64Array(starts.length + ends.length);
  all.set(starts);
  all.set(ends, starts.length);
  return all.sort().filter((boundary, i) => i === 0 || boundary !== all[i - 1]);
}

/** Gives each stretch between boundaries to the last line that covers it: from the last line back, each takes what is free. */
function ownersOf({ count, starts, ends }: MapLines, boundaries: Float64Array): Int32Array {
  const owners = new Int32Array(boundaries.length).fill(-1);
  /** Of each stretch, one at or after it, up to which none is free; chains are made shorter as they are walked. */
  const nextFree = Int32Array.from({ length: boundaries.length + 1 }, (_, i) => i);
  const findFree = (from: number): number => {
    let free = from;
    while (nextFree[free] !== free) free = nextFree[free];
    for (let at = from; at !== free;) {
      const next = nextFree[at];
      nextFree[at] = free;
      at = next;
    }
    return free;
  };
  for (let line = count - 1; line >= 0; line--) {
    const first = findLastAtOrBelow(boundaries, boundaries.length, starts[line]);
    for (let i = findFree(first); i < boundaries.length && boundaries[i] < ends[line]; i = findFree(i)) {
      owners[i] = line;
      nextFree[i] = i + 1;
    }
  }
  return owners;
}

/** The lines that count, in the order of the file. */
class MapLines {
  count = 0;
  skipped = 0;
  starts: Float64Array;
  ends: Float64Array;
  private readonly nameAt: number[] = [];
  private readonly nameEnd: number[] = [];

  constructor(private readonly text: Uint8Array) {
    const starts: number[] = [];
    const ends: number[] = [];
    let at = 0;
    while (at < text.length) {
      let lineEnd = text.indexOf(NEWLINE, at);
      if (lineEnd < 0) lineEnd = text.length;
      const startEnd = endOfDigits(text, at, lineEnd);
      const sizeEnd = endOfDigits(text, startEnd + 1, lineEnd);
      const isLine = startEnd > at && text[startEnd] === SPACE && sizeEnd > startEnd + 1;
      if (isLine && text[sizeEnd] === SPACE && sizeEnd + 1 < lineEnd) {
        const start = parseHex(text, at, startEnd);
        starts.push(start);
        ends.push(start + parseHex(text, startEnd + 1, sizeEnd));
        this.nameAt.push(sizeEnd + 1);
        this.nameEnd.push(Math.min(lineEnd, sizeEnd + 1 + LONGEST_NAME_BYTES));
      } else if (lineEnd > at) {
        this.skipped++;
      }
      at = lineEnd + 1;
    }
    this.count = starts.length;
    this.starts = Float64Array.from(starts);
    this.ends = Float64Array.from(ends);
  }

  name(line: number): string {
    return decodeCString(this.text.subarray(this.nameAt[line], this.nameEnd[line]), 0);
  }
}

/** Writers differ in whether they print "0x" before numbers. */
function hasPrefix(text: Uint8Array, at: number): boolean {
  return text[at] === 0x30 && (text[at + 1] | 0x20) === 0x78;
}

function endOfDigits(text: Uint8Array, at: number, end: number): number {
  let position = hasPrefix(text, at) ? at + 2 : at;
  while (position < end && digitValue(text[position]) >= 0) position++;
  return position;
}

/** A number of up to 2^53; JIT code lies in user space. */
function parseHex(text: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = hasPrefix(text, from) ? from + 2 : from; at < to; at++) {
    value = value * 16 + digitValue(text[at]);
  }
  return value;
}

function digitValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
