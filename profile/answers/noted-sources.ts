/** Which further files answers are from: split units, packages of them, and what dwz moved out. */

import type { DebugFileResolver, ElfImage } from '../../parser';
import type { Answers } from './answers';

/**
 * A resolver that notes the files which it finds. Where one is missing nothing is kept: it may be there the next time, and the answers are others
 * then. A package alone may be missing: what is not in it is looked for in files of units.
 */
export function notingSources(resolver: DebugFileResolver, answers: Answers): DebugFileResolver {
  const note = (image: ElfImage | undefined): ElfImage | undefined => {
    if (image) answers.addSource(image.name, image.contentIdentity);
    return image;
  };
  const noteOrRefuse = (image: ElfImage | undefined): ElfImage | undefined => {
    if (!image) answers.refuse();
    return note(image);
  };
  return {
    openSplitUnit: (...named) => noteOrRefuse(resolver.openSplitUnit?.(...named)),
    openPackage: () => note(resolver.openPackage?.()),
    openSupplementary: (...named) => noteOrRefuse(resolver.openSupplementary?.(...named)),
  };
}
