/**
 * How answers lie in a file: numbers in columns, texts behind them. In the byte order of the machine, as the file is for the machine
 * that wrote it.
 *
 *   header      u32[12]: magic, version, bytes of the description, bytes of names, the counts below, and 0
 *   names       end of each among the bytes of names
 *   symbols     name, whether it names data, start and size
 *   places      file offsets, sorted, and the symbol of each
 *   chains      svmas, sorted, and where the frames of each end
 *   frames      name, whether inlined, file and line
 *   lines       svmas, sorted, and the file and line of each
 *   rules       file offsets, sorted, and the words of each: kind, CFA, return address, frame pointer
 *   texts       description (JSON), then the names
 *
 * Doubles lie before what has 32 bits, so that all are aligned.
 */

export interface AnswerCounts {
  readonly descriptionBytes: number;
  readonly nameBytes: number;
  readonly names: number;
  readonly symbols: number;
  readonly places: number;
  readonly chains: number;
  readonly frames: number;
  readonly lines: number;
  readonly rules: number;
}

/** "PSA" and a number, as a machine of little endian writes it. */
const MAGIC = 0x31415350;
/** To be counted up whenever what the columns mean changes. */
const VERSION = 2;
/** An even number: doubles follow. */
const HEADER_WORDS = 12;
const HEADER_BYTES = HEADER_WORDS * 4;

/** In place of the number of a symbol or name: there is none. */
export const NONE = 0xffff_ffff;
/** In place of the file of a position: nobody asked for it yet. */
export const UNASKED = 0xffff_fffe;

export class AnswerColumns {
  readonly symbolStart: Float64Array;
  readonly symbolSize: Float64Array;
  readonly placeOffset: Float64Array;
  readonly chainSvma: Float64Array;
  readonly frameLine: Float64Array;
  readonly lineSvma: Float64Array;
  readonly lineNumber: Float64Array;
  readonly nameEnd: Uint32Array;
  readonly symbolName: Uint32Array;
  readonly symbolIsData: Uint32Array;
  readonly placeSymbol: Uint32Array;
  readonly chainEnd: Uint32Array;
  readonly frameName: Uint32Array;
  readonly frameIsInlined: Uint32Array;
  readonly frameFile: Uint32Array;
  readonly lineFile: Uint32Array;
  readonly ruleOffset: Uint32Array;
  readonly ruleKind: Int32Array;
  readonly ruleCfa: Int32Array;
  readonly ruleReturnAddress: Int32Array;
  readonly ruleFramePointer: Int32Array;
  readonly description: Uint8Array;
  readonly names: Uint8Array;

  private constructor(
    readonly bytes: Uint8Array,
    readonly counts: AnswerCounts,
  ) {
    let at = bytes.byteOffset + HEADER_BYTES;
    const doubles = (count: number): Float64Array => {
      const column = new Float64Array(bytes.buffer, at, count);
      at += column.byteLength;
      return column;
    };
    const words = (count: number): Uint32Array => {
      const column = new Uint32Array(bytes.buffer, at, count);
      at += column.byteLength;
      return column;
    };
    const signedWords = (count: number): Int32Array => {
      const column = new Int32Array(bytes.buffer, at, count);
      at += column.byteLength;
      return column;
    };
    const text = (sizeBytes: number): Uint8Array => {
      at += sizeBytes;
      return new Uint8Array(bytes.buffer, at - sizeBytes, sizeBytes);
    };
    const { symbols, places, chains, frames, lines, rules } = counts;
    this.symbolStart = doubles(symbols);
    this.symbolSize = doubles(symbols);
    this.placeOffset = doubles(places);
    this.chainSvma = doubles(chains);
    this.frameLine = doubles(frames);
    this.lineSvma = doubles(lines);
    this.lineNumber = doubles(lines);
    this.nameEnd = words(counts.names);
    this.symbolName = words(symbols);
    this.symbolIsData = words(symbols);
    this.placeSymbol = words(places);
    this.chainEnd = words(chains);
    this.frameName = words(frames);
    this.frameIsInlined = words(frames);
    this.frameFile = words(frames);
    this.lineFile = words(lines);
    this.ruleOffset = words(rules);
    this.ruleKind = signedWords(rules);
    this.ruleCfa = signedWords(rules);
    this.ruleReturnAddress = signedWords(rules);
    this.ruleFramePointer = signedWords(rules);
    this.description = text(counts.descriptionBytes);
    this.names = text(counts.nameBytes);
  }

  /** Columns to be filled. */
  static allocate(counts: AnswerCounts): AnswerColumns {
    const bytes = new Uint8Array(sizeOf(counts));
    const { descriptionBytes, nameBytes, names, symbols, places, chains, frames, lines, rules } = counts;
    new Uint32Array(bytes.buffer, 0, HEADER_WORDS).set([
      ...[MAGIC, VERSION, descriptionBytes, nameBytes, names],
      ...[symbols, places, chains, frames, lines, rules],
    ]);
    return new AnswerColumns(bytes, counts);
  }

  /** The columns of a file; undefined where it has another form or size. What they hold is not looked at. */
  static of(given: Uint8Array): AnswerColumns | undefined {
    const bytes = given.byteOffset % 8 === 0 ? given : new Uint8Array(given);
    if (bytes.length < HEADER_BYTES) return undefined;
    const header = new Uint32Array(bytes.buffer, bytes.byteOffset, HEADER_WORDS);
    if (header[0] !== MAGIC || header[1] !== VERSION) return undefined;
    const [, , descriptionBytes, nameBytes, names, symbols, places, chains, frames, lines, rules] = header;
    const counts = { descriptionBytes, nameBytes, names, symbols, places, chains, frames, lines, rules };
    return sizeOf(counts) === bytes.length ? new AnswerColumns(bytes, counts) : undefined;
  }
}

function sizeOf(counts: AnswerCounts): number {
  const { descriptionBytes, nameBytes, names, symbols, places, chains, frames, lines, rules } = counts;
  const doubles = 2 * symbols + places + chains + frames + 2 * lines;
  const words = names + 2 * symbols + places + chains + 3 * frames + lines + 5 * rules;
  return HEADER_BYTES + 8 * doubles + 4 * words + descriptionBytes + nameBytes;
}
