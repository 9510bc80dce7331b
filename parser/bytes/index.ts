export {
  addressFromBigInt,
  addressFromHalves,
  formatAddress,
  formatHalves,
  formatHex,
  highHalf,
  isExactAddress,
  lowHalf,
  TWO_POW_32,
} from './address';
export type { BinaryFileSystem, OpenFailure, OpenFile } from './binary-file-system';
export { ByteReader, decodeCString } from './byte-reader';
export { MemoryByteSource, type ByteSource } from './byte-source';
export { gunzip, loadDecompressors } from './inflate';
export { LimitError, ParseError, type ParseErrorFacts } from './parse-error';
export { findLastAtOrBelow } from './sorted-search';
export { decodeText, encodeText, hasKeptBytes } from './text';
export { loadZstdDecoder, type ZstdDecoder } from './zstd-decoder';
