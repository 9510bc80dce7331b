/**
 * LZMA2: chunks of LZMA or plain bytes (xz's format description, "LZMA2"; LZMA itself as in the specification of the
 * LZMA SDK, which is in the public domain).
 *
 *   0x00                            end
 *   0x01, 0x02  size-1 u16be        plain bytes; 0x01 forgets what came before
 *   0x80…0xff   size-1 u16be, packed size-1 u16be [, properties]   LZMA; the low five bits are bits 16 to 20 of the
 *               size; bits 5 and 6: 1 resets the state, 2 takes new properties too, 3 forgets what came before too
 *
 * Written for small inputs (a .gnu_debugdata section unpacks to some hundred kilobytes): the output is the dictionary.
 */

import { ParseError } from '../../parser';

const STATES = 12;
const POSITION_STATES = 16;
const LENGTH_STATES = 4;
/** Distances below this have models of their own; the slot that they end with. */
const FULL_DISTANCES = 128;
const END_POSITION_MODEL = 14;
const SHORTEST_MATCH = 2;
const PROBABILITY_BITS = 11;
const PROBABILITY_INITIAL = 1 << (PROBABILITY_BITS - 1);
const MOVE_BITS = 5;
const RANGE_LOWEST = 2 ** 24;

/** Growing output with a bound: what is packed small may unpack to anything. */
class Output {
  bytes: Uint8Array;
  length = 0;
  /** Matches must not reach before this. */
  dictionaryStart = 0;

  constructor(
    sizeGuessBytes: number,
    private readonly mostBytes: number,
  ) {
    this.bytes = new Uint8Array(Math.min(sizeGuessBytes, mostBytes));
  }

  reserve(sizeBytes: number): void {
    const needed = this.length + sizeBytes;
    if (needed > this.mostBytes) throw damaged(`more than ${this.mostBytes} bytes`);
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.mostBytes, Math.max(needed, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

/** Decoders of match lengths: 2 to 9, 10 to 17, 18 to 273. */
class LengthModel {
  readonly choice = probabilities(2);
  readonly low = probabilities(POSITION_STATES << 3);
  readonly middle = probabilities(POSITION_STATES << 3);
  readonly high = probabilities(256);
}

/** Everything that "reset state" resets. */
class LzmaState {
  state = 0;
  readonly repeated = [0, 0, 0, 0];
  readonly isMatch = probabilities(STATES * POSITION_STATES);
  readonly isRepeat = probabilities(STATES);
  readonly isRepeat0 = probabilities(STATES);
  readonly isRepeat1 = probabilities(STATES);
  readonly isRepeat2 = probabilities(STATES);
  readonly isRepeat0Long = probabilities(STATES * POSITION_STATES);
  readonly slots = probabilities(LENGTH_STATES << 6);
  readonly positions = probabilities(1 + FULL_DISTANCES - END_POSITION_MODEL);
  readonly align = probabilities(16);
  readonly matchLength = new LengthModel();
  readonly repeatLength = new LengthModel();
  readonly literals: Uint16Array;

  constructor(readonly properties: LzmaProperties) {
    this.literals = probabilities(0x300 << (properties.literalContextBits + properties.literalPositionBits));
  }
}

interface LzmaProperties {
  readonly literalContextBits: number;
  readonly literalPositionBits: number;
  readonly positionBits: number;
}

function probabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(PROBABILITY_INITIAL);
}

function damaged(found: string): ParseError {
  return new ParseError({ what: 'damaged LZMA2 data', found });
}

export interface Lzma2Result {
  readonly bytes: Uint8Array;
  /** Where in the input the data ended. */
  readonly end: number;
}

/**
 * Unpacks LZMA2 data.
 * @param mostBytes the most that it may unpack to
 * @throws ParseError when it is damaged or unpacks to more
 */
export function decodeLzma2(
  input: Uint8Array,
  start: number,
  sizeGuessBytes: number,
  mostBytes: number,
): Lzma2Result {
  return new Lzma2Decoder(input, start, new Output(sizeGuessBytes, mostBytes)).decode();
}

class Lzma2Decoder {
  private at: number;
  private range = 0;
  private code = 0;
  private chunkEnd = 0;
  private lzma: LzmaState | undefined;

  constructor(
    private readonly input: Uint8Array,
    start: number,
    private readonly output: Output,
  ) {
    this.at = start;
  }

  decode(): Lzma2Result {
    for (;;) {
      const control = this.byte();
      if (control === 0) {
        return { bytes: this.output.bytes.subarray(0, this.output.length), end: this.at };
      }
      if (control >= 0x80) this.decodeLzmaChunk(control);
      else if (control <= 2) this.copyPlainChunk(control === 1);
      else throw damaged(`control byte ${control}`);
    }
  }

  private copyPlainChunk(forgets: boolean): void {
    const size = this.u16() + 1;
    if (size > this.input.length - this.at) throw damaged('data that ends early');
    const { output } = this;
    if (forgets) output.dictionaryStart = output.length;
    output.reserve(size);
    output.bytes.set(this.input.subarray(this.at, this.at + size), output.length);
    output.length += size;
    this.at += size;
  }

  private decodeLzmaChunk(control: number): void {
    const size = ((control & 0x1f) << 16) + this.u16() + 1;
    const packedSize = this.u16() + 1;
    const resets = (control >> 5) & 3;
    if (resets === 3) this.output.dictionaryStart = this.output.length;
    if (resets >= 2) this.lzma = new LzmaState(parseProperties(this.byte()));
    else if (resets === 1 && this.lzma) this.lzma = new LzmaState(this.lzma.properties);
    if (!this.lzma) throw damaged('a chunk without properties');
    this.chunkEnd = this.at + packedSize;
    if (this.chunkEnd > this.input.length) throw damaged('data that ends early');
    this.output.reserve(size);
    this.startRange();
    this.decodeSymbols(this.lzma, this.output.length + size);
    if (this.at !== this.chunkEnd || this.code !== 0) throw damaged('a chunk of another size than it claims');
  }

  private decodeSymbols(lzma: LzmaState, end: number): void {
    const { output } = this;
    const positionMask = (1 << lzma.properties.positionBits) - 1;
    while (output.length < end) {
      const positionState = (output.length - output.dictionaryStart) & positionMask;
      const index = lzma.state * POSITION_STATES + positionState;
      if (this.bit(lzma.isMatch, index) === 0) {
        this.decodeLiteral(lzma);
        continue;
      }
      const length = this.decodeMatch(lzma, positionState, index);
      this.copyMatch(lzma.repeated[0], length, end);
    }
  }

  private decodeLiteral(lzma: LzmaState): void {
    const { output } = this;
    const { literalContextBits, literalPositionBits } = lzma.properties;
    const position = output.length - output.dictionaryStart;
    const previous = position > 0 ? output.bytes[output.length - 1] : 0;
    const context =
      ((position & ((1 << literalPositionBits) - 1)) << literalContextBits) +
      (previous >> (8 - literalContextBits));
    const base = 0x300 * context;
    let symbol = 1;
    if (lzma.state >= 7) {
      // After a match the byte that the match would have gone on with is a hint.
      if (lzma.repeated[0] >= position) throw damaged('a distance before the beginning');
      let matched = output.bytes[output.length - lzma.repeated[0] - 1];
      while (symbol < 0x100) {
        const hint = (matched >> 7) & 1;
        matched <<= 1;
        const bit = this.bit(lzma.literals, base + ((1 + hint) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== hint) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.bit(lzma.literals, base + symbol);
    output.bytes[output.length++] = symbol;
    lzma.state = lzma.state < 4 ? 0 : lzma.state < 10 ? lzma.state - 3 : lzma.state - 6;
  }

  /** Decodes what follows an "is a match" bit; leaves the distance in repeated[0] and returns the length. */
  private decodeMatch(lzma: LzmaState, positionState: number, index: number): number {
    const { repeated, state } = lzma;
    if (this.bit(lzma.isRepeat, state) === 0) {
      repeated.pop();
      repeated.unshift(0);
      const length = this.decodeLength(lzma.matchLength, positionState);
      lzma.state = state < 7 ? 7 : 10;
      repeated[0] = this.decodeDistance(lzma, length);
      return length;
    }
    if (this.bit(lzma.isRepeat0, state) === 0) {
      if (this.bit(lzma.isRepeat0Long, index) === 0) {
        lzma.state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      let which = 1;
      if (this.bit(lzma.isRepeat1, state) !== 0) which = 2 + this.bit(lzma.isRepeat2, state);
      const [distance] = repeated.splice(which, 1);
      repeated.unshift(distance);
    }
    lzma.state = state < 7 ? 8 : 11;
    return this.decodeLength(lzma.repeatLength, positionState);
  }

  private decodeLength(model: LengthModel, positionState: number): number {
    if (this.bit(model.choice, 0) === 0) {
      return SHORTEST_MATCH + this.tree(model.low, positionState << 3, 3);
    }
    if (this.bit(model.choice, 1) === 0) {
      return SHORTEST_MATCH + 8 + this.tree(model.middle, positionState << 3, 3);
    }
    return SHORTEST_MATCH + 16 + this.tree(model.high, 0, 8);
  }

  private decodeDistance(lzma: LzmaState, length: number): number {
    const lengthState = Math.min(length - SHORTEST_MATCH, LENGTH_STATES - 1);
    const slot = this.tree(lzma.slots, lengthState << 6, 6);
    if (slot < 4) return slot;
    const directBits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** directBits;
    if (slot < END_POSITION_MODEL) {
      return base + this.reverseTree(lzma.positions, base - slot, directBits);
    }
    const high = this.direct(directBits - 4) * 16;
    return base + high + this.reverseTree(lzma.align, 0, 4);
  }

  private copyMatch(distance: number, length: number, end: number): void {
    const { output } = this;
    if (distance >= output.length - output.dictionaryStart) throw damaged('a distance before the beginning');
    if (output.length + length > end) throw damaged('a match beyond the end of its chunk');
    const { bytes } = output;
    // Source and target may overlap: byte by byte, so that what was just written is repeated.
    for (let i = 0; i < length; i++, output.length++) {
      bytes[output.length] = bytes[output.length - distance - 1];
    }
  }

  private startRange(): void {
    if (this.byte() !== 0) throw damaged('a range coder that does not begin with 0');
    this.range = 0xffff_ffff;
    this.code = 0;
    for (let i = 0; i < 4; i++) this.code = ((this.code << 8) | this.byte()) >>> 0;
    this.normalize();
  }

  /** Keeps the range above 2^24, eagerly: after the last symbol all of the chunk has been read. */
  private normalize(): void {
    if (this.range >= RANGE_LOWEST) return;
    if (this.at >= this.chunkEnd) throw damaged('a chunk that ends early');
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.input[this.at++]) >>> 0;
  }

  private bit(models: Uint16Array, index: number): 0 | 1 {
    const probability = models[index];
    const bound = (this.range >>> PROBABILITY_BITS) * probability;
    let bit: 0 | 1;
    if (this.code < bound) {
      this.range = bound;
      models[index] = probability + (((1 << PROBABILITY_BITS) - probability) >> MOVE_BITS);
      bit = 0;
    } else {
      this.range -= bound;
      this.code -= bound;
      models[index] = probability - (probability >> MOVE_BITS);
      bit = 1;
    }
    this.normalize();
    return bit;
  }

  private direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.range >>>= 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit === 1) this.code -= this.range;
      value = value * 2 + bit;
      this.normalize();
    }
    return value;
  }

  private tree(models: Uint16Array, base: number, bits: number): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | this.bit(models, base + node);
    return node - (1 << bits);
  }

  private reverseTree(models: Uint16Array, base: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(models, base + node);
      node = (node << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  private byte(): number {
    if (this.at >= this.input.length) throw damaged('data that ends early');
    return this.input[this.at++];
  }

  private u16(): number {
    const high = this.byte();
    return (high << 8) | this.byte();
  }
}

/** One byte: (pb * 5 + lp) * 9 + lc; LZMA2 allows lc + lp up to 4. */
function parseProperties(byte: number): LzmaProperties {
  const literalContextBits = byte % 9;
  const rest = Math.floor(byte / 9);
  const literalPositionBits = rest % 5;
  const positionBits = Math.floor(rest / 5);
  if (positionBits > 4 || literalContextBits + literalPositionBits > 4) {
    throw damaged(`properties 0x${byte.toString(16)}`);
  }
  return { literalContextBits, literalPositionBits, positionBits };
}
