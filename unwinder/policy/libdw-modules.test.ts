import { ElfImage, elf, machines, MemoryByteSource } from '../../parser';
import { AddressSpace, type MappedRange } from '../process/address-space';
import { LibdwModules } from './libdw-modules';
import { MappingTable } from '../process/module';
import { buildTinyElf } from '../test-support/tiny-elf';

const START = 0x1000;
const SIZE = 0x3000;

/** A binary of one segment that lies as far in memory as in the file. */
function imageOf(type: number): ElfImage {
  const segments = [{ svma: START, bytes: new Uint8Array(SIZE) }];
  const file = buildTinyElf({ type, machine: machines.x86_64.elfMachine, littleEndian: true, segments });
  return ElfImage.parse(new MemoryByteSource('tiny', file));
}

const images: Record<string, ElfImage | undefined> = {
  '/bin/moving': imageOf(elf.ET_DYN),
  '/bin/fixed': imageOf(elf.ET_EXEC),
  '/tmp/jitted-1-2.so': imageOf(elf.ET_DYN),
};
const table = new MappingTable(({ path }) => ({ image: images[path], debugImage: undefined }));

const nothingMapped = new AddressSpace();

/** Where a binary's segment is mapped. @param delta avma - file offset */
function mapAt(path: string, delta: number): MappedRange {
  const mapping = table.internMapping(table.internModule(path, undefined, false), delta);
  return { startAvma: delta + START, endAvma: delta + START + SIZE, mapping };
}

function ask(modules: LibdwModules, range: MappedRange): boolean {
  return modules.report(range.startAvma + 0x10, range);
}

test('what lies where its file says is found, and settled once it was met', () => {
  const modules = new LibdwModules(nothingMapped);
  const library = mapAt('/bin/moving', 0x7000_0000);
  const other = mapAt('/bin/moving', 0x7100_0000);
  expect(modules.isSettled(library)).toBe(false);
  expect(ask(modules, library)).toBe(true);
  expect(modules.isSettled(library)).toBe(true);
  expect(ask(modules, other)).toBe(true);
  expect([library, other].map((range) => modules.isSettled(range))).toEqual([true, true]);
});

test('a program at fixed addresses is lost for good once it is met at another address', () => {
  const modules = new LibdwModules(nothingMapped);
  const first = mapAt('/bin/fixed', 0);
  const again = mapAt('/bin/fixed', 0x7000_0000);
  expect([ask(modules, first), ask(modules, first)]).toEqual([true, true]);
  expect(ask(modules, again)).toBe(false);
  expect([first, again, first].map((range) => ask(modules, range))).toEqual([false, false, false]);
  expect(modules.isSettled(first)).toBe(false);
  expect(ask(new LibdwModules(nothingMapped), first)).toBe(true);
});

test('segments at distances of their own overlap as whole files: the outer one is lost behind the inner', () => {
  const modules = new LibdwModules(nothingMapped);
  const headers = mapAt('/bin/moving', 0x7000_0000);
  const text = mapAt('/bin/moving', 0x7000_1000);
  expect([ask(modules, headers), ask(modules, text)]).toEqual([true, true]);
  expect(modules.isSettled(text)).toBe(false);
  // Of one file, where both are mapped: the second was added later.
  expect(modules.report(text.startAvma + 0x20, headers)).toBe(false);
});

test('files of generated code begin where they are mapped', () => {
  const modules = new LibdwModules(nothingMapped);
  const file = mapAt('/tmp/jitted-1-2.so', 0x7000_0000);
  expect([modules.isSettled(file), ask(modules, file), modules.isSettled(file)]).toEqual([false, true, true]);
  // Not where the file would have offset 0, as others do.
  expect(modules.report(0x7000_0800, file)).toBe(false);
});

test('what has no file is not found; what the kernel names in brackets is not asked for', () => {
  const modules = new LibdwModules(nothingMapped);
  expect(ask(modules, mapAt('/bin/gone', 0x6000_0000))).toBe(false);
  const vdso = mapAt('[vdso]', 0x7fff_0000);
  expect([modules.isSettled(vdso), ask(modules, vdso)]).toEqual([true, true]);
});
