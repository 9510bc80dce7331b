/**
 * Steps through the FREs of one FDE. An FRE, unaligned:
 *
 *   start offset, 1, 2 or 4 bytes by the FDE's FRE type | info byte | data words: count × size bytes
 *
 *   info byte:  7 mangled RA | 6-5 word size (0, 1, 2: 1, 2, 4 bytes) | 4-1 word count | 0 CFA base is SP
 *
 * One cursor serves any number of FDEs and lookups; stepping allocates nothing.
 */

import * as sframe from './constants';

/** Why a cursor could not reach an FDE's last FRE. */
export enum FreDamage {
  None,
  /** The FRE sub-section ends within the FRE. */
  OutOfBounds,
  /** The info byte has a word size that does not exist. */
  WordSize,
}

export class FreCursor {
  /** Offset of the FRE from the start of its function (of its block, for PC type MASK), unsigned. */
  startOffset = 0;
  info = 0;
  wordCount = 0;
  wordSizeBytes = 1;
  /** Where in the section the current FRE begins. */
  sectionOffset = 0;
  /** FREs not yet stepped over. */
  remaining = 0;
  /** Set when {@link next} had to stop before the FDE's last FRE. */
  damage: FreDamage = FreDamage.None;
  private position = 0;
  private startSizeBytes = 1;
  private wordsAt = 0;

  /** @param endOffset section offset where the FRE sub-section ends */
  constructor(
    private readonly view: DataView,
    private readonly littleEndian: boolean,
    private readonly endOffset: number,
  ) {}

  /**
   * Places the cursor before the first FRE of an FDE.
   * @param sectionOffset where that FRE begins
   * @param freType SFRAME_FRE_TYPE_ADDR1, 2 or 4
   */
  reset(sectionOffset: number, freType: number, count: number): void {
    this.position = sectionOffset;
    this.startSizeBytes = 1 << freType;
    this.remaining = count;
    this.damage = FreDamage.None;
  }

  /** Moves to the next FRE; false at the end, and at damage (see {@link damage}). */
  next(): boolean {
    if (this.remaining === 0) return false;
    const at = this.position;
    const infoAt = at + this.startSizeBytes;
    if (infoAt >= this.endOffset) return this.stop(FreDamage.OutOfBounds);
    const info = this.view.getUint8(infoAt);
    const sizeCode = (info >> 5) & 3;
    const wordCount = (info >> 1) & 0xf;
    if (sizeCode > sframe.SFRAME_FRE_DATAWORD_4B) return this.stop(FreDamage.WordSize);
    const end = infoAt + 1 + (wordCount << sizeCode);
    if (end > this.endOffset) return this.stop(FreDamage.OutOfBounds);
    this.startOffset = this.readStart(at);
    this.info = info;
    this.wordCount = wordCount;
    this.wordSizeBytes = 1 << sizeCode;
    this.sectionOffset = at;
    this.wordsAt = infoAt + 1;
    this.position = end;
    this.remaining--;
    return true;
  }

  /**
   * The start offset of the FRE after the current one: Infinity when there is none, or it cannot be read.
   * The row of the current FRE ends there.
   */
  peekStartOffset(): number {
    if (this.remaining === 0 || this.position + this.startSizeBytes > this.endOffset) return Infinity;
    return this.readStart(this.position);
  }

  /** Section offset just after the current FRE. */
  get endOfFre(): number {
    return this.position;
  }

  /** A data word of the current FRE as an offset. @param index less than wordCount */
  signedWord(index: number): number {
    const at = this.wordsAt + index * this.wordSizeBytes;
    if (this.wordSizeBytes === 1) return this.view.getInt8(at);
    if (this.wordSizeBytes === 2) return this.view.getInt16(at, this.littleEndian);
    return this.view.getInt32(at, this.littleEndian);
  }

  /** A data word of the current FRE as a control word of a flexible FDE. @param index less than wordCount */
  unsignedWord(index: number): number {
    const at = this.wordsAt + index * this.wordSizeBytes;
    if (this.wordSizeBytes === 1) return this.view.getUint8(at);
    if (this.wordSizeBytes === 2) return this.view.getUint16(at, this.littleEndian);
    return this.view.getUint32(at, this.littleEndian);
  }

  /** The mangled_ra_p bit. */
  get isRaMangled(): boolean {
    return (this.info & 0x80) !== 0;
  }

  /** The fre_cfa_base_reg_id bit: SP when set, else FP. Means nothing in flexible FDEs. */
  get isSpBased(): boolean {
    return (this.info & sframe.SFRAME_BASE_REG_SP) !== 0;
  }

  private readStart(at: number): number {
    if (this.startSizeBytes === 1) return this.view.getUint8(at);
    if (this.startSizeBytes === 2) return this.view.getUint16(at, this.littleEndian);
    return this.view.getUint32(at, this.littleEndian);
  }

  private stop(damage: FreDamage): boolean {
    this.damage = damage;
    this.remaining = 0;
    return false;
  }
}
