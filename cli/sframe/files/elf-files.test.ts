/** Which files a walk over folders finds: each once, by its own name. */

import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { findElfFiles } from './elf-files';
import { makeElf } from '../../../sframe/test-support/made-image';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elf-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = makeElf({ abi: 3 });

function write(path: string, bytes: Uint8Array | string = program): string {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), bytes);
  return join(folder, path);
}

/** Paths found, from the folder on. */
function find(...names: string[]): string[] {
  return findElfFiles(names.map((name) => join(folder, name))).paths.map((path) => relative(folder, path));
}

test('files below folders, in the order of names', () => {
  for (const path of ['b/two', 'a/one', 'c', 'a/z/three']) write(path);
  expect(find('.')).toEqual(['c', 'a/one', 'a/z/three', 'b/two']);
});

test('what is not a program or library of these machines is counted', () => {
  write('text', 'plain text that is long enough');
  write('short', 'x');
  write('object.o', makeElf({ abi: 3, type: 1 }));
  write('library.a', '!<arch>\n and what is in it');
  const arm = makeElf({ abi: 3 });
  arm[18] = 40;
  write('arm', arm);
  const narrow = makeElf({ abi: 3 });
  narrow[4] = 1;
  write('elf32', narrow);
  write('s390x', makeElf({ abi: 4 }));
  const found = findElfFiles([folder]);
  expect(found.paths).toEqual([join(folder, 's390x')]);
  expect(Object.fromEntries(found.leftOut)).toEqual({ 'not-elf': 2, relocatable: 2, 'other-machine': 2 });
  expect(found.hasFolders).toBe(true);
});

test('hard links, links to files and folders named twice count once, by a name that is not a link', () => {
  const target = write('z/program');
  linkSync(target, join(folder, 'z/twin'));
  symlinkSync('z/program', join(folder, 'a-link'));
  symlinkSync('nowhere', join(folder, 'broken'));
  expect(find('.', 'z', 'z/program')).toEqual(['z/program']);
});

test('a link to a file outside is followed, a link to a folder is not', () => {
  write('outside/program');
  write('outside/more/other');
  mkdirSync(join(folder, 'inside'));
  symlinkSync('../outside/program', join(folder, 'inside/link'));
  symlinkSync('../outside', join(folder, 'inside/folder'));
  symlinkSync('..', join(folder, 'inside/loop'));
  expect(find('inside')).toEqual(['inside/link']);
});

test('a file that is named is taken whatever it is', () => {
  write('object.o', makeElf({ abi: 3, type: 1 }));
  write('text', 'text');
  expect(find('object.o', 'text')).toEqual(['object.o', 'text']);
  expect(findElfFiles([join(folder, 'text')]).hasFolders).toBe(false);
});

test('a name that does not exist is said, and the others are found', () => {
  const program = write('program');
  const missing = join(folder, 'nothing');
  const found = findElfFiles([missing, program]);
  expect(found.paths).toEqual([program]);
  expect(found.missing).toEqual([{ path: missing, message: `${missing}: there is no such file` }]);
});
