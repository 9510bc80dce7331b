/**
 * Damaged files of every kind that is read here: whatever the damage, there is an answer or a ParseError, soon. A failure
 * prints the seed that made it.
 */

import { existsSync, readFileSync } from 'node:fs';
import { cpuTimeMs } from '../../test-data/test-support/cpu-time';
import { testWhere } from '../../test-data/test-support/left-out';
import { ElfImage, MemoryByteSource, ParseError } from '../../parser';
import { JitDump } from '../generated/jitdump';
import { KernelSymbols } from '../kernel/kernel-symbols';
import { PerfMap } from '../generated/perf-map';
import { SymbolLookup } from './symbol-lookup';
import { SymbolTable } from './symbol-table';
import { buildElf, symbolSections, textSection, type BuiltSection } from '../test-support/elf-builder';
import { findRecordings, noRecordings } from '../test-support/perf-oracle';
import { unpackXz } from '../xz/xz-stream';

const ROUNDS = 300;
const SLOWEST_MS = 5000;

class Random {
  constructor(private state: number) {}

  next(bound: number): number {
    this.state = (Math.imul(this.state, 1103515245) + 12345) >>> 0;
    return Math.floor((this.state / 2 ** 32) * bound);
  }
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff];

/** Flips, extremes, runs of one byte, cuts. */
function damage(bytes: Uint8Array, seed: number): Uint8Array {
  const random = new Random(seed);
  let damaged = Uint8Array.from(bytes);
  for (let i = random.next(8); i >= 0; i--) {
    const at = random.next(damaged.length);
    const kind = random.next(10);
    if (kind < 4) damaged[at] ^= 1 << random.next(8);
    else if (kind < 7) damaged[at] = EXTREMES[random.next(EXTREMES.length)];
    else if (kind < 9) damaged.fill(EXTREMES[random.next(EXTREMES.length)], at, at + 1 + random.next(16));
    else damaged = damaged.slice(0, at + 1);
  }
  return damaged;
}

function useTable(bytes: Uint8Array): void {
  const open = () => ElfImage.parse(new MemoryByteSource('x', bytes));
  const lookup = SymbolLookup.fromImages(open(), undefined);
  const table = SymbolTable.fromImages(open(), undefined);
  for (let i = 0; i < table.count; i++) {
    table.name(i);
    table.find(table.start(i));
    const place = table.startFileOffset(i);
    const index = table.findByFileOffset(place);
    const found = lookup.findByFileOffset(place);
    if (found?.name !== (index < 0 ? undefined : table.name(index)))
      throw new Error(`the look-up of ${place} finds ${found?.name}`);
  }
}

function smallElf(): Uint8Array {
  const rela = new Uint8Array(24 * 4);
  const sections: BuiltSection[] = [
    textSection(0x1000, 64),
    { name: '.plt', type: 1, flags: 6, svma: 0x2000, bytes: new Uint8Array(80), entrySizeBytes: 16 },
    { name: '.plt.got', type: 1, flags: 6, svma: 0x2050, bytes: new Uint8Array(32), entrySizeBytes: 8 },
    { name: '.rela.plt', type: 4, flags: 2, bytes: rela, link: '.dynsym', entrySizeBytes: 24 },
    { name: '.rela.dyn', type: 4, flags: 2, bytes: rela, link: '.dynsym', entrySizeBytes: 24 },
  ];
  const symbols = [
    { name: 'main', value: 0x1000, sizeBytes: 16 },
    { name: '_Z4mainv', value: 0x1000, sizeBytes: 16 },
    { name: 'label', value: 0x1008, type: 0 },
  ];
  const dynamic = symbolSections([{ name: 'puts', value: 0, section: 0 }], sections, { dynamic: true });
  const all = [...sections, ...dynamic, ...symbolSections(symbols, sections)];
  return buildElf(all);
}

function jitdump(): Uint8Array {
  const bytes = Buffer.alloc(40 + 16 + 40 + 2 + 8 + 16 + 48);
  [0x4a695444, 1, 40, 62, 0, 5].forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  bytes.writeUInt32LE(16 + 40 + 2 + 8, 44);
  bytes.writeBigUInt64LE(0x1000n, 40 + 16 + 16);
  bytes.writeBigUInt64LE(8n, 40 + 16 + 24);
  bytes.write('f\0', 40 + 16 + 40);
  bytes.writeUInt32LE(1, 106);
  bytes.writeUInt32LE(64, 110);
  return bytes;
}

const encode = (text: string) => new TextEncoder().encode(text);
const program = `${findRecordings()}/x86_64-defer/root/q/bin/wa.fp`;
/** "a function, " thirty times, as xz packs it. */
const packed = Uint8Array.from(
  Buffer.from(
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AFnABVdADCICMeT5zEl2XQ8jJ7H5ATqL8gAAAAAAACsvawUDBbMBwABMegCAAAAQETevrHEZ/sCAAAAAARZWg==',
    'base64',
  ),
);

const subjects: [string, Uint8Array, (bytes: Uint8Array) => void][] = [
  ['a small ELF file', smallElf(), useTable],
  [
    'kallsyms',
    encode('ffffffff81000000 T _text\nffffffff81000010 t f\t[m]\n00000000000a0 d x\n'.repeat(4)),
    (bytes) => {
      const symbols = KernelSymbols.fromKallsyms(bytes);
      if (typeof symbols !== 'string') symbols.name(Math.max(0, symbols.find(-0x7f00_0000)));
    },
  ],
  [
    'a perf map',
    encode('1000 10 first\n1008 20 second\n0x2000 1 third\n'.repeat(3)),
    (bytes) => {
      const map = PerfMap.parse(bytes);
      for (let i = 0; i < map.count; i++) map.name(Math.max(0, map.find(map.start(i))));
    },
  ],
  [
    'a jitdump file',
    jitdump(),
    (bytes) => {
      const dump = JitDump.parse(new MemoryByteSource('x', bytes));
      for (let i = 0; i < dump.count; i++) dump.line(Math.max(0, dump.find(dump.start(i))), dump.start(i));
    },
  ],
  ['an xz file', packed, (bytes) => void unpackXz(bytes, 'x', 1 << 24)],
];

test.each(subjects)('%s', expectSurvival);

testWhere(existsSync(program), 'a real program', noRecordings, () =>
  expectSurvival('a real program', readFileSync(program), useTable),
);

/** Uses a file in many damaged forms: each is used or refused, soon. */
function expectSurvival(name: string, bytes: Uint8Array, use: (bytes: Uint8Array) => void): void {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const start = cpuTimeMs();
    try {
      use(damage(bytes, seed));
    } catch (error) {
      if (!(error instanceof ParseError)) throw new Error(`${name}, seed ${seed}`, { cause: error });
    }
    const tookMs = cpuTimeMs() - start;
    if (tookMs > SLOWEST_MS) throw new Error(`${name}, seed ${seed} took ${tookMs} ms`);
  }
}
