/** The command as a user runs it: formats by name and by file, standard output, mistakes. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf, run } from './test-support/run-export';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('folded is what fold prints; the end of the name chooses it', () => {
  const folded = run('fold', pathOf('shapes-nofp')).stdout;
  expect(folded).toMatch(/geometry::/);
  expect(run('export', pathOf('shapes-nofp'), '--format', 'folded').stdout).toBe(folded);
  const path = join(folder, 'shapes.folded');
  const { stdout, exitCode } = run('export', pathOf('shapes-nofp'), '-o', path);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
  expect(readFileSync(path, 'utf8')).toBe(folded);
});

test('of two events a format for one takes the one that fold takes', () => {
  const recording = pathOf('blur-image-nofp.two-events');
  for (const options of [[], ['--event', 'cpu-clock:u'], ['--weight', 'samples']]) {
    const { stdout, stderr } = run('export', recording, '--format', 'folded', ...options);
    expect(stdout).toBe(run('fold', recording, ...options).stdout);
    expect(stderr.includes('others by --event NAME')).toBe(!options.includes('--event'));
  }
});

test.each([
  [[], 'say what to write: --format '],
  [['-o', 'profile.xyz'], '--output profile.xyz: its name tells no format'],
  [['--format', 'folded', '--event', 'cycles'], 'the recording has no such event (it has cpu-clock:u)'],
  [
    ['--format', 'folded', '-o', '/no/such/folder/x'],
    '/no/such/folder/x: there is no folder /no/such/folder',
  ],
])('%s is a mistake, and says what to do', (args, message) => {
  const { stdout, stderr, exitCode } = run('export', pathOf('blur-image-nofp'), ...args);
  expect(stderr).toContain(message);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
});

test('without samples the export is empty, and that is said', () => {
  const { stdout, stderr, exitCode } = run(
    'export',
    pathOf('shapes-nofp'),
    '--format',
    'folded',
    '--comms',
    'nobody',
  );
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
  expect(stderr).toContain('no samples');
});

test('a recording is not overwritten, and nothing is left where writing fails', () => {
  const { stderr, exitCode } = run(
    'export',
    pathOf('shapes-nofp'),
    '--format',
    'folded',
    '-o',
    pathOf('shapes-nofp'),
  );
  expect(stderr).toContain('is the input');
  expect(exitCode).toBe(2);
  expect(readdirSync(folder)).toEqual([]);
});
