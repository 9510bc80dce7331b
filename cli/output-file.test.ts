/** Files that the user names: written whole or not at all, never over an input, and nothing is left beside them. */

import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder } from '../test-data/test-support/places';
import { testWhere } from '../test-data/test-support/left-out';
import { UsageError } from '../profile';
import { finishOutput, openOutput } from './output-file';
import { OutputError } from './text/output-error';
import { program, runProgram } from '../test-data/test-support/program';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string): string => join(folder, name);
const open = (path: string, ...inputs: string[]) => openOutput({ path, option: '--output', inputs });

test('the file has its name when it is whole, and not before', () => {
  const path = inFolder('new.txt');
  const output = open(path);
  output.write(Buffer.from('one '));
  expect(readdirSync(folder)).toEqual([]);
  finishOutput(output, 'two');
  expect(readdirSync(folder)).toEqual(['new.txt']);
  expect(readFileSync(path, 'utf8')).toBe('one two');
});

test('what was there stays until then, keeps its mode and its links', () => {
  const path = inFolder('old.txt');
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
  symlinkSync('old.txt', inFolder('link'));
  const given = open(inFolder('link'));
  given.write(Buffer.from('part'));
  expect(readFileSync(path, 'utf8')).toBe('old');
  given.discard();
  expect(readFileSync(path, 'utf8')).toBe('old');
  finishOutput(open(inFolder('link')), 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readlinkSync(inFolder('link'))).toBe('old.txt');
  expect(readdirSync(folder).sort()).toEqual(['link', 'old.txt']);
});

describe('refused before anything is read', () => {
  test('an input, under whatever name', () => {
    const input = inFolder('perf.data');
    writeFileSync(input, 'recording');
    linkSync(input, inFolder('hard'));
    symlinkSync(input, inFolder('soft'));
    for (const name of ['perf.data', 'hard', 'soft']) {
      expect(() => open(inFolder(name), input)).toThrow(/is the input .*perf\.data, which would be lost/);
    }
    mkdirSync(inFolder('directory'));
    writeFileSync(inFolder('directory/data.0'), 'recording');
    expect(() => open(inFolder('directory/data.0'), inFolder('directory'))).toThrow(UsageError);
    expect(readFileSync(input, 'utf8')).toBe('recording');
  });

  test('a folder, and a file whose folder is not there', () => {
    expect(() => open(folder)).toThrow(/is a folder/);
    expect(() => open(inFolder('nowhere/x'))).toThrow(/there is no folder .*nowhere/);
  });

  testWhere(process.getuid?.() !== 0, 'a file that may not be written', 'root may write everything', () => {
    writeFileSync(inFolder('mine'), '');
    chmodSync(inFolder('mine'), 0o400);
    expect(() => open(inFolder('mine'))).toThrow(/no permission/);
    mkdirSync(inFolder('closed'), 0o500);
    expect(() => open(inFolder('closed/x'))).toThrow(/no permission/);
  });

  testWhere(existsSync('/proc/version'), 'a file system on which nothing can be made', 'no /proc', () => {
    expect(() => open('/proc/x.html')).toThrow(UsageError);
  });
});

testWhere(existsSync('/dev/full'), 'a full disk has its name', 'no /dev/full', () => {
  const output = open('/dev/full');
  expect(() => finishOutput(output, 'text')).toThrow(OutputError);
  output.discard();
});

describe('the built program', () => {
  const recording = join(repositoryFolder, 'test-data/recordings/blur-image-nofp.data');
  const symfs = join(repositoryFolder, 'test-data/recordings/root');
  const run = (...args: string[]) => runProgram([...args, '--symfs', symfs], { cwd: folder });

  test.each([
    ['flamegraph', '-o'],
    ['compare', '-o'],
    ['compare', '--per-sample'],
  ])('%s %s names the recording', (command, option) => {
    const input = inFolder('recording.csv');
    copyFileSync(recording, input);
    const { stderr, status } = run(command, input, option, input);
    expect([status, stderr]).toEqual([2, expect.stringContaining('which would be lost')]);
    expect(readFileSync(input).equals(readFileSync(recording))).toBe(true);
    expect(readdirSync(folder)).toEqual(['recording.csv']);
  });

  const fullDisk: [string, ...string[]][] = [
    ['flamegraph', '-o', '/dev/full'],
    ['compare', '-o', '/dev/full'],
    ['compare', '--per-sample', 'full.csv'],
    ['compare', '--per-sample', 'full.parquet'],
  ];
  testWhere(existsSync('/dev/full'), 'a full disk is never success', 'no /dev/full', () => {
    for (const name of ['full.csv', 'full.parquet']) symlinkSync('/dev/full', inFolder(name));
    for (const [command, ...options] of fullDisk) {
      const { stderr, status } = run(command, recording, ...options);
      expect([command, ...options, status]).toEqual([command, ...options, 1]);
      expect(stderr).toMatch(/there is no space left on the device/);
      expect(stderr).not.toMatch(/internal error|\n\s+at /);
    }
  });

  const toStandardOutput = [
    ['report'],
    ['script'],
    ['fold'],
    ['info'],
    ['compare'],
    ['flamegraph', '-o', '-'],
    ['script', '--header-only'],
  ];
  testWhere(existsSync('/dev/full'), 'nor for standard output', 'no /dev/full', () => {
    for (const [command, ...options] of toStandardOutput) {
      const words = [process.execPath, program, command, recording, '--symfs', symfs, ...options];
      const { stderr, status } = spawnSync('sh', ['-c', '"$@" > /dev/full', 'sh', ...words], {
        encoding: 'utf8',
      });
      const message = 'standard output: cannot be written: there is no space left on the device';
      expect([command, status, stderr]).toEqual([command, 1, expect.stringContaining(message)]);
    }
  });

  const texts = ['--help', '--version', 'report --help', 'sframe verify --help', 'completion man'];
  testWhere(existsSync('/dev/full'), 'nor for help', 'no /dev/full', () => {
    for (const words of texts) {
      const command = `"${process.execPath}" "${program}" ${words} > /dev/full`;
      const { stderr, status } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
      expect([words, status, stderr]).toEqual([words, 1, expect.stringContaining('no space left')]);
    }
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves no temporary file', async (signal) => {
    // A recording that never ends: the output is open, and the program waits.
    const child = spawn('sh', ['-c', `(head -c 60000 "$0"; sleep 30) | exec "$@"`, recording,
      process.execPath, program, 'flamegraph', '-', '-o', inFolder('out.html')], {
      stdio: 'ignore', detached: true, env: { ...process.env, TMPDIR: folder },
    }); // prettier-ignore
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    process.kill(-child.pid!, signal);
    await ended;
    expect(readdirSync(folder)).toEqual([]);
  });
});
