import { type ElfImage, readSFrameSections } from '../../../parser';
import { formatSFrameDumpPieces } from '../dump/dump-text';

/** What `sframe dump` prints of a file, as one text. */
export function formatSFrameDump(image: ElfImage): string {
  return [...formatSFrameDumpPieces(readSFrameSections(image))].join('');
}
