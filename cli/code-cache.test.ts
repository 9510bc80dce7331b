/** The cache of compiled code beside the built program (bin/load-program.js): a wrong one is never run. */

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder } from '../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');
let folder: string;
let cacheFile: string;
const textFile = () => join(folder, 'dist/program/perf-sframe.cjs');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'code-cache-'));
  for (const part of ['bin', 'dist/program'])
    cpSync(join(repositoryFolder, part), join(folder, part), { recursive: true });
  const cache = `perf-sframe.cjs.${process.versions.v8}-${process.arch}.cache`;
  cacheFile = join(folder, 'dist/program', cache);
  // The build makes that of its own Node.js, the first run that of another.
  if (!existsSync(cacheFile)) fold();
  expect(readdirSync(join(folder, 'dist/program'))).toContain(cache);
});
afterEach(() => rmSync(folder, { recursive: true }));

function fold() {
  const args = ['fold', join(recordings, 'blur-image-nofp.data'), '--symfs', join(recordings, 'root')];
  return spawnSync(process.execPath, [join(folder, 'bin/perf-sframe.js'), ...args], { encoding: 'utf8' });
}

test('damaged anywhere, or cut off, it is left aside and made anew', () => {
  const whole = readFileSync(cacheFile);
  const { stdout: expected } = fold();
  expect(expected).toContain('blur_pixels');
  expect(readFileSync(cacheFile).equals(whole)).toBe(true);
  const damaged = [0.3, 0.6, 0.9].map((part) => {
    const copy = Buffer.from(whole);
    const at = Math.floor(copy.length * part);
    copy.fill(0xff, at, at + 4096);
    return copy;
  });
  for (const wrong of [...damaged, whole.subarray(0, whole.length >> 1), Buffer.alloc(0)]) {
    writeFileSync(cacheFile, wrong);
    expect(fold()).toMatchObject({ status: 0, signal: null, stdout: expected, stderr: '' });
    expect(readFileSync(cacheFile).equals(wrong)).toBe(false);
    expect(fold()).toMatchObject({ status: 0, stdout: expected });
  }
});

test('of another text of the same length, the text counts', () => {
  const text = readFileSync(textFile(), 'latin1');
  const changed = text.replaceAll('there is no such file', 'THERE IS NO SUCH FILE');
  expect(changed).not.toBe(text);
  writeFileSync(textFile(), changed, 'latin1');
  const { stderr } = spawnSync(process.execPath, [join(folder, 'bin/perf-sframe.js'), 'report', 'missing'], {
    encoding: 'utf8',
  });
  expect(stderr).toContain('THERE IS NO SUCH FILE');
});

test('where it cannot be written the program runs all the same', () => {
  rmSync(cacheFile);
  mkdirSync(cacheFile);
  expect(fold()).toMatchObject({ status: 0, stderr: '' });
});
