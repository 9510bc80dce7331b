/**
 * Where the debug information of a binary may go on, in other files (parser/dwarf/info/split-units.ts says what is in
 * them). In the order of the list; everything but the folder of the binary is looked for inside symfs, if that is given.
 *
 *   split unit, ‹name›.dwo        its path as stated; beside the binary, by that path and by its last part
 *   package of all split units    ‹binary›.dwp, ‹debug file›.dwp
 *   shared by dwz (altlink)       its path as stated; relative to the folder of the file that names it, as it was opened;
 *                                 .build-id/ab/cdef….debug in the folders with debug files
 */

import { ElfImage, ParseError, type DebugFileResolver, type BinaryFileSystem } from '../../parser';
import { describeOpenFailure } from './open-failure';
import type { LocatedBinary } from './binary-locator';
import { formatBuildId, isSameBuildId } from './build-id';
import { buildIdDebugFiles, inSymfs, type SearchPlaces } from './search-places';

/**
 * Finds the further debug files of a binary. Files that cannot be used count as missing; nothing is thrown.
 * @param onRefused told of a file that was there and was not used: its path and why
 */
export function debugFileResolver(
  files: BinaryFileSystem,
  places: SearchPlaces,
  { imagePath, debugPath }: LocatedBinary,
  onRefused: (text: string) => void = () => undefined,
): DebugFileResolver {
  const own = [imagePath, debugPath].filter((path) => path !== undefined);
  const folders = own.map((path) => path.slice(0, path.lastIndexOf('/') + 1));

  const openFirst = (
    candidates: readonly string[],
    whyRefused: (image: ElfImage) => string | undefined = () => undefined,
  ): ElfImage | undefined => {
    for (const path of new Set(candidates)) {
      const found = openImage(files, path, whyRefused);
      if (found instanceof ElfImage) return found;
      if (found !== undefined) onRefused(`${path} ${found}`);
    }
    return undefined;
  };

  return {
    openSplitUnit(name, compilationDirectory) {
      const isAbsolute = name.startsWith('/');
      const stated =
        isAbsolute || compilationDirectory === undefined ? name : `${compilationDirectory}/${name}`;
      const last = name.slice(name.lastIndexOf('/') + 1);
      return openFirst([
        ...(stated.startsWith('/') ? [inSymfs(places, stated)] : []),
        ...folders.flatMap((folder) => (isAbsolute ? [] : [folder + name])),
        ...folders.map((folder) => folder + last),
      ]);
    },
    openPackage: () => openFirst(own.map((path) => `${path}.dwp`)),
    openSupplementary(name, buildId) {
      const stated = name.startsWith('/')
        ? [inSymfs(places, name)]
        : [...folders].reverse().map((folder) => folder + name);
      return openFirst(
        [...stated, ...(buildId.length > 1 ? buildIdDebugFiles(places, buildId) : [])],
        (image) => whyOther(buildId, image.buildId),
      );
    },
  };
}

function whyOther(expected: Uint8Array, found: Uint8Array | undefined): string | undefined {
  if (found && isSameBuildId(expected, found)) return undefined;
  const has = found ? `build id ${formatBuildId(found)}` : 'no build id';
  return `has ${has}, ${formatBuildId(expected)} was expected`;
}

/** The image; why it was not used; undefined where there is no file. */
function openImage(
  files: BinaryFileSystem,
  path: string,
  whyRefused: (image: ElfImage) => string | undefined,
): ElfImage | string | undefined {
  const file = files.open(path);
  if (typeof file === 'string') {
    return file === 'missing' || file === 'not-a-file' ? undefined : describeOpenFailure(file);
  }
  let reason: string | undefined;
  try {
    const image = ElfImage.parse(file);
    reason = whyRefused(image);
    if (reason === undefined) return image;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    reason = error.facts.what;
  }
  file.close();
  return reason;
}
