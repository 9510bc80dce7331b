/** What of a table `sframe dump` prints: functions by name, address or section of code. */

import { findLastAtOrBelow, type ElfImage, type SFrameSection } from '../../../parser';
import { executableRanges, FunctionNames } from '../../../sframe';

/** Chooses what of a section is printed. */
export type FdeFilter = (section: SFrameSection, fde: number) => boolean;

export interface DumpSelection {
  /** Names of functions as the JSON has them, or without the argument list that C++ names end in. */
  readonly functions: readonly string[];
  /** Addresses as the file states them. */
  readonly svmas: readonly number[];
  /** Names of sections of code. */
  readonly sections: readonly string[];
}

/** What one choice or another takes; undefined where all is wanted. */
export function filterOf(image: ElfImage, selection: DumpSelection): FdeFilter | undefined {
  const { functions, svmas, sections } = selection;
  if (functions.length + svmas.length + sections.length === 0) return undefined;
  const names = new FunctionNames(image);
  const code = executableRanges(image);
  const starts = code.map(({ startSvma }) => startSvma);
  return (section, fde) => {
    const start = section.fdeStart(fde);
    const size = section.fdeSize(fde);
    if (svmas.some((svma) => svma >= start && svma < start + size)) return true;
    const range = code[findLastAtOrBelow(starts, starts.length, start)];
    if (range && start < range.endSvma && sections.includes(range.name)) return true;
    const name = functions.length > 0 ? names.nameOf(start) : undefined;
    return name !== undefined && (functions.includes(name) || functions.includes(withoutArguments(name)));
  };
}

/** "geometry::Shape::area(int) const" goes by "geometry::Shape::area" too. */
function withoutArguments(name: string): string {
  return name.replace(/([^:])\(.*$/, '$1');
}
