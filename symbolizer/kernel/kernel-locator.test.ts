import { gzipSync } from 'node:zlib';
import { formatBuildId } from '../files/build-id';
import { locateKernelSymbols, type KernelRequest } from './kernel-locator';
import type { SearchPlaces } from '../files/search-places';
import { buildElf, buildIdSection, symbolSections, textSection } from '../test-support/elf-builder';
import { FakeFiles } from '../test-support/fake-files';

const ID = Uint8Array.from({ length: 20 }, (_, i) => 0xb0 + i);
const OTHER_ID = Uint8Array.from({ length: 20 }, (_, i) => i);
const DIGITS = formatBuildId(ID);
const KERNEL = -0x4d80_0000;
const reference = { name: '_text', avma: KERNEL };
const encode = (text: string) => new TextEncoder().encode(text);
const kallsyms = encode('ffffffffb2800000 T _text\nffffffffb2800100 T from_kallsyms\n');
const restricted = encode('0000000000000000 T _text\n0000000000000000 T from_kallsyms\n');
const notes = buildIdSection(ID).bytes!;
const otherNotes = buildIdSection(OTHER_ID).bytes!;

function vmlinux(buildId: Uint8Array): Uint8Array {
  const sections = [textSection(0x1000, 0x200), buildIdSection(buildId)];
  const symbols = symbolSections(
    [
      { name: '_text', value: 0x1000, sizeBytes: 4 },
      { name: 'from_vmlinux', value: 0x1100, sizeBytes: 16 },
    ],
    sections,
  );
  return buildElf([...sections, ...symbols]);
}

function locate(
  contents: ConstructorParameters<typeof FakeFiles>[0],
  request: KernelRequest = {},
  places: SearchPlaces = {},
) {
  const files = new FakeFiles(contents);
  const located = locateKernelSymbols(files, places, { buildId: ID, reference, ...request });
  expect(files.openCount).toBe(0);
  const index = located.symbols?.find(KERNEL + 0x104) ?? -1;
  return {
    path: located.path,
    name: index < 0 ? undefined : located.symbols!.name(index),
    codes: located.refused.map(({ code }) => code),
  };
}

const running = { '/proc/kallsyms': kallsyms, '/sys/kernel/notes': notes };

test.each(['/k', '/k.gz'])('a kallsyms file that is named is taken, packed or not: %s', (path) => {
  const contents = { '/k': kallsyms, '/k.gz': gzipSync(kallsyms), '/boot/vmlinux': vmlinux(ID) };
  expect(locate(contents, { kallsyms: path })).toEqual({ path, name: 'from_kallsyms', codes: [] });
});

test('what is named and cannot be used is not replaced by something else', () => {
  expect(locate(running, { kallsyms: '/k' })).toMatchObject({ name: undefined, codes: ['missing'] });
  expect(locate({ ...running, '/k': restricted }, { kallsyms: '/k' }).codes).toEqual(['restricted']);
  const damaged = gzipSync(kallsyms).subarray(0, 30);
  expect(locate({ ...running, '/k': damaged }, { kallsyms: '/k' }).codes).toEqual(['unreadable']);
  const other = { ...running, '/v': vmlinux(OTHER_ID) };
  expect(locate(other, { vmlinux: '/v' })).toMatchObject({ name: undefined, codes: ['build-id-mismatch'] });
});

test.each([
  '/boot/vmlinux',
  '/boot/vmlinux-7.2',
  '/usr/lib/debug/boot/vmlinux-7.2',
  '/lib/modules/7.2/build/vmlinux',
  '/usr/lib/debug/lib/modules/7.2/vmlinux',
  `/cache/.build-id/${DIGITS.slice(0, 2)}/${DIGITS.slice(2)}/elf`,
])('a vmlinux of the right build comes before kallsyms: %s', (path) => {
  const found = locate({ ...running, [path]: vmlinux(ID) }, { release: '7.2' }, { buildIdCache: '/cache' });
  expect(found).toEqual({ path, name: 'from_vmlinux', codes: [] });
});

test('the running kernel counts if it is the recorded one', () => {
  expect(locate(running).path).toBe('/proc/kallsyms');
  expect(locate({ ...running, '/sys/kernel/notes': otherNotes }).name).toBeUndefined();
  expect(locate(running, {}, { symfs: '/s' }).name).toBeUndefined();
  expect(locate(running, { buildId: undefined }).name).toBeUndefined();
  const another = { ...running, '/boot/vmlinux': vmlinux(OTHER_ID) };
  expect(locate(another)).toMatchObject({ path: '/proc/kallsyms', codes: ['build-id-mismatch'] });
});

test.each([
  `/cache/[kernel.kallsyms]/${DIGITS}/kallsyms`,
  `/cache/[kernel.kallsyms]/${DIGITS}`,
  `/cache/.build-id/${DIGITS.slice(0, 2)}/${DIGITS.slice(2)}/kallsyms`,
])('of another machine kallsyms may be in the build-id cache: %s', (path) => {
  const found = locate({ [path]: kallsyms, '/sys/kernel/notes': otherNotes }, {}, { buildIdCache: '/cache' });
  expect(found).toMatchObject({ path, name: 'from_kallsyms' });
});
