/** CRC-32 (IEEE 802.3, as in zlib) and CRC-64 (ECMA-182), both reflected: bytes enter at the low end. */

const CRC32_POLYNOMIAL = 0xedb8_8320;
const CRC64_POLYNOMIAL_LOW = 0xd787_0f42;
const CRC64_POLYNOMIAL_HIGH = 0xc96c_5795;

let crc32Table: Uint32Array | undefined;
let crc64Tables: { readonly low: Uint32Array; readonly high: Uint32Array } | undefined;

/** @param before result for the bytes before these, where there are any */
export function crc32(bytes: Uint8Array, before = 0): number {
  const table = (crc32Table ??= makeCrc32Table());
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Low and high half. */
export function crc64(bytes: Uint8Array): [number, number] {
  const tables = (crc64Tables ??= makeCrc64Tables());
  let low = ~0;
  let high = ~0;
  for (let i = 0; i < bytes.length; i++) {
    const index = (low ^ bytes[i]) & 0xff;
    low = tables.low[index] ^ ((low >>> 8) | (high << 24));
    high = tables.high[index] ^ (high >>> 8);
  }
  return [~low >>> 0, ~high >>> 0];
}

function makeCrc32Table(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++)
      value = (value & 1) !== 0 ? (value >>> 1) ^ CRC32_POLYNOMIAL : value >>> 1;
    return value;
  });
}

function makeCrc64Tables(): { low: Uint32Array; high: Uint32Array } {
  const tables = { low: new Uint32Array(256), high: new Uint32Array(256) };
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (low & 1) !== 0;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (isOdd) {
        low ^= CRC64_POLYNOMIAL_LOW;
        high ^= CRC64_POLYNOMIAL_HIGH;
      }
    }
    tables.low[byte] = low;
    tables.high[byte] = high;
  }
  return tables;
}
