export * from './bytes';
export * as elf from './elf/constants';
export { ElfImage, type ElfSection, type ElfSegment } from './elf/elf-image';
export { ElfSymbolTable } from './elf/elf-symbols';
