export * from './bytes';
export * as elf from './elf/constants';
export { ElfImage, findBuildIdNote, type ElfSection, type ElfSegment } from './elf/elf-image';
export { ElfSymbolTable } from './elf/elf-symbols';
export * as machines from './machines';
export type { Machine, X86Plt } from './machines/machine';
export {
  checkSFrameSection,
  decodeLocationsInto,
  FdeFields,
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
  type SectionCheckOptions,
  type SFrameFinding,
  type SFrameFindingCode,
  type SFrameHeader,
  type SFrameSections,
} from './sframe';
export * from './dwarf/cfi';
export * from './perf-data';
export * from './dwarf/info';
export * from './dwarf/line';
