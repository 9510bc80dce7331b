import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeFileSystem } from '../../parser/io/node-file-system';
import { BinaryLocator, type LocatedBinary } from './binary-locator';
import { debugFileResolver } from './debug-file-resolver';
import { buildElf, buildIdSection, textSection } from '../test-support/elf-builder';
import { FakeFiles } from '../test-support/fake-files';

const ID = Uint8Array.from({ length: 20 }, (_, i) => i);
const OTHER_ID = Uint8Array.from({ length: 20 }, () => 7);
const text = textSection(0x1000, 64);
const program = buildElf([text]);
const shared = buildElf([text, buildIdSection(ID)]);
const sharedOfAnother = buildElf([text, buildIdSection(OTHER_ID)]);

function resolverIn(
  contents: ConstructorParameters<typeof FakeFiles>[0],
  places: Parameters<typeof debugFileResolver>[1] = {},
) {
  const files = new FakeFiles({ '/opt/app/run': program, '/s/opt/app/run': program, ...contents });
  const located = new BinaryLocator(files, places).locate('/opt/app/run');
  files.asked.length = 0;
  const refused: string[] = [];
  return {
    files,
    refused,
    resolver: debugFileResolver(files, places, located, (text) => refused.push(text)),
  };
}

test('split units are looked for as stated, then beside the binary', () => {
  const { files, resolver } = resolverIn({ '/opt/app/a.dwo': program });
  expect(resolver.openSplitUnit!('obj/a.dwo', '/build', '00')?.name).toBe('/opt/app/a.dwo');
  expect(files.asked).toEqual(['/build/obj/a.dwo', '/opt/app/obj/a.dwo', '/opt/app/a.dwo']);
});

test('in symfs no file of this machine is taken', () => {
  const { files, resolver } = resolverIn({ '/build/a.dwo': program }, { symfs: '/s' });
  expect(resolver.openSplitUnit!('a.dwo', '/build', '00')).toBeUndefined();
  expect(files.asked).toEqual(['/s/build/a.dwo', '/s/opt/app/a.dwo']);
});

test('a unit whose path is not known to be absolute is looked for beside the binary alone', () => {
  const { files, resolver } = resolverIn({});
  expect(resolver.openSplitUnit!('a.dwo', undefined, '00')).toBeUndefined();
  expect(files.asked).toEqual(['/opt/app/a.dwo']);
});

test('the package has the name of the binary', () => {
  expect(resolverIn({ '/opt/app/run.dwp': program }).resolver.openPackage!()?.name).toBe('/opt/app/run.dwp');
  expect(resolverIn({}).resolver.openPackage!()).toBeUndefined();
});

test.each([
  ['relative to the file', '../dwz/x', '/opt/app/../dwz/x'],
  ['absolute', '/usr/lib/debug/.dwz/x', '/usr/lib/debug/.dwz/x'],
  ['by build id', 'x', '/usr/lib/debug/.build-id/00/0102030405060708090a0b0c0d0e0f10111213.debug'],
])('a supplementary file, %s', (_name, stated, path) => {
  const { resolver } = resolverIn({ [path]: shared });
  expect(resolver.openSupplementary!(stated, ID)?.name).toBe(path);
});

test('a supplementary file of another build id, a damaged one and one without permission are named and not taken', () => {
  const { files, refused, resolver } = resolverIn({
    '/opt/app/x': sharedOfAnother,
    '/opt/app/y': program.subarray(0, 70),
    '/opt/app/z': 'no-permission',
  });
  const open = files.openCount;
  for (const name of ['x', 'y', 'z']) expect(resolver.openSupplementary!(name, ID)).toBeUndefined();
  expect(files.openCount).toBe(open);
  expect(refused).toEqual([
    `/opt/app/x has build id ${'07'.repeat(20)}, 000102030405060708090a0b0c0d0e0f10111213 was expected`,
    '/opt/app/y the file ends too early',
    '/opt/app/z may not be read',
  ]);
});

describe('names that lead out of symfs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'names-'));
    for (const name of ['root/opt/app', 'root/build', 'outside'])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'root/opt/app/run'), program);
    for (const name of ['x.dwo', 'run.dwp', 'x']) writeFileSync(join(folder, 'outside', name), shared);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function resolver(): { refused: string[]; resolver: ReturnType<typeof debugFileResolver> } {
    const places = { symfs: join(folder, 'root') };
    const files = new NodeFileSystem(places);
    const located = new BinaryLocator(files, places).locate('/opt/app/run');
    expect(located.imagePath).toBe(join(folder, 'root/opt/app/run'));
    const refused: string[] = [];
    return { refused, resolver: debugFileResolver(files, places, located, (text) => refused.push(text)) };
  }

  test('are resolved inside it: nothing is there', () => {
    const { refused, resolver: found } = resolver();
    const outside = join(folder, 'outside');
    for (const name of ['../../outside/x.dwo', '../../../../../../../../outside/x.dwo', `${outside}/x.dwo`])
      expect(found.openSplitUnit!(name, '/build', '00')).toBeUndefined();
    for (const name of ['../../../outside/x', `${outside}/x`])
      expect(found.openSupplementary!(name, ID)).toBeUndefined();
    expect(refused).toEqual([]);
  });

  test('links that do so are named, and not taken', () => {
    for (const name of ['x.dwo', 'run.dwp', 'x'])
      symlinkSync(join(folder, 'outside', name), join(folder, 'root/opt/app', name));
    const { refused, resolver: found } = resolver();
    expect(found.openSplitUnit!('x.dwo', '/opt/app', '00')).toBeUndefined();
    expect(found.openPackage!()).toBeUndefined();
    expect(found.openSupplementary!('x', ID)).toBeUndefined();
    const app = join(folder, 'root/opt/app');
    expect(refused).toEqual(
      ['x.dwo', 'run.dwp', 'x'].map(
        (name) => `${app}/${name} is a link that leads to no file inside the folder that was given`,
      ),
    );
  });

  test('files of the kernel are named, and not taken', () => {
    const located = { imagePath: '/opt/app/run', debugPath: undefined } as LocatedBinary;
    const refused: string[] = [];
    const found = debugFileResolver(new NodeFileSystem(), {}, located, (text) => refused.push(text));
    expect(found.openSplitUnit!('/dev/zero', undefined, '00')).toBeUndefined();
    expect(found.openSupplementary!('/dev/zero', ID)).toBeUndefined();
    expect(refused).toEqual([
      expect.stringMatching(/^\/dev\/zero is not a regular file/),
      expect.stringMatching(/^\/dev\/zero is not a regular file/),
    ]);
  });
});
