/**
 * Where a file without section headers keeps its dynamic symbols: what the dynamic segment says to the loader (gABI,
 * "Dynamic Section" and "Hash Table"; the GNU hash table as readelf and glibc read it).
 *
 *   PT_DYNAMIC   pairs of words: tag, value; ends with DT_NULL
 *   DT_SYMTAB    svma of the symbols. How many there are is said by neither of these, but by a hash table:
 *   DT_HASH      nbucket, nchain | …            nchain is the number of symbols. Words of 4 bytes, of 8 on s390x and Alpha
 *   DT_GNU_HASH  nbuckets, symoffset, nbloom, shift: u32 | bloom[nbloom] words | buckets[nbuckets] u32 | chains u32,
 *                the last of each chain odd      the last symbol is the end of the chain that begins furthest back
 *   DT_STRTAB    svma of the names, DT_STRSZ bytes
 */

import { ByteReader } from '../bytes';
import * as elf from './constants';
import { readWord, type ElfSegment, type WordSize } from './elf-headers';

/** What is asked of a file; ElfImage has it. */
export interface LoadedFile {
  readonly name: string;
  readonly littleEndian: boolean;
  readonly wordSizeBytes: WordSize;
  readonly segments: readonly ElfSegment[];
  readFile(fileOffset: number, sizeBytes: number): Uint8Array;
}

/** The bytes of the two tables, as the sections .dynsym and .dynstr would have them. */
export interface DynamicSymbols {
  readonly symbols: Uint8Array;
  readonly strings: Uint8Array;
}

/**
 * The tables that the dynamic segment names; undefined where it names none.
 * @throws ParseError when they are not in the file
 */
export function findDynamicSymbols(file: LoadedFile): DynamicSymbols | undefined {
  const tags = readDynamicTags(file);
  const strings = loadedBytes(file, tags.get(elf.DT_STRTAB) ?? NaN);
  const symbols = loadedBytes(file, tags.get(elf.DT_SYMTAB) ?? NaN);
  if (!strings || !symbols) return undefined;
  const symbolSizeBytes = file.wordSizeBytes === 8 ? 24 : 16;
  return {
    symbols: symbols.subarray(0, countSymbols(file, tags) * symbolSizeBytes),
    strings: strings.subarray(0, tags.get(elf.DT_STRSZ) ?? 0),
  };
}

function readDynamicTags(file: LoadedFile): Map<number, number> {
  const tags = new Map<number, number>();
  const segment = file.segments.find(({ type }) => type === elf.PT_DYNAMIC);
  if (!segment) return tags;
  const { wordSizeBytes } = file;
  const bytes = file.readFile(segment.fileOffset, segment.fileSizeBytes);
  const reader = new ByteReader(bytes, file.littleEndian, `${file.name}, dynamic segment`);
  while (reader.remaining >= 2 * wordSizeBytes) {
    const tag = readWord(reader, wordSizeBytes);
    if (tag === elf.DT_NULL) break;
    tags.set(tag, readWord(reader, wordSizeBytes));
  }
  return tags;
}

/** What the file holds from an svma to the end of its segment; undefined where no segment holds it. */
function loadedBytes(file: LoadedFile, svma: number): Uint8Array | undefined {
  for (const segment of file.segments) {
    const delta = svma - segment.svma;
    if (segment.type !== elf.PT_LOAD || !(delta >= 0 && delta < segment.fileSizeBytes)) continue;
    return file.readFile(segment.fileOffset + delta, segment.fileSizeBytes - delta);
  }
  return undefined;
}

function countSymbols(file: LoadedFile, tags: ReadonlyMap<number, number>): number {
  const reader = (tag: number): ByteReader | undefined => {
    const bytes = loadedBytes(file, tags.get(tag) ?? NaN);
    return (
      bytes && new ByteReader(bytes, file.littleEndian, `${file.name}, hash table of the dynamic segment`)
    );
  };
  const plain = reader(elf.DT_HASH);
  if (plain) return countByHash(plain);
  const gnu = reader(elf.DT_GNU_HASH);
  if (gnu) return countByGnuHash(gnu, file.wordSizeBytes);
  // Without a hash table nothing says where they end: linkers put the names after them.
  const distance = (tags.get(elf.DT_STRTAB) ?? NaN) - (tags.get(elf.DT_SYMTAB) ?? NaN);
  return distance > 0 ? Math.floor(distance / (file.wordSizeBytes === 8 ? 24 : 16)) : 0;
}

function countByHash(reader: ByteReader): number {
  const [buckets, chains] = [reader.readU32(), reader.readU32()];
  // Neither number is ever 0: that is the high half of a word of 8 bytes.
  if (buckets !== 0 && chains !== 0) return chains;
  reader.seek(8);
  return reader.readAddress();
}

function countByGnuHash(reader: ByteReader, wordSizeBytes: WordSize): number {
  const bucketCount = reader.readU32();
  const firstHashed = reader.readU32();
  const bloomWords = reader.readU32();
  reader.skip(4 + bloomWords * wordSizeBytes);
  const chains = reader.position + 4 * bucketCount;
  let last = 0;
  for (let i = 0; i < bucketCount; i++) last = Math.max(last, reader.readU32());
  if (last < firstHashed) return firstHashed;
  reader.seek(chains + 4 * (last - firstHashed));
  while ((reader.readU32() & 1) === 0) last++;
  return last + 1;
}
