/** The program started in a working directory that was deleted: whole paths work, and of others one line says why not. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder } from '../test-data/test-support/places';
import { program, runProgram } from '../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');
const recording = join(recordings, 'blur-image-nofp.data');
const root = join(recordings, 'root');

function runInDeletedFolder(...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'deleted-'));
  const script = 'cd "$1" && rmdir "$1" && shift && exec "$@"';
  return spawnSync('sh', ['-c', script, 'sh', folder, process.execPath, program, ...args], {
    encoding: 'utf8',
  });
}

function run(...args: string[]) {
  return runProgram(args, { cwd: '/' });
}

test.each([
  ['report', '-i', recording, '--symfs', root],
  ['script', '-i', recording, '--symfs', root],
  ['fold', recording, '--symfs', root],
  ['sframe', 'dump', join(root, 'w/bin/blur-image-nofp')],
])('%s with whole paths prints what it prints elsewhere', (...args) => {
  const { status, stdout, stderr } = runInDeletedFolder(...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.length).toBeGreaterThan(100);
  expect(stdout).toBe(run(...args).stdout);
});

test('sframe dump prints what readelf prints', () => {
  const expected = readFileSync(
    join(repositoryFolder, 'test-data/sframe/blur-image-nofp.readelf-2.47.txt'),
    'utf8',
  );
  expect(runInDeletedFolder('sframe', 'dump', join(root, 'w/bin/blur-image-nofp')).stdout).toBe(expected);
});

test.each([
  ['report', '-i', 'other.data'],
  ['script', '-i', 'other.data'],
  ['fold', 'other.data'],
  ['sframe', 'dump', 'other'],
])('%s with a relative path says in one line that it is not there', (...args) => {
  const { status, stdout, stderr } = runInDeletedFolder(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^perf-sframe: other(\.data)?: there is no such file.*\n$/);
});
