/** What a recording names is read only if it is a regular file in the places that the user gave. */

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testWhere } from '../../test-data/test-support/left-out';
import { ParseError } from '../bytes';
import { NodeFileSystem } from './node-file-system';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  for (const name of ['root/usr/bin', 'outside', 'cache/.build-id']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  write('root/usr/bin/program', 'inside');
  write('outside/secret', 'outside');
  write('cache/.build-id/elf', 'cached');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function link(name: string, target: string): void {
  symlinkSync(target, join(folder, name));
}

/** What a path below the folder holds, or why it is not opened. */
function contents(files: NodeFileSystem, path: string): string {
  const file = files.open(join('/', folder) + path);
  if (typeof file === 'string') return file;
  const text = Buffer.from(file.read(0, file.sizeBytes)).toString();
  file.close();
  return text;
}

describe('with symfs', () => {
  let files: NodeFileSystem;
  beforeEach(() => {
    files = new NodeFileSystem({ symfs: join(folder, 'root/'), buildIdCache: join(folder, 'cache') });
  });

  test.each([
    ['/root/usr/bin/program', 'inside'],
    ['/root/usr/./bin//../bin/program', 'inside'],
    ['/root/../../../../usr/bin/program', 'inside'],
    ['/root/../outside/secret', 'missing'],
    ['/root/usr/bin/../../../outside/secret', 'missing'],
    ['/outside/secret', 'outside'],
    ['/rootless', 'outside'],
    ['/cache/.build-id/elf', 'cached'],
    ['/cache/.build-id/../../outside/secret', 'missing'],
    ['/root/usr', 'not-a-file'],
  ])('%s: %s', (path, expected) => {
    expect(contents(files, path)).toBe(expected);
  });

  test('links are followed as if symfs were the root', () => {
    link('root/absolute', '/usr/bin/program');
    link('root/usr/relative', '../../../usr/bin/program');
    link('root/folder', '/usr/bin');
    link('root/out', join(folder, 'outside/secret'));
    link('root/up', '../outside/secret');
    link('root/circle', 'circle');
    expect(contents(files, '/root/absolute')).toBe('inside');
    expect(contents(files, '/root/usr/relative')).toBe('inside');
    expect(contents(files, '/root/folder/program')).toBe('inside');
    for (const name of ['out', 'up', 'circle']) {
      expect([name, contents(files, `/root/${name}`)]).toEqual([name, 'leads-nowhere']);
    }
  });

  test('what the user names is read wherever it is', () => {
    const file = files.openNamed(join(folder, 'outside/secret'));
    expect(typeof file === 'string' ? file : Buffer.from(file.read(0, 7)).toString()).toBe('outside');
  });
});

testWhere(existsSync('/proc/self/pagemap'), 'files of the kernel are not opened', 'no /proc', () => {
  const files = new NodeFileSystem();
  const named = [
    '/proc/kmsg',
    '/proc/self/pagemap',
    '/proc/self/mem',
    '/sys/kernel/notes',
    '/dev/null',
    '/dev/zero',
  ];
  link('elsewhere', '/proc/self/environ');
  for (const path of [...named, join(folder, 'elsewhere'), '/tmp/../proc/version']) {
    expect([path, files.open(path)]).toEqual([path, 'special']);
  }
  expect(typeof files.openNamed('/proc/version')).toBe('object');
});

testWhere(process.platform !== 'win32', 'a named pipe is not waited for', 'no named pipes', () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(contents(new NodeFileSystem(), '/pipe')).toBe('special');
});

test('more files than may be open at once are all read', () => {
  const files = new NodeFileSystem();
  const open = Array.from({ length: 2000 }, (_, i) => {
    write(`file${i}`, String(i));
    return files.open(join(folder, `file${i}`));
  });
  for (let round = 0; round < 2; round++) {
    for (const [i, file] of open.entries()) {
      if (typeof file === 'string') throw new Error(`${i}: ${file}`);
      expect(Buffer.from(file.read(0, file.sizeBytes)).toString()).toBe(String(i));
    }
  }
});

test('a file that was replaced after it was opened is not read', () => {
  const files = new NodeFileSystem();
  const first = files.open(join(folder, 'root/usr/bin/program'));
  if (typeof first === 'string') throw new Error(first);
  // Others are opened until the first is no more.
  for (let i = 0; i < 100; i++) {
    write(`other${i}`, 'x');
    files.open(join(folder, `other${i}`));
  }
  rmSync(join(folder, 'root/usr/bin/program'));
  write('root/usr/bin/program', 'longer than it was');
  expect(() => first.read(0, 6)).toThrow(/was replaced while it was read/);
});

test('of a file that is mostly holes, not more is read than memory bears', () => {
  write('holes', 'x');
  truncateSync(join(folder, 'holes'), 10 * 1024 ** 4);
  const file = new NodeFileSystem().open(join(folder, 'holes'));
  if (typeof file === 'string') throw new Error(file);
  expect(() => file.read(0, 1024 ** 4)).toThrow(ParseError);
  expect(file.read(0, 1)).toEqual(Uint8Array.of(0x78));
});
