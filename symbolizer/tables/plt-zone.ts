/**
 * Where the procedure linkage tables of an image lie in its file, as far as their symbols (plt-symbols.ts) may reach: an
 * address beyond is answered without them.
 */

import { elf, machines, type ElfImage } from '../../parser';

export interface PltZone {
  /** File offset at which the first of the sections starts. */
  readonly start: number;
  /** File offset that no PLT symbol is beyond. */
  readonly end: number;
  /** File offset of .plt, where the symbol before it is cut. */
  readonly pltStart: number;
}

/** Sections that PLT symbols are made from. */
const readSections = [
  '.plt',
  '.plt.sec',
  '.plt.got',
  '.rela.plt',
  '.rel.plt',
  '.rela.dyn',
  '.dynsym',
  '.dynstr',
];

/** The zone of an image; undefined where it has no PLT symbols, 'unknown' where the sections are damaged. */
export function findPltZone(runtime: ElfImage): PltZone | 'unknown' | undefined {
  const plt = runtime.findSection('.plt');
  if (!plt || plt.type === elf.SHT_NOBITS) return undefined;
  const isHeld = (name: string) => {
    const section = runtime.findSection(name);
    return section === undefined || runtime.holdsPlainly(section);
  };
  if (!readSections.every(isHeld)) return 'unknown';
  const { sizesOf, isX86 } = machines.ofElf(runtime.machine)?.plt ?? machines.plainPlt;
  const second = isX86 ? runtime.findSection('.plt.sec') : undefined;
  const bound = isX86 ? runtime.findSection('.plt.got') : undefined;
  const { headerBytes, entryBytes } = sizesOf(second ?? plt);
  const entries = (second ?? plt).fileOffset + headerBytes + relocationCount(runtime) * entryBytes;
  const sections = [plt, second, bound].filter((section) => section !== undefined);
  const start = Math.min(...sections.map(({ fileOffset }) => fileOffset));
  const ends = sections.map(
    ({ fileOffset, sizeBytes, entrySizeBytes }) =>
      // The last entry of .plt.got may be cut off.
      fileOffset + (sizeBytes % entrySizeBytes > 0 ? sizeBytes + entrySizeBytes : sizeBytes),
  );
  const end = Math.max(entries, plt.fileOffset + sizesOf(plt).headerBytes, ...ends);
  return { start, end, pltStart: plt.fileOffset };
}

function relocationCount(runtime: ElfImage): number {
  const section = runtime.findSection('.rela.plt') ?? runtime.findSection('.rel.plt');
  if (!section) return 0;
  return Math.floor(section.sizeBytes / ((section.type === elf.SHT_RELA ? 3 : 2) * runtime.wordSizeBytes));
}
