/** The frame that AArch64 chains of frame pointers miss. What perf 7.2 does was seen on recordings cut to such chains. */

import { ElfImage, formatHalves, MemoryByteSource, PERF_CONTEXT_USER, Sample } from '../../parser';
import { AddressSpace } from '../process/address-space';
import { aarch64 } from '../arch/aarch64/architecture';
import { Callchain } from './callchain';
import { FrameTable } from './frame-table';
import { LeafCallers } from './leaf-caller';
import { libdw } from '../policy/libdw';
import { correct } from '../policy/policy';
import { MappingTable } from '../process/module';
import { SampleRegisters } from '../sample/sample-registers';
import { SourceRegistry } from '../tables/source-order';
import { codeSegment, sframeProgram } from '../test-support/sframe-program';
import { buildTinyElf } from '../test-support/tiny-elf';

const PROGRAM = 0x400000;
const UNCOVERED = 0x600000;
const ABI = 2;
const LEAF = 0x401000;
const FRAME = 0x401100;

const fde = (start: number, words: number[]) => ({
  start: start - PROGRAM,
  sizeBytes: 0x100,
  fres: [{ start: 0, words }],
});

function chainOf(
  entries: readonly number[],
  linkRegister: number | bigint,
  { policy = correct, hasUserMarker = true } = {},
): string[] {
  const segments = new Map([
    ['program', sframeProgram(ABI, [fde(LEAF, [0]), fde(FRAME, [16, -8])])],
    ['uncovered', [codeSegment()]],
  ]);
  const table = new MappingTable(({ path }) => {
    const found = segments.get(path);
    const bytes = found && buildTinyElf({ machine: aarch64.elfMachine, littleEndian: true, segments: found });
    return { image: bytes && ElfImage.parse(new MemoryByteSource(path, bytes)), debugImage: undefined };
  });
  const space = new AddressSpace();
  const starts: [number, string][] = [
    [PROGRAM, 'program'],
    [UNCOVERED, 'uncovered'],
    [0x800000, 'missing'],
  ];
  for (const [startAvma, path] of starts) {
    const mapping = table.internMapping(table.internModule(path, undefined, false), startAvma);
    space.insert({ startAvma, endAvma: startAvma + 0x100000, mapping });
  }
  const words = [linkRegister, ...(hasUserMarker ? [PERF_CONTEXT_USER] : []), ...entries];
  const sample = new Sample();
  sample.view = new DataView(
    BigUint64Array.from(words.map((word) => BigInt.asUintN(64, BigInt(word)))).buffer,
  );
  sample.userRegsOffset = 0;
  sample.callchainOffset = 8;
  sample.callchainCount = words.length - 1;
  const frameTable = new FrameTable();
  const sources = new SourceRegistry(aarch64, () => undefined);
  const registers = new SampleRegisters(aarch64, 1n << 30n);
  const leafCallers = new LeafCallers(aarch64, registers, sources, frameTable, { method: 'auto', policy });
  const chain = new Callchain(frameTable, new AddressSpace(), 127);
  chain.appendRecorded(sample, space, sample.callchainCount, leafCallers);
  return Array.from(chain.frames.subarray(0, chain.count), (frame) =>
    formatHalves(frameTable.addressLow[frame], frameTable.addressHigh[frame]),
  );
}

test('is the link register, minus 1, where the leaf’s row says that the return address is in it', () => {
  expect(chainOf([LEAF + 4, FRAME + 0x80], FRAME + 0x10)).toEqual(['401004', '40110f', '401180']);
});

test('is not missing where the row says that the return address is on the stack', () => {
  expect(chainOf([FRAME + 4, FRAME + 0x80], FRAME + 0x10)).toEqual(['401104', '401180']);
});

test('loses the signature of its address', () => {
  const signed = BigInt(FRAME + 0x10) | 0x0055_0000_0000_0000n;
  expect(chainOf([LEAF + 4, FRAME + 0x80], signed)[1]).toBe('40110f');
  expect(chainOf([LEAF + 4, FRAME + 0x80], signed, { policy: libdw })[1]).toBe('5500000040110f');
});

test('is not added where the chain has it already; perf adds it', () => {
  const entries = [LEAF + 4, FRAME + 0x10];
  expect(chainOf(entries, FRAME + 0x10)).toEqual(['401004', '401110']);
  expect(chainOf(entries, FRAME + 0x10, { policy: libdw })).toEqual(['401004', '40110f', '401110']);
});

test('in code without a table, is taken if the register leads to code with one, or to another binary', () => {
  const ip = UNCOVERED + 0x1004;
  expect(chainOf([ip, FRAME + 0x80], FRAME + 0x10)).toEqual(['601004', '40110f', '401180']);
  expect(chainOf([ip, FRAME + 0x80], UNCOVERED + 0x1010)).toEqual(['601004', '401180']);
  expect(chainOf([ip, FRAME + 0x80], UNCOVERED + 0x1010, { policy: libdw })).toEqual([
    '601004',
    '60100f',
    '401180',
  ]);
});

test('is not known for a binary that is missing, a register of 0, a chain of one entry or without a marker', () => {
  expect(chainOf([0x801004, FRAME + 0x80], FRAME + 0x10)).toEqual(['801004', '401180']);
  expect(chainOf([LEAF + 4, FRAME + 0x80], 0)).toEqual(['401004', '401180']);
  expect(chainOf([LEAF + 4], FRAME + 0x10)).toEqual(['401004']);
  expect(chainOf([LEAF + 4, FRAME + 0x80], FRAME + 0x10, { hasUserMarker: false })).toEqual([
    '401004',
    '401180',
  ]);
});
