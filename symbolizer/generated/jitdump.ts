/**
 * jit-PID.dump: the functions that a program generated, with the times when they came to be (Linux,
 * tools/perf/Documentation/jitdump-specification.txt). Numbers in the byte order of the machine that wrote it.
 *
 *   header   magic u32 "JiTD" | version u32 | header size u32 | EM_* u32 | 0 u32 | pid u32 | time u64 | flags u64
 *   record   kind u32 | size u32, all of it | time u64 | body
 *   body of  CODE_LOAD          pid u32 | tid u32 | vma u64 | address u64 | size u64 | index u64 | name, zero | code
 *            CODE_MOVE          pid u32 | tid u32 | vma u64 | old address u64 | new address u64 | size u64 | index u64
 *            CODE_DEBUG_INFO    address u64 | count u64 | count times: address u64, line u32, discriminator u32, file, zero
 *            CODE_CLOSE         nothing: the end
 *            CODE_UNWINDING_INFO  unwinding size u64 | .eh_frame_hdr size u64 | mapped size u64 | bytes
 *
 * CODE_DEBUG_INFO and CODE_UNWINDING_INFO describe the CODE_LOAD that follows them. A file name "\xff" repeats the one
 * before. perf can use such a file only after `perf inject --jit`; here it is read as it is: a name depends on address
 * and time, since code memory is used again.
 *
 * Times are nanoseconds of CLOCK_MONOTONIC: comparable with those of a recording made with `-k mono`.
 * Left out on purpose: files whose times are the CPU's counter (flag ARCH_TIMESTAMP): their times are ignored.
 */

import { ByteReader, ParseError, findLastAtOrBelow, lowHalf, type ByteSource } from '../../parser';
import { TimedRanges } from './timed-ranges';

const MAGIC = 0x4a695444;
const VERSION = 1;
const HEADER_SIZE_BYTES = 40;
const RECORD_HEADER_SIZE_BYTES = 16;
/** Body of a CODE_LOAD up to the name. */
const LOAD_SIZE_BYTES = 40;
const FLAG_ARCH_TIMESTAMP = 1;

const JIT_CODE_LOAD = 0;
const JIT_CODE_MOVE = 1;
const JIT_CODE_DEBUG_INFO = 2;
const JIT_CODE_CLOSE = 3;
const JIT_CODE_UNWINDING_INFO = 4;

/** Names longer than this are damage: no record of it is used. */
const LONGEST_NAME_BYTES = 1 << 16;
const WINDOW_SIZE_BYTES = 1 << 18;

export interface JitLine {
  readonly file: string;
  readonly line: number;
}

/**
 * .eh_frame and then .eh_frame_hdr of one function, as the program wrote them. (The specification has them the other
 * way round; V8 writes them so, and perf expects it.)
 */
export interface JitUnwindingInfo {
  readonly bytes: Uint8Array;
  /** How many bytes at the end are .eh_frame_hdr. */
  readonly ehFrameHdrSizeBytes: number;
}

interface JitFunction {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** When the code came to lie here. */
  readonly fromNs: number;
  /** When it was moved away; Infinity if never. Being overwritten does not end it: later code wins anyway. */
  untilNs: number;
  /** Where in the file the code is, for unwinding and disassembly. */
  readonly codeOffset: number;
  readonly lines: JitLines | undefined;
  /** What has to be added to the addresses of the lines, which are those of where the code was first. */
  readonly lineShift: number;
  readonly unwinding: JitUnwindingInfo | undefined;
  /** Number given by the program; a move names the function by it. */
  readonly index: number;
}

interface JitLines {
  /** Ascending. */
  readonly avma: Float64Array;
  readonly lines: readonly JitLine[];
}

/** Whether a mapping's name is that of a jitdump file: programs map its first page so that recordings mention it. */
export function isJitDumpPath(path: string): boolean {
  return /(^|\/)jit-\d+\.dump$/.test(path);
}

export class JitDump {
  readonly count: number;
  /** By start. */
  private readonly functions: readonly JitFunction[];
  private byTime: TimedRanges | undefined;
  private byCodeOffset: CodeOrder | undefined;

  private constructor(
    /** The process that wrote the file, as it saw itself. */
    readonly pid: number,
    /** EM_* of the code. */
    readonly machine: number,
    functions: JitFunction[],
    /** Records that could not be used: cut off, or of absurd sizes. */
    readonly damagedRecords: number,
    private readonly source: ByteSource,
  ) {
    this.functions = functions.sort((a, b) => a.start - b.start || a.fromNs - b.fromNs);
    this.count = functions.length;
  }

  /** @throws ParseError when it is not a jitdump file of version 1 */
  static parse(source: ByteSource): JitDump {
    return new JitDumpParser(source).parse((pid, machine, functions, damaged) => {
      return new JitDump(pid, machine, functions, damaged, source);
    });
  }

  /**
   * Index of the function whose code lay at an address at a time, or -1; the one that came last where code was
   * overwritten.
   * @param timeNs of CLOCK_MONOTONIC; undefined where the recording's clock is another: the last that lay there
   */
  find(avma: number, timeNs = Infinity): number {
    this.byTime ??= new TimedRanges({
      count: this.count,
      start: (index) => this.functions[index].start,
      end: (index) => this.functions[index].end,
      fromNs: (index) => this.functions[index].fromNs,
      untilNs: (index) => this.functions[index].untilNs,
    });
    return this.byTime.find(avma, timeNs);
  }

  start(index: number): number {
    return this.functions[index].start;
  }

  /** One past the last byte. */
  end(index: number): number {
    return this.functions[index].end;
  }

  name(index: number): string {
    return this.functions[index].name;
  }

  /** Where in the file the code of a function is. */
  codeOffset(index: number): number {
    return this.functions[index].codeOffset;
  }

  /** Index of a function whose code holds an offset of the file, or -1; any of them where the code was moved. */
  findByCodeOffset(fileOffset: number): number {
    const order = (this.byCodeOffset ??= this.sortByCodeOffset());
    const index = order.functions[findLastAtOrBelow(order.offsets, this.count, fileOffset)];
    if (index === undefined) return -1;
    const { codeOffset, start, end } = this.functions[index];
    return fileOffset < codeOffset + (end - start) ? index : -1;
  }

  /** File and line of an address in a function, where the program told them. */
  line(index: number, avma: number): JitLine | undefined {
    const { lines, lineShift } = this.functions[index];
    if (!lines) return undefined;
    return lines.lines[findLastAtOrBelow(lines.avma, lines.avma.length, avma - lineShift)];
  }

  unwindingInfo(index: number): JitUnwindingInfo | undefined {
    return this.functions[index].unwinding;
  }

  private sortByCodeOffset(): CodeOrder {
    const offsetOf = (index: number): number => this.functions[index].codeOffset;
    const functions = Uint32Array.from({ length: this.count }, (_, i) => i);
    functions.sort((a, b) => offsetOf(a) - offsetOf(b));
    return { functions, offsets: Float64Array.from(functions, offsetOf) };
  }

  /** The generated code of a function. @throws ParseError when the file became shorter */
  readCode(index: number): Uint8Array {
    const { codeOffset, start, end } = this.functions[index];
    return this.source.read(codeOffset, end - start);
  }
}

interface CodeOrder {
  /** Indexes of functions, by the offsets of their code. */
  readonly functions: Uint32Array;
  readonly offsets: Float64Array;
}

type Build = (pid: number, machine: number, functions: JitFunction[], damaged: number) => JitDump;

class JitDumpParser {
  private readonly functions: JitFunction[] = [];
  private readonly byIndex = new Map<number, JitFunction>();
  private readonly lines = new Map<number, JitLines>();
  private unwinding: JitUnwindingInfo | undefined;
  private damaged = 0;
  private littleEndian = true;
  private hasTimes = true;
  private window: Uint8Array = new Uint8Array(0);
  private windowAt = 0;

  constructor(private readonly source: ByteSource) {}

  parse(build: Build): JitDump {
    const header = this.source.read(0, Math.min(HEADER_SIZE_BYTES, this.source.sizeBytes));
    const isLittle = new ByteReader(header, true, this.source.name).readU32() === MAGIC;
    this.littleEndian = isLittle;
    const reader = this.readerOf(header, 0);
    const magic = reader.readU32();
    const version = reader.readU32();
    if (magic !== MAGIC || version !== VERSION) {
      throw new ParseError({
        what: magic === MAGIC ? 'jitdump version' : 'not a jitdump file',
        where: this.source.name,
        found: magic === MAGIC ? String(version) : `0x${magic.toString(16)}`,
        expected: magic === MAGIC ? '1' : '"JiTD" in either byte order',
      });
    }
    const headerSize = reader.readU32();
    const machine = reader.readU32();
    reader.skip(4);
    const pid = reader.readU32();
    reader.skip(8);
    this.hasTimes = (lowHalf(reader.readAddress()) & FLAG_ARCH_TIMESTAMP) === 0;
    this.readRecords(Math.max(headerSize, HEADER_SIZE_BYTES));
    return build(pid, machine, this.functions, this.damaged);
  }

  private readRecords(first: number): void {
    let at = first;
    while (at + RECORD_HEADER_SIZE_BYTES <= this.source.sizeBytes) {
      const reader = this.readerOf(this.bytesAt(at, RECORD_HEADER_SIZE_BYTES), at);
      const kind = reader.readU32();
      const size = reader.readU32();
      const timeNs = reader.readAddress();
      if (kind === JIT_CODE_CLOSE) return;
      if (size < RECORD_HEADER_SIZE_BYTES || at + size > this.source.sizeBytes) break;
      try {
        this.readBody(kind, at, size, this.hasTimes ? timeNs : 0);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        this.damaged++;
      }
      at += size;
    }
    // A program that was killed leaves its last record unfinished; a header may say that records begin behind the file's end.
    if (at !== this.source.sizeBytes) this.damaged++;
  }

  private readBody(kind: number, at: number, size: number, timeNs: number): void {
    const bodyAt = at + RECORD_HEADER_SIZE_BYTES;
    const bodySize = size - RECORD_HEADER_SIZE_BYTES;
    switch (kind) {
      case JIT_CODE_LOAD:
        return this.readLoad(bodyAt, bodySize, timeNs);
      case JIT_CODE_MOVE:
        return this.readMove(this.readerOf(this.bytesAt(bodyAt, bodySize), bodyAt), timeNs);
      case JIT_CODE_DEBUG_INFO:
        return this.readDebugInfo(this.readerOf(this.bytesAt(bodyAt, bodySize), bodyAt));
      case JIT_CODE_UNWINDING_INFO: {
        const reader = this.readerOf(this.source.read(bodyAt, bodySize), bodyAt);
        const sizeBytes = reader.readSize();
        const ehFrameHdrSizeBytes = reader.readSize();
        reader.skip(8);
        this.unwinding = { bytes: reader.readBytes(sizeBytes), ehFrameHdrSizeBytes };
        return;
      }
      default:
        // Kinds that came later than version 1's five are skipped.
        return;
    }
  }

  private readLoad(bodyAt: number, bodySize: number, fromNs: number): void {
    // The code itself stays in the file: only what is before it is read.
    const headSize = Math.min(bodySize, LOAD_SIZE_BYTES + LONGEST_NAME_BYTES);
    const reader = this.readerOf(this.bytesAt(bodyAt, headSize), bodyAt);
    reader.skip(16);
    const start = reader.readAddress();
    const codeSize = reader.readSize();
    const index = reader.readAddress();
    const name = reader.readCString();
    const codeOffset = bodyAt + reader.position;
    if (codeSize > bodySize - reader.position) {
      throw new ParseError({
        what: 'code of a jitted function',
        where: reader.where,
        found: `${codeSize} bytes`,
        expected: `the record's remaining ${bodySize - reader.position}`,
      });
    }
    const lines = this.lines.get(start);
    this.lines.delete(start);
    const loaded: JitFunction = {
      start,
      end: start + codeSize,
      name,
      fromNs,
      untilNs: Infinity,
      codeOffset,
      lines,
      lineShift: 0,
      unwinding: this.unwinding,
      index,
    };
    this.unwinding = undefined;
    this.functions.push(loaded);
    this.byIndex.set(index, loaded);
  }

  private readMove(reader: ByteReader, timeNs: number): void {
    reader.skip(24);
    const start = reader.readAddress();
    const codeSize = reader.readSize();
    const index = reader.readAddress();
    const old = this.byIndex.get(index);
    if (!old) {
      this.damaged++;
      return;
    }
    old.untilNs = timeNs;
    const lineShift = old.lineShift + (start - old.start);
    const moved = { ...old, start, end: start + codeSize, fromNs: timeNs, untilNs: Infinity, lineShift };
    this.functions.push(moved);
    this.byIndex.set(index, moved);
  }

  private readDebugInfo(reader: ByteReader): void {
    const codeAddress = reader.readAddress();
    const count = reader.readSize();
    const avmas: number[] = [];
    const lines: JitLine[] = [];
    let file = '';
    for (let i = 0; i < count; i++) {
      avmas.push(reader.readAddress());
      const line = reader.readU32();
      reader.skip(4);
      if (reader.bytes[reader.position] === 0xff && reader.bytes[reader.position + 1] === 0) reader.skip(2);
      else file = reader.readCString();
      lines.push({ file, line });
    }
    const order = avmas.map((_, i) => i).sort((a, b) => avmas[a] - avmas[b] || a - b);
    this.lines.set(codeAddress, {
      avma: Float64Array.from(order, (i) => avmas[i]),
      lines: order.map((i) => lines[i]),
    });
  }

  private readerOf(bytes: Uint8Array, at: number): ByteReader {
    return new ByteReader(bytes, this.littleEndian, `${this.source.name}, record at 0x${at.toString(16)}`);
  }

  /** Bytes of the file through a window, so that small records do not cost a read each. */
  private bytesAt(at: number, sizeBytes: number): Uint8Array {
    if (at < this.windowAt || at + sizeBytes > this.windowAt + this.window.length) {
      const windowSize = Math.min(Math.max(sizeBytes, WINDOW_SIZE_BYTES), this.source.sizeBytes - at);
      this.window = this.source.read(at, Math.max(windowSize, sizeBytes));
      this.windowAt = at;
    }
    return this.window.subarray(at - this.windowAt, at - this.windowAt + sizeBytes);
  }
}
