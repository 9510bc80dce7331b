/** The segments of a program with code and an SFrame section for it. */

import { buildSFrame, type FdeSpec } from '../../parser/sframe/test-support/sframe-builder';
import type { TinySegment } from './tiny-elf';

/** Where its code lies, as stated in the file and as offset in it. */
export const CODE_SVMA = 0x1000;
const SFRAME_SVMA = 0x3000;

/** A code segment of 0x1000 bytes, which begins with the bytes given, and the section with the FDEs given. */
export function sframeProgram(
  abi: number,
  fdes: readonly FdeSpec[],
  code: readonly number[] = [],
): TinySegment[] {
  const built = buildSFrame({ abi, svma: SFRAME_SVMA, fdes });
  return [
    codeSegment(code),
    { svma: SFRAME_SVMA, bytes: built.bytes, flags: 4, sectionName: '.sframe', sectionType: 0x6ffffff4 },
  ];
}

/** A code segment of 0x1000 bytes, which begins with the bytes given. */
export function codeSegment(code: readonly number[] = []): TinySegment {
  const bytes = new Uint8Array(0x1000);
  bytes.set(code);
  return { svma: CODE_SVMA, bytes, sectionName: '.text' };
}
