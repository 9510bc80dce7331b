/** The kernel's own conversions of printf for network addresses, UUIDs and bitmaps (Documentation/core-api/printk-formats). */

const AF_INET = 2;
const AF_INET6 = 10;

/** %pI4, %pi4: four numbers with dots; the latter with leading zeros. */
export function formatIp4(bytes: Uint8Array, leadingZeros: boolean): string {
  if (bytes.length < 4) return 'INVALIDIPv4';
  return Array.from(bytes.subarray(0, 4), (byte) => String(byte).padStart(leadingZeros ? 3 : 1, '0')).join(
    '.',
  );
}

/** %pI6, %pi6 (without colons), %pI6c (compressed). */
export function formatIp6(bytes: Uint8Array, extension: string): string {
  if (bytes.length < 16) return 'INVALIDIPv6';
  const words = Array.from({ length: 8 }, (_, i) => bytes[i * 2] * 256 + bytes[i * 2 + 1]);
  if (extension.endsWith('c')) return compressIp6(words, bytes);
  return words.map((word) => word.toString(16).padStart(4, '0')).join(extension[0] === 'i' ? '' : ':');
}

/** %pM: a hardware address with colons; F with dashes, R reversed, m without either. */
export function formatMac(bytes: Uint8Array, extension: string): string {
  if (bytes.length < 6) return 'INVALIDMAC';
  const parts = Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0'));
  if (extension[1] === 'R') parts.reverse();
  if (extension[0] === 'm') return parts.join('');
  return parts.join(extension[1] === 'F' ? '-' : ':');
}

/** %pUb, %pUl and, in capitals, %pUB, %pUL: big or little endian. */
export function formatUuid(bytes: Uint8Array, style: string): string {
  if (bytes.length < 16) return 'INVALIDUUID';
  const isLittle = style.toLowerCase() === 'l';
  const order = isLittle
    ? [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    : Array.from({ length: 16 }, (_, i) => i);
  const digits = order.map((index) => bytes[index].toString(16).padStart(2, '0')).join('');
  const text = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return style === 'B' || style === 'L' ? text.toUpperCase() : text;
}

/** %pIS: a sockaddr; p adds the port, c compresses. */
export function formatSocketAddress(bytes: Uint8Array, extension: string): string {
  if (bytes.length < 2) return 'INVALIDSOCKADDR';
  const family = bytes[0] | (bytes[1] << 8);
  const withPort = extension.includes('p');
  const port = bytes.length >= 4 ? bytes[2] * 256 + bytes[3] : 0;
  if (family === AF_INET) {
    if (bytes.length < 8) return 'INVALIDIPv4';
    return formatIp4(bytes.subarray(4), extension[0] === 'i') + (withPort ? `:${port}` : '');
  }
  if (family === AF_INET6) {
    if (bytes.length < 24) return 'INVALIDIPv6';
    const address = formatIp6(bytes.subarray(8), extension.includes('c') ? 'I6c' : `${extension[0]}6`);
    return withPort ? `[${address}]:${port}` : address;
  }
  return 'INVALIDSOCKADDR';
}

/**
 * A bitmap of CPUs: hexadecimal in groups of 32 bits ("ff,00000001"), or as a list of ranges ("0-3,8").
 * @param width bits to print, 0 for all
 */
export function formatBitmask(
  bytes: Uint8Array,
  littleEndian: boolean,
  asList: boolean,
  width: number,
): string {
  const ordered = littleEndian ? bytes : reverseWords(bytes);
  const bits = width > 0 ? Math.min(width, ordered.length * 8) : ordered.length * 8;
  const isSet = (bit: number): boolean => ((ordered[bit >> 3] >> (bit & 7)) & 1) === 1;
  if (asList) {
    const ranges: string[] = [];
    for (let bit = 0; bit < bits; bit++) {
      if (!isSet(bit)) continue;
      const first = bit;
      while (bit + 1 < bits && isSet(bit + 1)) bit++;
      ranges.push(first === bit ? String(first) : `${first}-${bit}`);
    }
    return ranges.join(',');
  }
  let text = '';
  for (let i = ordered.length - 1; i >= 0; i--) {
    text += ordered[i].toString(16).padStart(2, '0');
    if (i > 0 && i % 4 === 0) text += ',';
  }
  return text;
}

/** Bitmaps are longs: on big endian the first byte of each is the highest. */
function reverseWords(bytes: Uint8Array): Uint8Array {
  const reversed = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) reversed[i] = bytes[(i & ~7) + 7 - (i & 7)] ?? 0;
  return reversed;
}

/** RFC 5952: the longest run of zeros becomes "::"; addresses that embed IPv4 end in dots. */
function compressIp6(words: readonly number[], bytes: Uint8Array): string {
  const isMapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  const isIsatap = (words[4] & 0xfdff) === 0 && words[5] === 0x5efe;
  const count = isMapped || isIsatap ? 6 : 8;
  let runStart = -1;
  let runLength = 1;
  for (let start = 0; start < count; start++) {
    let end = start;
    while (end < count && words[end] === 0) end++;
    if (end - start > runLength) {
      runStart = start;
      runLength = end - start;
    }
  }
  const hex = (from: number, to: number): string =>
    words
      .slice(from, to)
      .map((word) => word.toString(16))
      .join(':');
  let text = runStart < 0 ? hex(0, count) : `${hex(0, runStart)}::${hex(runStart + runLength, count)}`;
  if (count === 6) text += `${text.endsWith(':') ? '' : ':'}${formatIp4(bytes.subarray(12), false)}`;
  return text;
}
