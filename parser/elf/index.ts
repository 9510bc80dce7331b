export { ET_REL } from './constants';
export type { ElfSection } from './elf-headers';
export { ElfImage } from './elf-image';
