/** How large the call frame information of a file is. */

import { elf, type CfiTable, type ElfImage } from '../parser';

export interface FrameSizes {
  readonly ehFrameSizeBytes: number;
  readonly ehFrameHdrSizeBytes: number;
}

/**
 * Sizes of .eh_frame and .eh_frame_hdr that are loaded and in the file, 0 where there is none; in files without section headers
 * those of the segment and of what it leads to.
 * @param cfi the file's table of .eh_frame, if it has one
 */
export function frameSizes(image: ElfImage, cfi: CfiTable | undefined): FrameSizes {
  if (image.sections.length === 0) {
    const segment = image.segments.find(({ type }) => type === elf.PT_GNU_EH_FRAME);
    return { ehFrameSizeBytes: cfi?.extentBytes ?? 0, ehFrameHdrSizeBytes: segment?.fileSizeBytes ?? 0 };
  }
  return {
    ehFrameSizeBytes: loadedSize(image, '.eh_frame'),
    ehFrameHdrSizeBytes: loadedSize(image, '.eh_frame_hdr'),
  };
}

function loadedSize(image: ElfImage, name: string): number {
  const section = image.findSection(name);
  return section && section.type !== elf.SHT_NOBITS ? section.sizeBytes : 0;
}
