/** The folder of answers: whose it is, what it takes, and what is done with what others left there. */

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnswerFolder } from './answer-folder';

const MIB = 1024 * 1024;
const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i);
const NAME = `${'ab'.repeat(20)}-01234567`;

let above: string;
let path: string;

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'answer-folder-'));
  path = join(above, 'a', 'b');
});
afterEach(() => rmSync(above, { recursive: true }));

const open = (folder = path) => new AnswerFolder({ folder, leastBytes: 0, program: '' });
const write = (name: string, contents = bytes, folder = path) =>
  open(folder).write(new Map([[name, contents]]));
const modeOf = (file: string) => lstatSync(file).mode & 0o777;

test('what was written is read again; folder and files are the user’s alone', () => {
  expect(open().read(NAME)).toBeUndefined();
  write(NAME);
  expect(open().read(NAME)).toEqual(bytes);
  expect([above, 'a', 'a/b', `a/b/${NAME}`].slice(1).map((part) => modeOf(join(above, part)))).toEqual([
    0o700, 0o700, 0o600,
  ]);
  write(NAME, bytes.subarray(1));
  expect(open().read(NAME)).toEqual(bytes.subarray(1));
  expect(readdirSync(path)).toEqual([NAME]);
});

test.each([0, 3, 4, 8, 500, 1007])('damaged at byte %i it is not there', (at) => {
  write(NAME);
  const file = readFileSync(join(path, NAME));
  file[at] ^= 4;
  writeFileSync(join(path, NAME), file);
  expect(open().read(NAME)).toBeUndefined();
});

test('cut off it is not there', () => {
  write(NAME);
  for (const size of [1007, 8, 5, 0]) {
    truncateSync(join(path, NAME), size);
    expect(open().read(NAME)).toBeUndefined();
  }
});

test.each([0o720, 0o702, 0o777])('a folder of mode %o is not used', (mode) => {
  write(NAME);
  chmodSync(path, mode);
  expect(open().read(NAME)).toBeUndefined();
  write(`${NAME.slice(0, -1)}8`);
  expect(readdirSync(path)).toEqual([NAME]);
});

test('a link in place of the folder or of a file is not followed', () => {
  const real = join(above, 'real');
  write(NAME, bytes, real);
  symlinkSync(real, join(above, 'link'));
  const link = join(above, 'link');
  expect(open(link).read(NAME)).toBeUndefined();
  write(`${NAME.slice(0, -1)}8`, bytes, link);
  expect(readdirSync(real)).toEqual([NAME]);

  write(`${NAME.slice(0, -1)}9`);
  const own = join(above, 'own');
  writeFileSync(own, 'mine');
  symlinkSync(join(real, NAME), join(path, NAME));
  expect(open().read(NAME)).toBeUndefined();
  // Written, the link goes, not what it leads to.
  rmSync(join(path, NAME));
  symlinkSync(own, join(path, NAME));
  write(NAME);
  expect(readFileSync(own, 'latin1')).toBe('mine');
  expect(open().read(NAME)).toEqual(bytes);
});

test('a file that others may write, a folder in its place, or what is too large is not read', () => {
  write(NAME);
  const file = join(path, NAME);
  chmodSync(file, 0o620);
  expect(open().read(NAME)).toBeUndefined();
  chmodSync(file, 0o600);
  expect(open().read(NAME)).toEqual(bytes);
  truncateSync(file, 17 * MIB);
  expect(open().read(NAME)).toBeUndefined();
  rmSync(file);
  mkdirSync(file);
  expect(open().read(NAME)).toBeUndefined();
  write(NAME);
  expect(readdirSync(path)).toEqual([NAME]);
});

test('where nothing can be written, nothing is', () => {
  writeFileSync(join(above, 'file'), '');
  const nowhere = join(above, 'file', 'below');
  write(NAME, bytes, nowhere);
  expect(open(nowhere).read(NAME)).toBeUndefined();
  // Where mkdir says that the folder above is missing, though it is there.
  write(NAME, bytes, '/proc/nowhere/below');
  write(NAME, new Uint8Array(16 * MIB));
  expect(readdirSync(path)).toEqual([]);
});

test('of too much, what was not used for longest goes; what is not ours stays', () => {
  write(NAME);
  const others = Array.from({ length: 6 }, (_, i) => `${NAME.slice(0, -1)}${i}`);
  for (const [i, name] of others.entries()) {
    writeFileSync(join(path, name), '', { mode: 0o600 });
    truncateSync(join(path, name), 12 * MIB);
    utimesSync(join(path, name), 1000 + i, 1000 + i);
  }
  writeFileSync(join(path, 'README'), '');
  truncateSync(join(path, 'README'), 90 * MIB);
  utimesSync(join(path, 'README'), 1, 1);
  write(NAME);
  expect(readdirSync(path).sort()).toEqual([NAME, ...others.slice(1), 'README'].sort());
});

test('what is used stays', () => {
  write(NAME);
  utimesSync(join(path, NAME), 1000, 1000);
  open().read(NAME);
  expect(statSync(join(path, NAME)).mtimeMs).toBeGreaterThan(1e9);
});

test('what killed runs left goes after an hour', () => {
  write(NAME);
  for (const name of ['new.tmp', 'old.tmp']) writeFileSync(join(path, name), '');
  utimesSync(join(path, 'old.tmp'), 1000, 1000);
  write(NAME);
  expect(readdirSync(path).sort()).toEqual([NAME, 'new.tmp']);
});
