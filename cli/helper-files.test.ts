/**
 * Files that a recording needs besides, each missing, of another build, unreadable or damaged: one message says which and what to
 * do, and the rest is shown.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryFolder } from '../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');
const binaries = join(recordings, 'root/w/bin');
const folder = mkdtempSync(join(tmpdir(), 'helper-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(repositoryFolder, 'bin/perf-sframe.js'), ...args],
    { encoding: 'utf8', env: { PATH: '/usr/bin' } },
  );
  return { stdout, stderr, status };
}

/** A folder for --symfs with what is in the committed one, and these files besides or instead. */
function symfsWith(name: string, files: Readonly<Record<string, Uint8Array>>): string {
  const root = join(folder, name);
  cpSync(join(recordings, 'root'), root, { recursive: true });
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return root;
}

describe('a debug file', () => {
  const recording = join(recordings, 'blur-image-nofp.data');
  const report = (symfs: string) => run('report', '--stdio', '--symfs', symfs, '-i', recording);
  // The name of its section is what says that it has debug information.
  const bytes = readFileSync(join(binaries, 'blur-image-nofp'));
  bytes.write('.xebug_info', bytes.lastIndexOf('.debug_info'));
  const image = { 'w/bin/blur-image-nofp': bytes };
  const debugPath = 'usr/lib/debug/w/bin/blur-image-nofp.debug';

  test.each([
    [
      'of another build',
      readFileSync(join(binaries, 'shapes-nofp')),
      / has build id [0-9a-f]{40}, 9cfb782c\w+ was recorded/,
    ],
    ['that is a text', new TextEncoder().encode('not here\n'.repeat(20)), / not an ELF file/],
    [
      'that is cut off',
      readFileSync(join(binaries, 'blur-image-nofp')).subarray(0, 70),
      / the file ends too early/,
    ],
  ])('%s is named with the reason', (name, debugFile, reason) => {
    const symfs = symfsWith(name.replaceAll(' ', '-'), { ...image, [debugPath]: debugFile });
    const { stdout, stderr, status } = report(symfs);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^perf-sframe: debug files are damaged or of other builds, .*--debug-dir\n/m);
    expect(stderr).toContain(`    ${join(symfs, debugPath)}`);
    expect(stderr).toMatch(reason);
    // All else is as without any debug file.
    expect(stdout).toBe(report(symfsWith('none', image)).stdout);
  });
});
