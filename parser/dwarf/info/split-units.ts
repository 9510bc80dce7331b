/**
 * Split DWARF (DWARF 5, section 7.3.2; GNU's "DebugFission" in version 4): a skeleton unit in the program names the
 * file and the id of the unit that has the entries. That unit is in a .dwo file of its own, or in the .dwp package of
 * the whole program, whose index says which parts of its sections belong to which id:
 *
 *   .debug_cu_index: version u16 and padding u16 (u32 in GNU's version 2) | columns u32 | units u32 | slots u32
 *   ids u64[slots] | row numbers u32[slots], from 1, 0 in empty slots | section numbers u32[columns]
 *   offsets u32[units][columns] | sizes u32[units][columns]
 */

import { DwarfCursor } from '../dwarf-cursor';
import { DwarfSections, type DwarfSectionName } from '../dwarf-sections';
import { formatHalves } from '../../bytes';
import type { ElfImage } from '../../elf';
import type { Unit } from './unit';
import { UnitList } from './unit-list';

/** Finds the files that a program's debug information is spread over. Each answers undefined where there is none. */
export interface DebugFileResolver {
  /**
   * The file of a split unit.
   *
   * @param name as the program states it: relative to `compilationDirectory` unless it is absolute
   * @param dwoId sixteen hexadecimal digits, which the caller checks
   */
  openSplitUnit?(name: string, compilationDirectory: string | undefined, dwoId: string): ElfImage | undefined;
  /** The package of all split units, usually the program's name with ".dwp" after it. */
  openPackage?(): ElfImage | undefined;
  /**
   * The file that dwz moved shared entries to.
   *
   * @param name as .gnu_debugaltlink or .debug_sup states it
   * @param buildId its build id
   */
  openSupplementary?(name: string, buildId: Uint8Array): ElfImage | undefined;
}

/** Which section a column of an index describes, by its number (DW_SECT_*), in GNU's version 2 and in version 5. */
const GNU_SECTIONS: readonly (DwarfSectionName | undefined)[] = [
  undefined,
  'info',
  'types',
  'abbrev',
  'line',
  undefined,
  'str_offsets',
];
const SECTIONS: readonly (DwarfSectionName | undefined)[] = [
  undefined,
  'info',
  undefined,
  'abbrev',
  'line',
  undefined,
  'str_offsets',
  undefined,
  'rnglists',
];

/** A header is read for each unit of the file: many skeletons may name a file of many units. */
const UNIT_HEADER_BYTES = 12;

interface Package {
  readonly sections: DwarfSections;
  readonly partsOf: ReadonlyMap<string, Map<DwarfSectionName, Uint8Array>>;
}

export class SplitUnits {
  private package: Package | null | undefined;
  private readonly files = new Map<string, DwarfSections | undefined>();

  constructor(private readonly resolver: DebugFileResolver) {}

  /** The unit list that holds the split part of a skeleton, and that part; undefined when it cannot be found. */
  find(skeleton: Unit): { units: UnitList; unit: Unit } | undefined {
    const { dwoId } = skeleton;
    const { dwoName, compilationDirectory } = skeleton.root;
    if (dwoId === '' || dwoName === undefined) return undefined;
    const packaged = this.findInPackage(dwoId);
    const sections = packaged ?? this.openFile(dwoName, compilationDirectory, dwoId);
    if (!sections) return undefined;
    const budget = sections.readBudget('info');
    if (budget.bytesLeft < 0) return undefined;
    const units = new UnitList(sections, skeleton);
    budget.bytesLeft -= units.count * UNIT_HEADER_BYTES;
    for (let i = 0; i < units.count; i++) {
      const unit = units.at(i);
      if (unit?.holdsCode && unit.dwoId === dwoId) return { units, unit };
    }
    return undefined;
  }

  private openFile(name: string, directory: string | undefined, dwoId: string): DwarfSections | undefined {
    const key = `${directory}\n${name}`;
    if (!this.files.has(key)) {
      const image = this.resolver.openSplitUnit?.(name, directory, dwoId);
      this.files.set(key, image && DwarfSections.ofImage(image, '.dwo'));
    }
    return this.files.get(key);
  }

  private findInPackage(dwoId: string): DwarfSections | undefined {
    if (this.package === undefined) {
      const image = this.resolver.openPackage?.();
      this.package = image ? readPackage(image) : null;
    }
    const parts = this.package?.partsOf.get(dwoId);
    return parts && this.package!.sections.withParts(parts);
  }
}

function readPackage(image: ElfImage): Package {
  const sections = DwarfSections.ofImage(image, '.dwo');
  // The index alone has no ".dwo" in its name.
  const index = DwarfSections.ofImage(image).bytes('cu_index');
  return { sections, partsOf: readIndex(index, sections) };
}

function readIndex(
  bytes: Uint8Array,
  sections: DwarfSections,
): Map<string, Map<DwarfSectionName, Uint8Array>> {
  const partsOf = new Map<string, Map<DwarfSectionName, Uint8Array>>();
  const cursor = new DwarfCursor(bytes, sections.littleEndian);
  const isVersion5 = cursor.readU16() === 5;
  cursor.skip(2);
  const columns = cursor.readU32();
  const unitCount = cursor.readU32();
  const slots = cursor.readU32();
  const rowsAt = cursor.position + slots * 8;
  const offsetsAt = rowsAt + slots * 4 + columns * 4;
  const sizesAt = offsetsAt + unitCount * columns * 4;
  if (cursor.failed || sizesAt + unitCount * columns * 4 > bytes.length) return partsOf;

  const word = (at: number) => cursor.view.getUint32(at, sections.littleEndian);
  const names = isVersion5 ? SECTIONS : GNU_SECTIONS;
  for (let slot = 0; slot < slots; slot++) {
    const row = word(rowsAt + slot * 4);
    if (row === 0 || row > unitCount) continue;
    const idAt = rowsAt - slots * 8 + slot * 8;
    const [first, second] = [word(idAt), word(idAt + 4)];
    const id = sections.littleEndian ? formatHalves(first, second) : formatHalves(second, first);
    const parts = new Map<DwarfSectionName, Uint8Array>();
    for (let column = 0; column < columns; column++) {
      const name = names[word(rowsAt + slots * 4 + column * 4)];
      const cell = ((row - 1) * columns + column) * 4;
      const offset = word(offsetsAt + cell);
      if (name) parts.set(name, sections.bytes(name).subarray(offset, offset + word(sizesAt + cell)));
    }
    partsOf.set(id.padStart(16, '0'), parts);
  }
  return partsOf;
}
