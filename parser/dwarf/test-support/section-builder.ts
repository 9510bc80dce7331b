/** Assembles the bytes of a section for tests: numbers in a byte order, LEB128, strings, and labels that are known later. */

export class SectionBuilder {
  private readonly bytes: number[] = [];
  private readonly labels = new Map<string, number>();
  private readonly patches: { at: number; sizeBytes: number; value: () => bigint }[] = [];

  constructor(readonly littleEndian = true) {}

  get position(): number {
    return this.bytes.length;
  }

  u8(...values: number[]): this {
    this.bytes.push(...values.map((value) => value & 0xff));
    return this;
  }

  u16(value: number): this {
    return this.word(BigInt(value), 2);
  }

  u32(value: number): this {
    return this.word(BigInt(value), 4);
  }

  u64(value: bigint | number): this {
    return this.word(BigInt(value), 8);
  }

  uleb(value: bigint | number): this {
    let rest = BigInt(value);
    for (; rest > 0x7fn; rest >>= 7n) this.bytes.push(Number(rest & 0x7fn) | 0x80);
    return this.u8(Number(rest));
  }

  sleb(value: bigint | number): this {
    let rest = BigInt(value);
    for (; rest > 63n || rest < -64n; rest >>= 7n) this.bytes.push(Number(rest & 0x7fn) | 0x80);
    return this.u8(Number(rest & 0x7fn));
  }

  text(value: string): this {
    return this.u8(...new TextEncoder().encode(value), 0);
  }

  append(bytes: Uint8Array): this {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }

  /** Zeros up to a multiple of a size. */
  align(sizeBytes: number): this {
    while (this.bytes.length % sizeBytes !== 0) this.bytes.push(0);
    return this;
  }

  label(name: string): this {
    this.labels.set(name, this.bytes.length);
    return this;
  }

  /** A label's offset minus another's (minus the section's start when none is given), known when all is built. */
  offsetOf(label: string, from = '', sizeBytes = 4): this {
    return this.later(sizeBytes, () => BigInt(this.at(label) - (from === '' ? 0 : this.at(from))));
  }

  /** The distance from this field back to a label. */
  backTo(label: string, sizeBytes = 4): this {
    const here = this.bytes.length;
    return this.later(sizeBytes, () => BigInt(here - this.at(label)));
  }

  /** Where a label is. */
  at(label: string): number {
    const offset = this.labels.get(label);
    if (offset === undefined) throw new Error(`no label ${label}`);
    return offset;
  }

  build(): Uint8Array {
    for (const { at, sizeBytes, value } of this.patches) this.put(at, value(), sizeBytes);
    return Uint8Array.from(this.bytes);
  }

  private later(sizeBytes: number, value: () => bigint): this {
    this.patches.push({ at: this.bytes.length, sizeBytes, value });
    return this.word(0n, sizeBytes);
  }

  private word(value: bigint, sizeBytes: number): this {
    const at = this.bytes.length;
    for (let i = 0; i < sizeBytes; i++) this.bytes.push(0);
    this.put(at, value, sizeBytes);
    return this;
  }

  private put(at: number, value: bigint, sizeBytes: number): void {
    for (let i = 0; i < sizeBytes; i++) {
      const shift = BigInt(8 * (this.littleEndian ? i : sizeBytes - 1 - i));
      this.bytes[at + i] = Number((value >> shift) & 0xffn);
    }
  }
}
