/** What the bytes of SFrame sections go to: index, attributes, FREs by the widths of their starts and words. */

import type { FreCursor, SFrameSection } from '../../parser';

/** Bytes and numbers of one section, or of several added up. */
export interface SectionSizes {
  fdes: number;
  flexFdes: number;
  maskFdes: number;
  signalFdes: number;
  fres: number;
  headerBytes: number;
  indexBytes: number;
  attributeBytes: number;
  /** Bytes of FREs by the size of their starts (1, 2, 4 bytes), each by the size of their words (1, 2, 4 bytes). */
  freBytes: [FreSplit, FreSplit, FreSplit];
  /** Of all FRE bytes, those in flexible FDEs. */
  flexFreBytes: number;
  /** FREs that say the same as the one before them in their FDE, and their bytes. */
  repeatedFres: number;
  repeatedFreBytes: number;
  /** Bytes of attributes and FREs that equal those of an earlier FDE: what FDEs could share. */
  sharedDataBytes: number;
}

type FreSplit = [one: number, two: number, four: number];

export function emptySizes(): SectionSizes {
  return {
    fdes: 0,
    flexFdes: 0,
    maskFdes: 0,
    signalFdes: 0,
    fres: 0,
    headerBytes: 0,
    indexBytes: 0,
    attributeBytes: 0,
    freBytes: [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
    flexFreBytes: 0,
    repeatedFres: 0,
    repeatedFreBytes: 0,
    sharedDataBytes: 0,
  };
}

/** Adds the sizes of one section to a sum. */
export function addSizes(sum: SectionSizes, sizes: SectionSizes): void {
  for (const key of Object.keys(sum) as (keyof SectionSizes)[]) {
    if (key === 'freBytes') {
      sum.freBytes.forEach((split, i) => split.forEach((_, k) => (split[k] += sizes.freBytes[i][k])));
    } else sum[key] += sizes[key];
  }
}

/** Measures a section; FDEs that cannot be read count with their index entry alone. */
export function measureSizes(section: SFrameSection): SectionSizes {
  const sizes = emptySizes();
  const { layout } = section.plan;
  const seen = new Set<string>();
  sizes.fdes = section.fdeCount;
  sizes.headerBytes = section.header.fdeSectionOffset;
  sizes.indexBytes = section.fdeCount * layout.entrySizeBytes;
  for (let fde = 0; fde < section.fdeCount; fde++) {
    if (section.isDamaged(fde)) continue;
    sizes.attributeBytes += layout.attributeSizeBytes;
    const isFlex = section.isFlex(fde);
    if (isFlex) sizes.flexFdes++;
    if (section.isMask(fde)) sizes.maskFdes++;
    if (section.isSignal(fde)) sizes.signalFdes++;
    const startSize = section.freType(fde);
    const fre = section.newFreCursor(fde);
    let previous = '';
    while (fre.next()) {
      const bytes = fre.endOfFre - fre.sectionOffset;
      sizes.fres++;
      sizes.freBytes[startSize][wordSizeCode(fre)] += bytes;
      if (isFlex) sizes.flexFreBytes += bytes;
      const rules = textOf(section, fre.sectionOffset + (1 << startSize), fre.endOfFre);
      if (rules === previous) {
        sizes.repeatedFres++;
        sizes.repeatedFreBytes += bytes;
      }
      previous = rules;
    }
    const dataAt = section.freSectionOffset(fde) - layout.attributeSizeBytes;
    const data = textOf(section, dataAt, fre.endOfFre);
    if (seen.has(data)) sizes.sharedDataBytes += fre.endOfFre - dataAt;
    else seen.add(data);
  }
  return sizes;
}

function wordSizeCode({ wordSizeBytes }: FreCursor): number {
  return wordSizeBytes === 4 ? 2 : wordSizeBytes - 1;
}

const latin1 = new TextDecoder('latin1');

/** Bytes as a key. */
function textOf(section: SFrameSection, start: number, end: number): string {
  return latin1.decode(section.bytes.subarray(start, end));
}
