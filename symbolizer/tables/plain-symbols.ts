/**
 * The symbols of one image that perf would take, sorted by place and otherwise as the file has them: of each there is one
 * number, and no object, column or name. Only tables of the usual form are read so: ELF64 of this machine's byte order, with
 * section headers, undamaged, and within the first 4 GiB.
 *
 *   Elf64_Sym, as words of 4 bytes: 0 name | 1 info u8, other u8, section index u16 | 2 value | 4 size
 */

import { elf, machines, type ElfImage } from '../../parser';
import { SegmentLayout } from './segment-layout';
import {
  isMappingSymbol,
  SectionKind,
  sectionKinds,
  STV_HIDDEN,
  STV_INTERNAL,
  type ChosenTable,
} from './symbol-table';

const WORDS = 6;
/** Sort keys are (file offset, symbol number): both fit into the 53 bits of a double. */
const NUMBER_RANGE = 2 ** 21;
const OFFSET_RANGE = 2 ** 32;
/** High halves of addresses and sizes that doubles hold. */
const LARGEST_HIGH = 0x1f_ffff;

const isLittleEndianHere = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

interface PlainTable {
  readonly words: Uint32Array;
  readonly strings: Uint8Array;
  /** Number of the table's first symbol: those of the tables before have the lower ones. */
  readonly first: number;
}

export class PlainSymbols {
  readonly count: number;

  private constructor(
    private readonly keys: Float64Array,
    private readonly tables: readonly PlainTable[],
  ) {
    this.count = keys.length;
  }

  /** The symbols of tables that were chosen; undefined where one is not of the usual form. */
  static read(
    runtime: ElfImage | undefined,
    chosen: readonly ChosenTable[],
    codeOnly: boolean,
  ): PlainSymbols | undefined {
    const layout = new SegmentLayout(runtime);
    if (!isLittleEndianHere || !layout.isDisjoint || runtime?.sections.length === 0) return undefined;
    const tables: PlainTable[] = [];
    let total = 0;
    for (const { image, bytes } of chosen) {
      const isUsual = image.littleEndian && image.wordSizeBytes === 8 && image.sections.length > 0;
      const { strings } = bytes;
      if (!isUsual || strings.length === 0 || strings[strings.length - 1] !== 0) return undefined;
      const words = wordsOf(bytes.symbols);
      tables.push({ words, strings, first: total });
      total += words.length / WORDS;
    }
    if (total > NUMBER_RANGE) return undefined;
    const keys = new Float64Array(total);
    let count = 0;
    for (const [i, { image }] of chosen.entries()) {
      count = appendKeys(keys, count, tables[i], { image, runtime: runtime ?? image, layout, codeOnly });
      if (count < 0) return undefined;
    }
    return new PlainSymbols(keys.subarray(0, count).sort(), tables);
  }

  /** File offset at which the symbol at a position starts. */
  start(position: number): number {
    return Math.floor(this.keys[position] / NUMBER_RANGE);
  }

  /** Position of the last symbol that starts at or before a place, or -1. */
  lastAtOrBefore(place: number): number {
    const { keys } = this;
    const limit = (place + 1) * NUMBER_RANGE;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle] < limit) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Which of the tables the symbol at a position is from. */
  table(position: number): number {
    return this.tables.length > 1 && this.number(position) >= this.tables[1].first ? 1 : 0;
  }

  sizeBytes(position: number): number {
    return this.wide(position, 4);
  }

  /** Type and binding, as in Elf64_Sym.st_info. */
  info(position: number): number {
    return this.word(position, 1) & 0xff;
  }

  svma(position: number): number {
    return this.wide(position, 2);
  }

  strings(position: number): Uint8Array {
    return this.tables[this.table(position)].strings;
  }

  nameAt(position: number): number {
    return this.word(position, 0);
  }

  /**
   * Of the symbols up to each position, an end that none of them is beyond. Infinity where that is not known here: after a
   * symbol without a size, which ends at the next one of its table, among symbols of the other table.
   */
  furthestEnds(): Float64Array {
    const { keys, tables, count } = this;
    const ends = new Float64Array(count);
    const firstOfSecond = tables.length > 1 ? tables[1].first : Infinity;
    let furthest = 0;
    let isOpen = false;
    for (let i = 0; i < count; i++) {
      const start = Math.floor(keys[i] / NUMBER_RANGE);
      const number = keys[i] - start * NUMBER_RANGE;
      const isSecond = number >= firstOfSecond;
      const { words, first } = tables[isSecond ? 1 : 0];
      const at = (number - first) * WORDS;
      const size = words[at + 5] * 2 ** 32 + words[at + 4];
      if (!isSecond) isOpen = size === 0 && tables.length > 1;
      if (start + size > furthest) furthest = start + size;
      ends[i] = isOpen ? Infinity : furthest;
    }
    return ends;
  }

  private number(position: number): number {
    return this.keys[position] % NUMBER_RANGE;
  }

  private word(position: number, index: number): number {
    const { words, first } = this.tables[this.table(position)];
    return words[(this.number(position) - first) * WORDS + index];
  }

  private wide(position: number, index: number): number {
    return this.word(position, index + 1) * 2 ** 32 + this.word(position, index);
  }
}

/** A partial symbol at the end is left out. */
function wordsOf(symbols: Uint8Array): Uint32Array {
  const count = Math.floor(symbols.length / (4 * WORDS));
  const { buffer, byteOffset } = symbols.byteOffset % 4 === 0 ? symbols : symbols.slice();
  return new Uint32Array(buffer, byteOffset, count * WORDS);
}

interface KeySource {
  readonly image: ElfImage;
  /** Has the sections' true places: in a debug file those without contents have none. */
  readonly runtime: ElfImage;
  readonly layout: SegmentLayout;
  readonly codeOnly: boolean;
}

/**
 * Appends the keys of the symbols that perf would take.
 * @returns how many there are now; -1 where a symbol is not of the usual form
 */
function appendKeys(
  keys: Float64Array,
  before: number,
  { words, strings, first }: PlainTable,
  { image, runtime, layout, codeOnly }: KeySource,
): number {
  const { hasMappingSymbols, hasThumbBit } = machines.ofElf(image.machine) ?? {};
  if (hasThumbBit) return -1;
  const kinds = sectionKinds(image, runtime, codeOnly);
  const stringsSize = strings.length;
  let count = before;
  let [startSvma, endSvma, delta] = [0, 0, 0];
  for (let at = 0; at < words.length; at += WORDS) {
    const nameAt = words[at];
    if (nameAt >= stringsSize) return -1;
    const word = words[at + 1];
    const section = word >>> 16;
    if (nameAt === 0 || section === elf.SHN_UNDEF || section >= kinds.length) continue;
    const kind: SectionKind = kinds[section];
    if (kind === SectionKind.Other) continue;
    const type = word & 0xf;
    if (type === elf.STT_NOTYPE) {
      const visibility = (word >>> 8) & 3;
      if (visibility === STV_HIDDEN || visibility === STV_INTERNAL || kind !== SectionKind.Labels) continue;
    } else if (type !== elf.STT_FUNC && type !== elf.STT_OBJECT && type !== elf.STT_GNU_IFUNC) continue;
    if (hasMappingSymbols && isMappingSymbol(strings, nameAt)) continue;
    const high = words[at + 3];
    if (high > LARGEST_HIGH || words[at + 5] > LARGEST_HIGH) return -1;
    const svma = high === 0 ? words[at + 2] : high * 2 ** 32 + words[at + 2];
    let start = svma + delta;
    if (svma < startSvma || svma >= endSvma) {
      const range = layout.rangeAt(svma);
      if (range) {
        ({ startSvma, endSvma, delta } = range);
        start = svma + delta;
      } else {
        const place = runtime.sections[section] ?? image.sections[section];
        start = svma - (place.svma - place.fileOffset);
      }
    }
    if (!(start >= 0 && start < OFFSET_RANGE)) return -1;
    keys[count++] = start * NUMBER_RANGE + (first + at / WORDS);
  }
  return count;
}
