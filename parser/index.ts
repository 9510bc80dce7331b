export * from './bytes';
export * as elf from './elf/constants';
export type { ElfSection, ElfSegment } from './elf/elf-headers';
export { archiveKindOf, listArchiveMembers, type ArchiveMember } from './elf/archive';
export { ElfImage, findBuildIdNote } from './elf/elf-image';
export { openLaidOut } from './elf/laid-out-image';
export { ElfRelocations } from './elf/elf-relocations';
export { ElfSymbolTable } from './elf/elf-symbols';
export * as machines from './machines';
export type { Machine } from './machines/machine';
export {
  checkSFrameSection,
  decodeLocationsInto,
  FdeFields,
  findMachinePlan,
  FreCursor,
  FreDamage,
  parseSFrameHeader,
  readSFrameSections,
  sframe,
  SFrameFindings,
  SFrameLocation,
  SFrameLocationKind,
  SFrameRow,
  SFrameRowStatus,
  SFrameSection,
  type DecodePlan,
  type SectionCheckOptions,
  type SFrameFinding,
  type SFrameFindingCode,
  type SFrameHeader,
  type SFrameSections,
} from './sframe';
export * from './dwarf/cfi';
export { DwarfCursor } from './dwarf/dwarf-cursor';
export * from './perf-data';
export * from './dwarf/info';
export * from './dwarf/line';
