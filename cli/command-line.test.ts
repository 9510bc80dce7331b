/** The built program as a person runs it: standard output, standard error and exit code. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runAtTerminal } from '../test-data/test-support/terminal';
import { program, runProgram } from '../test-data/test-support/program';

const repository = resolve(__dirname, '..');
const recordings = join(repository, 'test-data/recordings');
const recording = join(recordings, 'blur-image-nofp.data');
const symfs = ['--symfs', join(recordings, 'root')];

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

function run(...args: string[]): Run {
  const result = runProgram(args, { cwd: folder });
  return { stdout: result.stdout, stderr: result.stderr, code: result.status };
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perf-sframe-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string): string => join(folder, name);

describe('what cannot be read gets one message and exit code 1', () => {
  test.each<[string, () => string, RegExp]>([
    ['a missing file', () => 'nowhere.data', /nowhere\.data: there is no such file/],
    ['a folder', () => folder, /not a recording|no such file/],
    ['an empty file', () => write('empty.data', ''), /the file is empty/],
    [
      'a text file',
      () => write('notes.txt', 'buy milk\n'.repeat(50)),
      /not a perf\.data file: found 'buy milk'/,
    ],
    ['a recording cut off in its header', () => cutTo('short.data', 60), /ends within its header/],
  ])('%s', (_name, path, message) => {
    const { stdout, stderr, code } = run('script', path());
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('what can be read is shown', () => {
  test('a recording that was cut off prints the samples before the cut, and says so', () => {
    const whole = run('script', recording, ...symfs).stdout;
    const { stdout, stderr, code } = run('script', cutTo('cut.data', 60_000), ...symfs);
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(1000);
    expect(whole.startsWith(stdout)).toBe(true);
    expect(stderr).toMatch(/damaged or incomplete/);
  });

  test('a binary that is gone: addresses are shown, the reason is said, --strict fails', () => {
    const gone = run('script', recording);
    expect(gone.code).toBe(0);
    expect(gone.stdout).toMatch(/\[unknown\] \(\/w\/bin\/blur-image-nofp\)/);
    expect(gone.stderr).toMatch(/blur-image-nofp was not found/);
    expect(run('script', recording, '--strict').code).toBe(1);
  });

  const program = join(recordings, 'root/w/bin/blur-image-nofp');
  test.each([
    ...['report', 'report --header', 'report --header-only', 'script', 'script --header-only'].map(
      onRecording,
    ),
    ...['fold', 'flamegraph -o -', 'info', 'compare', 'compare --format json', 'compare --format html'].map(
      onRecording,
    ),
    ...['dump', 'dump --json', 'coverage', 'coverage --json'].map((name) => `sframe ${name} ${program}`),
    `sframe coverage ${recordings}`,
    `sframe verify ${program}`,
    `sframe verify --json ${program}`,
    `sframe verify ${recordings}`,
  ])('a reader that goes away ends the run without a message, as SIGPIPE ends others: %s', (command) => {
    // `true` has ended long before anything is printed.
    const { stderr, code } = shell(`${process.execPath} ${repository}/bin/perf-sframe.js ${command} | true`);
    expect(stderr).not.toMatch(/EPIPE|went away|internal error/);
    expect(code).toBe(141);
  });

  test('a reader of messages that goes away is not an error either', () => {
    // Without the binaries there is something to say.
    const command = `${process.execPath} ${repository}/bin/perf-sframe.js report ${recording}`;
    const { stdout, code } = shell(`{ ${command} 3>&1 >&4 2>&3 | true; } 4>&1`);
    expect(stdout).toMatch(/blur-image-nofp/);
    expect(code).toBe(0);
  });
});

test('--unwind sframe unwinds a program of its own to _start, by SFrame alone', () => {
  const { stdout, stderr } = run('script', recording, ...symfs, '--unwind', 'sframe', '-v', '--no-inline');
  const stacks = stdout.trim().split('\n\n');
  expect(stacks.length).toBeGreaterThan(50);
  for (const stack of stacks) expect(stack).toMatch(/_start\+0x[0-9a-f]+ \(\S+\)$/);
  expect(stderr).toMatch(/100\.00% {2}SFrame \(\d+\)/);
  expect(stderr).toMatch(/100\.00% {2}outermost frame/);
  expect(stderr).not.toMatch(/DWARF|frame pointer/);
});

test('flexible FDEs are unwound by SFrame alone', () => {
  const { stdout } = run('script', recording, ...symfs, '--unwind', 'sframe', '--no-inline');
  const byDwarf = run('script', recording, ...symfs, '--unwind', 'dwarf', '--no-inline');
  expect(stdout).toBe(byDwarf.stdout);
});

test('names of a recording cannot steer the terminal', () => {
  const path = inFolder('steering.data');
  const bytes = readFileSync(recording);
  // Every copy of the thread's name, of the same length so that no record moves.
  const name = Buffer.from('blur-image-nofp\0');
  const evil = Buffer.from('\x1b]0;gotcha\x07\x1b[2J'.padEnd(name.length - 1, '!') + '\0');
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) evil.copy(bytes, at);
  writeFileSync(path, bytes);
  for (const command of ['script', 'report', 'info', 'fold']) {
    const words = `${process.execPath} ${join(repository, 'bin/perf-sframe.js')} ${command} ${path}`;
    const sent = runAtTerminal(words);
    expect(sent).toContain('gotcha');
    // eslint-disable-next-line no-control-regex -- the escape character is what must not be there
    expect(sent).not.toMatch(/\x1b|\x07/);
  }
  // Into a pipe the bytes go as they are, as perf writes them.
  expect(run('script', path).stdout).toContain('\x1b]0;gotcha\x07');
});

test('help fits 80 columns and names every command', () => {
  const help = run('--help').stdout;
  for (const command of ['script', 'report', 'info', 'compare', 'sframe']) {
    expect(help).toContain(`perf-sframe ${command}`);
    for (const line of run(command, '--help').stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  }
});

function write(name: string, text: string): string {
  writeFileSync(inFolder(name), text);
  return inFolder(name);
}

function cutTo(name: string, sizeBytes: number): string {
  copyFileSync(recording, inFolder(name));
  truncateSync(inFolder(name), sizeBytes);
  return inFolder(name);
}

function onRecording(command: string): string {
  return `${command} ${recording} ${symfs.join(' ')}`;
}

function shell(command: string): Run {
  const result = spawnSync('bash', ['-o', 'pipefail', '-c', command], { encoding: 'utf8', cwd: folder });
  return { stdout: result.stdout, stderr: result.stderr, code: result.status };
}

test.each([['of a run'], ['of a run that fails', 'nowhere.data']])(
  'the last thing %s is a collection of garbage: Node can hang without',
  (_name, path = recording) => {
    const { stdout } = spawnSync(process.execPath, ['--trace-gc', program, 'script', path, ...symfs], {
      encoding: 'utf8',
      maxBuffer: 1 << 27,
    });
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\[\d+:.* Mark-Compact .* testing;/);
  },
);

describe('"-" is standard input', () => {
  const program = join(recordings, 'root/w/bin/blur-image-nofp');
  const piped = (file: string, ...args: string[]): Run => {
    const words = [process.execPath, join(repository, 'bin/perf-sframe.js'), ...args];
    const result = spawnSync('sh', ['-c', 'cat "$0" | "$@"', file, ...words], {
      encoding: 'utf8',
      cwd: folder,
    });
    return { stdout: result.stdout, stderr: result.stderr, code: result.status };
  };

  test.each([['report'], ['script'], ['fold']])('%s', (command) => {
    const expected = run(command, recording, ...symfs);
    const { stdout, code } = piped(recording, command, '-', ...symfs);
    expect(code).toBe(0);
    expect(stdout.replaceAll('standard input', recording)).toBe(
      expected.stdout.replaceAll('standard input', recording),
    );
  });

  test('info, compare, and flamegraph with its page on standard output', () => {
    expect(piped(recording, 'info', '-', ...symfs).stdout).toMatch(/Samples +\d+/);
    // Its table has how fast each method was.
    expect(piped(recording, 'compare', '-', ...symfs)).toMatchObject({
      stdout: expect.stringMatching(/^82 samples /) as string,
      code: 0,
    });
    const page = piped(recording, 'flamegraph', '-', '-o', '-', ...symfs);
    expect([page.code, page.stdout.slice(0, 15)]).toEqual([0, '<!DOCTYPE html>']);
  });

  test.each(['dump', 'coverage', 'verify'])('sframe %s', (command) => {
    const expected = run('sframe', command, program).stdout.replaceAll(program, 'standard input');
    const { stdout, code } = piped(program, 'sframe', command, '-');
    expect([code, stdout]).toEqual([0, expected]);
  });
});
