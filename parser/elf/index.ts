export * from './constants';
export * from './elf-image';
export * from './elf-symbols';
