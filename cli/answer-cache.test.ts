/**
 * What is kept of binaries from run to run: no text is another for it, whether it is there, half there, damaged or off, and it goes
 * where the environment says.
 */

import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElfImage, MemoryByteSource } from '../parser';
import { repositoryFolder } from '../test-data/test-support/places';
import { program } from '../test-data/test-support/program';

const recordings = join(repositoryFolder, 'test-data/recordings');

let folder: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'answer-cache-'));
  cache = join(folder, 'cache');
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly recording?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly root?: string;
}

/** Everything that a run prints, and its exit code. */
function run(args: readonly string[], { recording = 'blur-image-nofp', environment, root }: Run = {}) {
  const where = ['--symfs', root ?? join(recordings, 'root'), '-i', join(recordings, `${recording}.data`)];
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args, ...where], {
    env: environment ?? { PERF_SFRAME_CACHE: cache },
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });
  return { stdout, stderr, status };
}

const off = { PERF_SFRAME_CACHE: 'off' };

const commands = [
  ['script', '-v'],
  ['script', '--no-inline'],
  ['script', '-F', '+srcline,+symoff'],
  ['script', '--as-perf', '-F', 'ip,sym,dso,srcline'],
  ['script', '--format', 'json'],
  ['script', '--no-inline', '--unwind', 'dwarf', '-v'],
  ['script', '--no-inline', '--unwind', 'sframe', '-v'],
  ['script', '--no-inline', '--unwind', 'fp', '-v'],
  ['script', '--no-inline', '--synthesize', '-v'],
  ['script', '--as-perf', '--no-inline', '-v'],
  ['report', '--stdio', '-v'],
  ['report', '--no-inline', '-g', 'none', '--no-children', '-s', 'sym,srcline,symbol_size'],
  ['report', '--format', 'json'],
  ['fold', '-v'],
  ['fold', '--addrs'],
  ['view', '-o', '-'],
  ['export', '--format', 'speedscope'],
  ['info', '-v'],
];

test.each([
  ['blur-image-nofp', commands],
  ['shapes-fp', commands.slice(0, 4)],
] as const)(
  '%s: the same text without, with none yet, after every other command, and with all',
  (recording, asked) => {
    const expected = asked.map((args) => run(args, { recording, environment: off }));
    expect(expected.map(({ status }) => status)).toEqual(asked.map(() => 0));
    expect(existsSync(cache)).toBe(false);
    for (const round of ['first, each finds what those before it left', 'second']) {
      const found = asked.map((args) => run(args, { recording }));
      for (const [i, args] of asked.entries())
        expect({ round, args, ...found[i] }).toEqual({ round, args, ...expected[i] });
    }
    expect(readdirSync(cache).length).toBeGreaterThan(0);
    expect(run([...asked[0], '--no-cache'], { recording })).toEqual(expected[0]);
  },
);

test('what one part of a recording left is taken for the whole', () => {
  const expected = run(['script', '-F', '+srcline'], { environment: off });
  run(['script', '-F', '+srcline', '--time', '0%-10%']);
  const [name] = readdirSync(cache);
  const part = readFileSync(join(cache, name));
  expect(run(['script', '-F', '+srcline'])).toEqual(expected);
  expect(readFileSync(join(cache, name)).length).toBeGreaterThan(part.length);
});

test('runs at the same time leave one that is whole', async () => {
  const expected = run(['script'], { environment: off });
  const where = ['--symfs', join(recordings, 'root'), '-i', join(recordings, 'blur-image-nofp.data')];
  const running = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, [program, 'script', ...where], {
      env: { PERF_SFRAME_CACHE: cache },
      stdio: 'ignore',
    });
    return new Promise((resolve) => child.on('exit', resolve));
  });
  expect(await Promise.all(running)).toEqual([0, 0, 0, 0]);
  expect(readdirSync(cache)).toHaveLength(1);
  expect(run(['script'])).toEqual(expected);
});

test('damaged it is made anew', () => {
  const expected = run(['script']);
  const [name] = readdirSync(cache);
  const whole = readFileSync(join(cache, name));
  for (const at of [0, 5, 9, whole.length >> 1, whole.length - 1]) {
    const damaged = Buffer.from(whole);
    damaged[at] ^= 0x10;
    writeFileSync(join(cache, name), damaged);
    expect(run(['script'])).toEqual(expected);
    expect(readFileSync(join(cache, name)).equals(whole)).toBe(true);
  }
});

test('a binary that is damaged is said each time, and nothing is kept of it', () => {
  const root = join(folder, 'root');
  cpSync(join(recordings, 'root'), root, { recursive: true });
  const binary = join(root, 'w/bin/blur-image-nofp');
  const bytes = readFileSync(binary);
  // The entries of the unit, after its header and the first bytes of them.
  const at = 0x24c0 + 0x40;
  bytes.fill(0xff, at, at + 0x200);
  writeFileSync(binary, bytes);
  const first = run(['script'], { root });
  expect(first.stderr).toMatch(/damaged/);
  expect(run(['script'], { root })).toEqual(first);
  expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
});

test('unwind tables that are damaged are said each time, and nothing is kept of their binary', () => {
  const root = join(folder, 'root');
  cpSync(join(recordings, 'root'), root, { recursive: true });
  const binary = join(root, 'w/bin/blur-image-nofp');
  const bytes = readFileSync(binary);
  const { fileOffset, sizeBytes } = ElfImage.parse(new MemoryByteSource(binary, bytes)).findSection(
    '.eh_frame',
  )!;
  bytes.fill(0xff, fileOffset + 0x80, fileOffset + sizeBytes);
  writeFileSync(binary, bytes);
  const args = ['script', '--no-inline', '--unwind', 'dwarf', '-v', '--strict'];
  const expected = run(args, { root, environment: off });
  expect(expected.stderr).toMatch(/unwind tables of binaries are damaged/);
  expect(expected.status).toBe(1);
  expect([run(args, { root }), run(args, { root })]).toEqual([expected, expected]);
  expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
});

test('unwind rules hold for one way of unwinding, and are not searched for again', () => {
  const search = ['script', '--no-inline', '-v', '--unwind'];
  const expected = ['dwarf', 'sframe'].map((method) => run([...search, method], { environment: off }));
  expect(expected[0].stderr).not.toBe(expected[1].stderr);
  for (let round = 0; round < 2; round++)
    expect(['dwarf', 'sframe'].map((method) => run([...search, method]))).toEqual(expected);
  const [name] = readdirSync(cache);
  const whole = readFileSync(join(cache, name));
  expect(run([...search, 'sframe'])).toEqual(expected[1]);
  expect(readFileSync(join(cache, name)).equals(whole)).toBe(true);
});

describe('where it is kept', () => {
  const kept = (path: string) => existsSync(join(folder, path));

  test('nowhere by --no-cache, "off", and without a home', () => {
    for (const [args, environment] of [
      [['--no-cache'], { PERF_SFRAME_CACHE: cache }],
      [[], { ...off, HOME: folder }],
      [[], {}],
    ] as const)
      run(['script', ...args], { environment });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of small binaries nothing among the caches of the user', () => {
    run(['script'], { environment: { HOME: folder } });
    expect(kept('.cache')).toBe(false);
  });

  test('a folder that others may write is left alone', () => {
    const expected = run(['script']);
    for (const name of readdirSync(cache)) rmSync(join(cache, name));
    chmodSync(cache, 0o777);
    expect(run(['script'])).toEqual(expected);
    expect(readdirSync(cache)).toEqual([]);
  });
});
