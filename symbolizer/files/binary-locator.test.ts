import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { testWhere } from '../../test-data/test-support/left-out';
import { MemoryByteSource, type OpenFailure } from '../../parser';
import { FileByteSource } from '../../parser/io/file-byte-source';
import { NodeFileSystem } from '../../parser/io/node-file-system';
import { BinaryLocator } from './binary-locator';
import { formatBuildId } from './build-id';
import { DebugFileChecksums } from './debug-link';
import type { SearchPlaces } from './search-places';
import {
  buildElf,
  buildIdSection,
  symbolSections,
  textSection,
  type BuiltSection,
} from '../test-support/elf-builder';
import { FakeFiles } from '../test-support/fake-files';
import { findRecordings, noRecordings } from '../test-support/perf-oracle';

const ID = Uint8Array.from({ length: 20 }, (_, i) => 0xa0 + i);
const OTHER_ID = Uint8Array.from({ length: 20 }, (_, i) => i);
const DIGITS = formatBuildId(ID);
const BY_ID = `.build-id/${DIGITS.slice(0, 2)}/${DIGITS.slice(2)}`;

function stripped(buildId?: Uint8Array, extra: readonly BuiltSection[] = []): Uint8Array {
  return buildElf([textSection(0x1000, 64), ...(buildId ? [buildIdSection(buildId)] : []), ...extra]);
}

function debugFile(buildId?: Uint8Array): Uint8Array {
  const sections: BuiltSection[] = [
    { name: '.text', type: 8, flags: 6, svma: 0x1000, sizeBytes: 64 },
    ...(buildId ? [buildIdSection(buildId)] : []),
  ];
  return buildElf([...sections, ...symbolSections([{ name: 'main', value: 0x1000 }], sections)]);
}

function debugLink(fileName: string, checksum: number): BuiltSection {
  const bytes = Buffer.alloc(((fileName.length + 4) & ~3) + 4);
  bytes.write(fileName);
  bytes.writeUInt32LE(checksum, bytes.length - 4);
  return { name: '.gnu_debuglink', type: 1, bytes };
}

function locate(
  contents: Readonly<Record<string, Uint8Array | OpenFailure>>,
  places: SearchPlaces = {},
  name = '/usr/bin/a',
  buildId: Uint8Array | undefined = ID,
) {
  const files = new FakeFiles(contents);
  const found = new BinaryLocator(files, places).locate(name, buildId);
  return { ...found, asked: files.asked, openCount: files.openCount };
}

describe('the image', () => {
  test('is the file at its path', () => {
    const found = locate({ '/usr/bin/a': stripped(ID) });
    expect(found.imagePath).toBe('/usr/bin/a');
    expect(found.problem).toBeUndefined();
    expect(found.openCount).toBe(1);
  });

  test('is looked for inside symfs and nowhere else', () => {
    const files = { '/usr/bin/a': stripped(ID), '/s/usr/bin/a': stripped(ID), '/flat/a': stripped(ID) };
    expect(locate(files, { symfs: '/s' }).imagePath).toBe('/s/usr/bin/a');
    expect(locate(files, { symfs: '/flat/', isSymfsFlat: true }).imagePath).toBe('/flat/a');
    expect(locate(files, { symfs: '/empty' }).problem?.code).toBe('missing');
  });

  test('of another build is refused, closed, and both build ids are reported', () => {
    const found = locate({ '/usr/bin/a': stripped(OTHER_ID) });
    expect(found.image).toBeUndefined();
    expect(found.openCount).toBe(0);
    expect(found.problem).toEqual({
      code: 'build-id-mismatch',
      path: '/usr/bin/a',
      text: `/usr/bin/a has build id ${formatBuildId(OTHER_ID)}, ${DIGITS} was recorded`,
      expectedBuildId: DIGITS,
      foundBuildId: formatBuildId(OTHER_ID),
    });
  });

  test.each<[string, Uint8Array | OpenFailure, string]>([
    ['without a build id', stripped(), 'no-build-id'],
    ['that is a script', new TextEncoder().encode('#!/bin/sh\n'), 'not-elf'],
    ['that is an ELF header and no more', stripped(ID).slice(0, 64), 'not-elf'],
    ['that may not be read', 'no-permission', 'no-permission'],
    ['that is not there', 'missing', 'missing'],
  ])('%s is refused with its reason', (_name, content, code) => {
    expect(locate({ '/usr/bin/a': content }).problem?.code).toBe(code);
  });

  test('is taken from the caches when the file was replaced since', () => {
    const places = { buildIdCache: '/home/u/.debug', debuginfodCache: '/home/u/.cache/debuginfod_client' };
    const replaced = { '/usr/bin/a': stripped(OTHER_ID) };
    const cached = `/home/u/.debug/${BY_ID}/elf`;
    const fetched = `/home/u/.cache/debuginfod_client/${DIGITS}/executable`;
    const fromCache = locate({ ...replaced, [cached]: stripped(ID) }, places);
    expect(fromCache.imagePath).toBe(cached);
    expect(fromCache.problem).toBeUndefined();
    expect(fromCache.refused.map(({ code }) => code)).toEqual(['build-id-mismatch']);
    expect(locate({ ...replaced, [fetched]: stripped(ID) }, places).imagePath).toBe(fetched);
  });

  test('of a deleted file is used only if its build id says it is the same', () => {
    const name = '/usr/bin/a (deleted)';
    const files = { '/usr/bin/a': stripped(ID) };
    expect(locate(files, {}, name).imagePath).toBe('/usr/bin/a');
    const withoutId = new BinaryLocator(new FakeFiles(files)).locate(name);
    expect(withoutId.image).toBeUndefined();
    expect(withoutId.kind).toBe('deleted');
    expect(withoutId.problem?.code).toBe('missing');
  });

  test.each(['//anon', '[heap]', '[stack]', '/SYSV00000000 (deleted)', '[vsyscall]'])(
    'of %s is not looked for',
    (name) => {
      const found = locate({}, {}, name);
      expect(found.problem?.code).toBe('no-file');
      expect(found.asked).toEqual([]);
    },
  );

  test('is looked for once', () => {
    const files = new FakeFiles({ '/usr/bin/a': stripped(ID) });
    const locator = new BinaryLocator(files);
    expect(locator.locate('/usr/bin/a', ID)).toBe(locator.locate('/usr/bin/a', ID));
    expect(files.asked.filter((path) => path === '/usr/bin/a')).toHaveLength(1);
  });
});

describe('the debug file', () => {
  const image = { '/usr/lib/a.so': stripped(ID) };
  const name = '/usr/lib/a.so';

  test.each([
    [`/usr/lib/debug/${BY_ID}.debug`],
    ['/usr/lib/debug/usr/lib/a.so.debug'],
    ['/usr/lib/debug/usr/lib/a.so'],
    ['/usr/lib/debug/lib/a.so'],
    ['/usr/lib/.debug/a.so'],
    [`/cache/${BY_ID}/debug`],
    [`/cache/${BY_ID}/elf`],
    [`/cache/${BY_ID}`],
    [`/fetched/${DIGITS}/debuginfo`],
    [`/more/${BY_ID}.debug`],
  ])('is found at %s', (path) => {
    const places = { buildIdCache: '/cache', debuginfodCache: '/fetched', debugDirs: ['/more'] };
    const found = locate({ ...image, [path]: debugFile(ID) }, places, name);
    expect(found.debugPath).toBe(path);
    expect(found.imagePath).toBe(name);
  });

  test('is found inside symfs', () => {
    const path = `/s/usr/lib/debug/${BY_ID}.debug`;
    const files = { '/s/usr/lib/a.so': stripped(ID), [path]: debugFile(ID) };
    expect(locate(files, { symfs: '/s' }, name).debugPath).toBe(path);
  });

  test('gives names even where the image is gone', () => {
    const path = `/usr/lib/debug/${BY_ID}.debug`;
    const found = locate({ [path]: debugFile(ID) }, {}, name);
    expect(found.image).toBeUndefined();
    expect(found.debugPath).toBe(path);
  });

  test('of another build is refused', () => {
    const path = '/usr/lib/debug/usr/lib/a.so.debug';
    const found = locate({ ...image, [path]: debugFile(OTHER_ID) }, {}, name);
    expect(found.debugImage).toBeUndefined();
    expect(found.problem).toBeUndefined();
    expect(found.refused.map((refused) => [refused.code, refused.path])).toEqual([
      ['build-id-mismatch', path],
    ]);
  });

  test('is not taken for the image', () => {
    const found = locate({ [name]: debugFile(ID) }, {}, name);
    expect(found.image).toBeUndefined();
  });

  test.each(['/usr/lib/a.debug', '/usr/lib/.debug/a.debug', '/usr/lib/debug/usr/lib/a.debug'])(
    'is found at %s by .gnu_debuglink, whose checksum decides where there are no build ids',
    (path) => {
      const debug = debugFile();
      const right = stripped(undefined, [debugLink('a.debug', crc32(debug))]);
      const wrong = stripped(undefined, [debugLink('a.debug', crc32(debug) ^ 1)]);
      const locateWith = (bytes: Uint8Array) =>
        new BinaryLocator(new FakeFiles({ [name]: bytes, [path]: debug })).locate(name);
      expect(locateWith(right).debugPath).toBe(path);
      const refused = locateWith(wrong);
      expect(refused.debugPath).toBeUndefined();
      expect(refused.refused.map(({ code }) => code)).toEqual(['checksum-mismatch']);
    },
  );
});

describe('the vDSO', () => {
  test('is what the user names, then that of symfs, the cache, the running kernel', () => {
    const vdso = stripped(ID);
    const cached = `/cache/${BY_ID}/vdso`;
    const contents: Record<string, Uint8Array> = { '/my/vdso': vdso, '/s/[vdso]': vdso, [cached]: vdso };
    const places = { vdso: '/my/vdso', symfs: '/s', buildIdCache: '/cache' };
    const find = (chosen: SearchPlaces, files = contents) =>
      new BinaryLocator(new FakeFiles(files, vdso), chosen).locate('[vdso]', ID).imagePath;
    expect(find(places)).toBe('/my/vdso');
    expect(find({ symfs: '/s', buildIdCache: '/cache' })).toBe('/s/[vdso]');
    expect(find({ buildIdCache: '/cache' })).toBe(cached);
    expect(find({}, {})).toBe('[vdso] of the running kernel');
  });

  test('of the running kernel is used only if the build id says so, or the recording is of that kernel', () => {
    const files = new FakeFiles({}, stripped(OTHER_ID));
    const locator = new BinaryLocator(files);
    expect(locator.locate('[vdso]', ID).problem?.code).toBe('build-id-mismatch');
    expect(locator.locate('[vdso]').problem?.code).toBe('missing');
    const ofThisKernel = new BinaryLocator(files, {}, () => true);
    expect(ofThisKernel.locate('[vdso]').imagePath).toBe('[vdso] of the running kernel');
    expect(ofThisKernel.locate('[vdso]', ID).problem?.code).toBe('build-id-mismatch');
  });
});

test('the checksum is that of zlib', () => {
  const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) >> 3);
  expect(new DebugFileChecksums().compute(new MemoryByteSource('x', bytes))).toBe(crc32(bytes));
});

test('a debug file of more than 512 MiB is not read for its checksum', () => {
  const folder = mkdtempSync(join(tmpdir(), 'checksum-'));
  try {
    const path = join(folder, 'huge.debug');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 29 + 1);
    const file = FileByteSource.open(path);
    const before = process.cpuUsage().user;
    expect(new DebugFileChecksums().compute(file)).toContain('is too large');
    expect(process.cpuUsage().user - before).toBeLessThan(100_000);
    file.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('debug files are read for checksums up to a limit for all binaries of a recording, and those beyond are named', () => {
  const debug = debugFile();
  const image = stripped(undefined, [debugLink('x.debug', crc32(debug))]);
  const folders = ['/a', '/b', '/c'];
  const contents = folders.flatMap((folder) => [
    [`${folder}/x`, image],
    [`${folder}/x.debug`, debug],
  ]);
  const files = new FakeFiles(Object.fromEntries(contents) as Record<string, Uint8Array>);
  const checksums = new DebugFileChecksums(2 * debug.length + 1);
  // Locators of two roots: what is left is that of the recording.
  const locators = [0, 1].map(() => new BinaryLocator(files, {}, () => false, checksums));
  const found = folders.map((folder, i) => locators[i % 2].locate(`${folder}/x`));
  expect(found.map(({ debugPath }) => debugPath)).toEqual(['/a/x.debug', '/b/x.debug', undefined]);
  expect(found[2].image).toBeDefined();
  expect(found[2].refused.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^\/c\/x\.debug is not checked for being the debug file of the image/),
  ]);
});

const recordings = findRecordings();

testWhere(recordings !== undefined, 'finds libc and its debug file in a real symfs', noRecordings, () => {
  const symfs = `${recordings}/x86_64-defer/root`;
  const libc = '/usr/lib/x86_64-linux-gnu/libc.so.6';
  const buildId = 'a226e0f150be89099d375c6b865b1dba794648ae';
  const found = new BinaryLocator(new NodeFileSystem(), { symfs }).locate(libc, Buffer.from(buildId, 'hex'));
  expect(found.imagePath).toBe(symfs + libc);
  expect(found.debugPath).toBe(
    `${symfs}/usr/lib/debug/.build-id/a2/26e0f150be89099d375c6b865b1dba794648ae.debug`,
  );
  expect(found.refused).toEqual([]);
});

testWhere(process.platform === 'linux', 'reads the vDSO of the running kernel', 'not Linux', () => {
  const vdso = new NodeFileSystem().readRunningVdso();
  expect([...vdso!.subarray(0, 4)]).toEqual([0x7f, 0x45, 0x4c, 0x46]);
});
