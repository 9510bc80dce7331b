/** Bytes that grow at the end. */
export class ByteBuffer {
  private bytes: Uint8Array<ArrayBuffer>;
  private view: DataView<ArrayBuffer>;
  length = 0;

  constructor(capacityBytes = 4096) {
    this.bytes = new Uint8Array(capacityBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Appends the low `sizeBytes` (1, 2 or 4) bytes of a whole number, negative ones in two's complement. */
  appendUnsigned(value: number, sizeBytes: number, littleEndian: boolean): void {
    this.reserve(sizeBytes);
    const at = this.length;
    if (sizeBytes === 1) this.view.setUint8(at, value);
    else if (sizeBytes === 2) this.view.setUint16(at, value, littleEndian);
    else this.view.setUint32(at, value, littleEndian);
    this.length += sizeBytes;
  }

  /** Appends a whole number within ±2^53 as eight bytes. */
  appendWord(value: number, littleEndian: boolean): void {
    this.reserve(8);
    this.view.setBigInt64(this.length, BigInt(value), littleEndian);
    this.length += 8;
  }

  appendBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Takes back what was appended since the buffer had this length. */
  truncate(length: number): void {
    this.length = length;
  }

  /** A copy of what was appended. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  private reserve(sizeBytes: number): void {
    if (this.length + sizeBytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + sizeBytes));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
