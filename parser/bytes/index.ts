export * from './address';
export * from './byte-reader';
export * from './byte-source';
export { gunzip, loadDecompressors } from './inflate';
export * from './parse-error';
export * from './sorted-search';
