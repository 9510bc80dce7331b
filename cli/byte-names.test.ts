/**
 * Names that are not UTF-8: the kernel takes any bytes. A recording of the repository in which the program's name has a Latin-1 letter in
 * place of another, against perf's texts of the recording with the same letter in its place.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { withoutChance } from '../test-data/differential/text-difference';
import { repositoryFolder } from '../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');
const plain = 'blur-image-nofp';
const changed = 'blur-im\xe4ge-nofp';
let folder: string;

/** A file's bytes, with the changed name. Each character is a byte. */
function withChangedName(path: string): string {
  const bytes = readFileSync(join(recordings, path));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1').replaceAll(plain, changed);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'byte-names-'));
  writeFileSync(join(folder, 'changed.data'), withChangedName(`${plain}.data`), 'latin1');
  mkdirSync(join(folder, 'root/w/bin'), { recursive: true });
  const program = Buffer.from(join(folder, 'root/w/bin', changed), 'latin1');
  writeFileSync(program, readFileSync(join(recordings, 'root/w/bin', plain)));
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): string {
  const program = join(repositoryFolder, 'bin/perf-sframe.js');
  const places = ['--symfs', join(folder, 'root'), '-i', join(folder, 'changed.data')];
  return spawnSync(process.execPath, [program, ...args, ...places]).stdout.toString('latin1');
}

test('script prints the bytes, and finds the binary by them', () => {
  expect(run('script', '--no-inline')).toBe(withChangedName(`${plain}.noinline.txt.gz`));
});

test('report measures bytes, as perf does', () => {
  const text = run('report', '--no-children', '-g', 'none', '--no-inline');
  expect(withoutChance(text)).toBe(withoutChance(withChangedName(`${plain}.report-flat.txt`)));
});

test('fold keeps them in what a pipe takes', () => {
  const lines = run('fold', '--no-inline').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.filter((line) => !line.startsWith(`${changed};_start;`))).toEqual([]);
});

test('a message to people escapes them', () => {
  const program = join(repositoryFolder, 'bin/perf-sframe.js');
  const { stderr } = spawnSync(process.execPath, [
    ...[program, 'script', '-i', join(folder, 'changed.data'), '--symfs', recordings],
  ]);
  expect(stderr.toString('latin1')).toContain('/w/bin/blur-im\\xe4ge-nofp was not found');
});
