/**
 * The SFrame header (specification, "SFrame Header"; the same 28 bytes in versions 2 and 3):
 *
 *   0 magic u16 | 2 version | 3 flags | 4 abi_arch | 5 fixed FP offset i8 | 6 fixed RA offset i8 | 7 auxiliary size
 *   8 FDE count u32 | 12 FRE count u32 | 16 FRE sub-section size u32 | 20 FDE offset u32 | 24 FRE offset u32
 *   28 auxiliary header, then the sub-sections; their offsets count from the end of the auxiliary header
 */

import { ParseError } from '../bytes';
import * as sframe from './constants';
import { findDecodePlan, type DecodePlan } from './decode-plan';

export interface SFrameHeader {
  readonly littleEndian: boolean;
  readonly version: number;
  readonly flags: number;
  /** SFRAME_ABI_*. */
  readonly abi: number;
  readonly fixedFpOffset: number;
  readonly fixedRaOffset: number;
  readonly auxHeaderSizeBytes: number;
  readonly fdeCount: number;
  readonly freCount: number;
  readonly freSizeBytes: number;
  /** Section offsets of the two sub-sections (the header's fields count from the header's end). */
  readonly fdeSectionOffset: number;
  readonly freSectionOffset: number;
  readonly plan: DecodePlan;
}

/** The byte order that the magic number shows at an offset, or undefined where there is no magic number. */
export function findByteOrder(bytes: Uint8Array, offset = 0): 'little' | 'big' | undefined {
  if (offset + 2 > bytes.length) return undefined;
  const magic = bytes[offset] | (bytes[offset + 1] << 8);
  if (magic === sframe.SFRAME_MAGIC) return 'little';
  return magic === sframe.SFRAME_MAGIC_SWAPPED ? 'big' : undefined;
}

/**
 * Reads a header. The byte order is the magic number's.
 * @throws ParseError when it is not an SFrame header, is cut off, or is of a version or ABI that is not known
 */
export function parseSFrameHeader(bytes: Uint8Array, where: string): SFrameHeader {
  const order = findByteOrder(bytes);
  if (order === undefined) {
    const found = [...bytes.subarray(0, 2)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new ParseError({
      what: 'SFrame magic number',
      where,
      found: bytes.length < 2 ? `${bytes.length} bytes` : `bytes ${found}`,
      expected: 'e2 de (little endian) or de e2 (big endian)',
    });
  }
  const version = bytes[2];
  if (bytes.length >= 4 && version !== sframe.SFRAME_VERSION_2 && version !== sframe.SFRAME_VERSION_3) {
    throw new ParseError({
      what: 'SFrame version',
      where,
      found: String(version),
      expected: '3 or 2',
      hint:
        version === sframe.SFRAME_VERSION_1
          ? 'Version 1 is obsolete: assemble again with binutils 2.46 or later (-Wa,--gsframe-3)'
          : undefined,
    });
  }
  if (bytes.length < sframe.SFRAME_HEADER_SIZE_BYTES) {
    throw new ParseError({
      what: 'SFrame header',
      where,
      found: `${bytes.length} bytes`,
      expected: `${sframe.SFRAME_HEADER_SIZE_BYTES} bytes`,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = order === 'little';
  const abi = bytes[4];
  const plan = findDecodePlan(version, abi);
  if (!plan) {
    throw new ParseError({
      what: 'SFrame ABI',
      where,
      found: String(abi),
      expected: '1 or 2 (AArch64), 3 (AMD64) or 4 (s390x)',
    });
  }
  const auxHeaderSizeBytes = bytes[7];
  const headerEnd = sframe.SFRAME_HEADER_SIZE_BYTES + auxHeaderSizeBytes;
  return {
    littleEndian,
    version,
    flags: bytes[3],
    abi,
    fixedFpOffset: view.getInt8(5),
    fixedRaOffset: view.getInt8(6),
    auxHeaderSizeBytes,
    fdeCount: view.getUint32(8, littleEndian),
    freCount: view.getUint32(12, littleEndian),
    freSizeBytes: view.getUint32(16, littleEndian),
    fdeSectionOffset: headerEnd + view.getUint32(20, littleEndian),
    freSectionOffset: headerEnd + view.getUint32(24, littleEndian),
    plan,
  };
}
