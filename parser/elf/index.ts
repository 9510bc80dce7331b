export * from './constants';
export type { ElfSection, ElfSegment } from './elf-headers';
export * from './elf-image';
export * from './elf-symbols';
