/**
 * Damage planted in the SFrame sections of real programs (the committed ones, made by gcc 16 and binutils 2.47): every
 * bit that means something is flipped, one at a time, and each must be found.
 *
 * Which bits mean nothing is worked out here from the specification, without the parser.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ElfImage, MemoryByteSource } from '../parser';
import { repositoryFolder } from '../test-data/test-support/places';
import { verdictOf } from './verdict';
import { verifyImage } from './verification';

const programs = join(repositoryFolder, 'test-data/recordings/root/w/bin');

const HEADER_SIZE_BYTES = 28;
const SORTED_FLAG = 0x01;
const FDE_TYPE_FLEXIBLE = 0x01;
const PAUTH_KEY = 0x20;
const SIGNED_RA = 0x80;
const BASE_REGISTER = 0x01;
const WORD_SIZE = 0x60;

/** A mask of bits without a meaning on x86-64, by offset in a section of version 3. */
function bitsWithoutMeaning(section: Uint8Array): Map<number, number> {
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  // Without the flag the FDEs may still be sorted.
  const masks = new Map([[3, SORTED_FLAG]]);
  const fdeCount = view.getUint32(8, true);
  const dataStart = HEADER_SIZE_BYTES + view.getUint32(24, true);
  for (let fde = 0; fde < fdeCount; fde++) {
    let at = dataStart + view.getUint32(HEADER_SIZE_BYTES + fde * 16 + 12, true);
    const freCount = view.getUint16(at, true);
    const info = section[at + 2];
    const isFlexible = (section[at + 3] & FDE_TYPE_FLEXIBLE) !== 0;
    const startSizeBytes = 1 << (info & 0xf);
    // Nothing is signed here, and no function is a repeated block. Without FREs, the size of their starts is idle too.
    masks.set(at + 2, PAUTH_KEY | (freCount === 0 ? 0x03 : 0));
    masks.set(at + 4, 0xff);
    const typeAt = at + 3;
    let hasWords = freCount === 0;
    at += 5;
    for (let fre = 0; fre < freCount; fre++) {
      const freInfo = section[at + startSizeBytes];
      const wordCount = (freInfo >> 1) & 0xf;
      hasWords ||= wordCount > 0;
      let idle = SIGNED_RA;
      if (isFlexible || wordCount === 0) idle |= BASE_REGISTER;
      if (wordCount === 0) idle |= WORD_SIZE;
      masks.set(at + startSizeBytes, idle);
      at += startSizeBytes + 1 + (wordCount << ((freInfo >> 5) & 3));
    }
    // Rows without words say the same in FDEs of both types.
    if (!hasWords) masks.set(typeAt, FDE_TYPE_FLEXIBLE);
  }
  return masks;
}

/** What a verification found, as text. */
function summary(file: Uint8Array): string {
  const { structure, differences } = verifyImage(ElfImage.parse(new MemoryByteSource('planted', file)));
  return JSON.stringify([structure.map(({ code }) => code), [...differences.totals]]);
}

test.each(['blur-image-nofp', 'own-signals-fp'])(
  'every bit of the section of %s',
  (name) => {
    const file = readFileSync(join(programs, name));
    const place = ElfImage.parse(new MemoryByteSource(name, file)).findSection('.sframe')!;
    const section = file.subarray(place.fileOffset, place.fileOffset + place.sizeBytes);
    const idle = bitsWithoutMeaning(section);
    const undamaged = summary(file);
    const missed: string[] = [];
    for (let offset = 0; offset < section.length; offset++) {
      for (let bit = 0; bit < 8; bit++) {
        section[offset] ^= 1 << bit;
        const isFound = summary(file) !== undamaged;
        section[offset] ^= 1 << bit;
        const isIdle = ((idle.get(offset) ?? 0) & (1 << bit)) !== 0;
        if (isFound || isIdle) continue;
        missed.push(`0x${offset.toString(16)}, bit ${bit}`);
      }
    }
    expect(missed).toEqual([]);
  },
  60_000,
);

test.each(['blur-image-fp', 'blur-image-nofp', 'shapes-fp', 'shapes-nofp'])(
  'undamaged, %s agrees',
  (name) => {
    const file = readFileSync(join(programs, name));
    const verification = verifyImage(ElfImage.parse(new MemoryByteSource(name, file)));
    expect(verdictOf(verification)).toBe('agrees');
    expect(verification.uncoveredFdes).toBe(0);
  },
);

test('each row of a real program, its CFA moved by 8: found for the whole row and nowhere else', () => {
  const file = readFileSync(join(programs, 'blur-image-nofp'));
  const stored = readFileSync(
    join(repositoryFolder, 'test-data/sframe/blur-image-nofp.readelf-2.47.txt'),
    'utf8',
  );
  const place = ElfImage.parse(new MemoryByteSource('x', file)).findSection('.sframe')!;
  const section = file.subarray(place.fileOffset, place.fileOffset + place.sizeBytes);
  const rows = rowsOfReadelf(stored);
  let checked = 0;
  for (const { fde, fre, start, end, cfa } of rows) {
    const word = cfaWordOffset(section, fde, fre);
    if (!/^sp\+/.test(cfa) || word < 0) continue;
    section[word] += 8;
    const { differences } = verifyImage(ElfImage.parse(new MemoryByteSource('x', file)));
    section[word] -= 8;
    const found = differences.functions.flatMap(({ kinds }) => kinds);
    expect(found.map(({ kind, bytes }) => ({ kind, bytes }))).toEqual([
      { kind: 'wrong-cfa', bytes: end - start },
    ]);
    expect(found[0].ranges[0].startSvma).toBe(start);
    checked++;
  }
  expect(checked).toBeGreaterThan(35);
});

interface ReadelfRow {
  readonly fde: number;
  readonly fre: number;
  readonly start: number;
  readonly end: number;
  readonly cfa: string;
}

/** The rows that readelf prints, each with the end that the next one or its function gives it. */
function rowsOfReadelf(text: string): ReadelfRow[] {
  return text
    .split('func idx')
    .slice(1)
    .flatMap((block, fde) => {
      const [, pc, size] = /pc = 0x(\w+), size = (\d+)/.exec(block)!;
      const lines = [...block.matchAll(/^ {4}([0-9a-f]{16}) {2}(\S+)/gm)];
      const starts = lines.map(([, start]) => parseInt(start, 16));
      return lines.map(([, , cfa], fre) => ({
        fde,
        fre,
        cfa,
        start: starts[fre],
        end: starts[fre + 1] ?? parseInt(pc, 16) + Number(size),
      }));
    });
}

/** Where the low byte of an FRE's CFA offset lies in the section; -1 in flexible FDEs. */
function cfaWordOffset(section: Uint8Array, fde: number, fre: number): number {
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  const dataStart = HEADER_SIZE_BYTES + view.getUint32(24, true);
  let at = dataStart + view.getUint32(HEADER_SIZE_BYTES + fde * 16 + 12, true);
  if ((section[at + 3] & FDE_TYPE_FLEXIBLE) !== 0) return -1;
  const startSizeBytes = 1 << (section[at + 2] & 0xf);
  at += 5;
  for (let i = 0; i < fre; i++) {
    const info = section[at + startSizeBytes];
    at += startSizeBytes + 1 + (((info >> 1) & 0xf) << ((info >> 5) & 3));
  }
  return at + startSizeBytes + 1;
}
