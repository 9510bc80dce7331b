/**
 * Inputs that once crashed, hung, took all memory, read what they should not or said nothing (../shared/cases/hostile): each with
 * what it must give now. Whatever it is: exit code 0 to 4, messages of our own, no JavaScript exception, bounded time and memory.
 */

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describeWhere } from '../test-data/test-support/left-out';
import { repositoryFolder } from '../test-data/test-support/places';
import { runAtTerminal } from '../test-data/test-support/terminal';

const cases = resolve(repositoryFolder, '../shared/cases/hostile');
const program = join(repositoryFolder, 'bin/perf-sframe.js');
const LONGEST_MS = 60_000;
const MOST_KIB = 600 * 1024;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Runs the program, and checks what must hold for every input. */
function run(args: readonly string[], mostOpenFiles = 1024): Run {
  const result = spawnSync(
    'bash',
    ['-c', `ulimit -n ${mostOpenFiles}; exec "$@"`, 'bash', process.execPath, program, ...args],
    { encoding: 'utf8', timeout: LONGEST_MS, maxBuffer: 1 << 28 },
  );
  expect({ args, signal: result.signal }).toEqual({ args, signal: null });
  expect([0, 1, 2, 3]).toContain(result.status);
  expect(result.stderr).not.toMatch(/internal error|\n\s+at |Invalid typed array|heap out of memory/);
  return { stdout: result.stdout, stderr: result.stderr, code: result.status };
}

/** A folder for --symfs with one of the cases in it. */
function symfsWith(name: string, path: string, bytes: Uint8Array = readFileSync(join(cases, name))): string {
  const symfs = mkdtempSync(join(folder, 'symfs-'));
  mkdirSync(join(symfs, dirname(path)), { recursive: true });
  writeFileSync(join(symfs, path), bytes);
  return symfs;
}

/** The most memory that a run took, in KiB; undefined where GNU time is not here. */
function memoryOf(args: readonly string[]): number | undefined {
  if (!existsSync('/usr/bin/time')) return undefined;
  const { stderr } = spawnSync('/usr/bin/time', ['-f', '%M', process.execPath, program, ...args], {
    encoding: 'utf8',
    timeout: LONGEST_MS,
    maxBuffer: 1 << 28,
  });
  return Number(stderr.trim().split('\n').at(-1));
}

const at = (name: string): string => join(cases, name);

describeWhere(existsSync(cases), 'hostile inputs', '../shared/cases/hostile is not here', () => {
  test.each(['pipe-late-attr', 'file-stray-attr', 'script-late-attr-fuzz1', 'script-late-attr-fuzz2'])(
    '%s: samples of an event that is described late are printed by every command',
    (name) => {
      expect(run(['script', at(`${name}.data`)]).stdout).not.toBe('');
      for (const command of ['report', 'fold', 'info']) run([command, at(`${name}.data`)]);
    },
  );

  test('an event that a plain file describes among its records is said', () => {
    const { stderr } = run(['script', at('silent-type_13_unknown_kernel.data')]);
    expect(stderr).toMatch(/an event is described among the records \(HEADER_ATTR\)/);
    expect(run(['script', at('silent-type_13_unknown_kernel.data'), '--strict']).code).toBe(1);
  });

  test.each(['note-hang.elf', 'note-throw.elf'])('%s: notes with sizes near 2^32', (name) => {
    const symfs = symfsWith(name, 'tmp/hostile/p5');
    expect(run(['script', at('p5.data'), '--symfs', symfs]).stderr).toMatch(/has no build id/);
    run(['sframe', 'verify', at(name)]);
  });

  test.each(['map-kpagecount', 'map-mem', 'map-pagemap', 'map-proc-kmsg'])(
    '%s: not opened, and said',
    (name) => {
      expect(run(['script', at(`${name}.data`)]).stderr).toMatch(
        /\/proc\/\S+ is not a regular file .*not opened/,
      );
    },
  );

  test.each(['map-dotdot', 'symfs-dotdot', 'map-fifo', 'map-loop', 'map-sparse'])('%s', (name) => {
    mkdirSync(join(folder, 'outside'), { recursive: true });
    copyFileSync(at('elf/secret'), join(folder, 'outside/secret'));
    const symfs = join(folder, 'root');
    mkdirSync(symfs, { recursive: true });
    const { stdout, stderr } = run(['script', at(`${name}.data`), '--symfs', symfs]);
    expect(stdout).toContain('[unknown]');
    expect(stderr).toMatch(/was not found/);
  });

  test.each(['abs', 'rel', 'kmsg', 'pagemap', 'sparse'])('debuglink-%s: leads to nothing', (name) => {
    const symfs = symfsWith(`debuglink-${name}.elf`, 'w/bin/dl');
    const { stdout } = run(['script', at('debuglink.data'), '--symfs', symfs]);
    expect(stdout).toContain('[unknown] (/w/bin/dl)');
  });

  test.each([
    ['ff.debug_info', /debug information is damaged/],
    ['ff.symtab', /section \.symtab is damaged: 50 of 50 symbols/],
    ['zlib-32m-info', /debug information is damaged/],
    ['zlib-1g-info', /would take too much memory/],
    ['manysec-1000x1m.gz', /has no build id/],
    ['manysec-60000x1m.gz', /has no build id/],
  ])('%s: said, within bounds, and --strict fails', (name, message) => {
    const raw = readFileSync(at(`elf/${name}`));
    const symfs = symfsWith(name, 'tmp/hostile/p5', name.endsWith('.gz') ? gunzipSync(raw) : raw);
    const args = ['script', at('p5.data'), '--symfs', symfs];
    expect(run(args).stderr).toMatch(message);
    expect(run([...args, '--strict']).code).toBe(1);
    expect(memoryOf(args) ?? 0).toBeLessThan(MOST_KIB);
  });

  test('slow-pzs: zstd frames that cannot hold what their section claims', () => {
    const symfs = symfsWith('elf/slow-pzs', 'tmp/hostile/pzs');
    const { stderr } = run(['script', at('pzs.data'), '--symfs', symfs]);
    expect(stderr).toMatch(/section \.debug_aranges: .*zstd data/);
  });

  test('400 binaries with 256 descriptors are all named', () => {
    const symfs = mkdtempSync(join(folder, 'symfs-'));
    mkdirSync(join(symfs, 'lib'));
    for (let i = 0; i < 400; i++) copyFileSync(at('elf/secret'), join(symfs, `lib/l${i}`));
    const { stdout } = run(['script', at('fds-400-binaries.data'), '--symfs', symfs], 256);
    expect(stdout.match(/fold_buckets\+0x40/g)).toHaveLength(400);
    expect(stdout).not.toContain('[unknown]');
  });

  test('1,600 events that share their ids, and code that is moved with its lines', () => {
    expect(run(['script', at('attrids-1600.data')]).stderr).toMatch(/more ids than the file holds/);
    const dump = gunzipSync(readFileSync(at('rj/tmp/jit-10.dump.gz')));
    const args = ['script', at('jit-moves.data'), '--symfs', symfsWith('', 'tmp/jit-10.dump', dump)];
    run(args);
    expect(memoryOf(args) ?? 0).toBeLessThan(MOST_KIB);
  });

  test('names with escapes reach no terminal', () => {
    const named = at('names.data');
    const sectionNames = at('section-name-escapes.elf');
    const commands = [
      ...[`info ${named}`, `report ${named}`, `report --header-only -I ${named}`, `fold --all ${named}`],
      ...[`script --show-mmap-events --show-task-events ${named}`, `compare ${named} ${at('html-csv.data')}`],
      ...[
        `sframe dump ${sectionNames}`,
        `sframe coverage ${sectionNames}`,
        `sframe verify --kernel ${sectionNames}`,
      ],
    ];
    const shown = commands.map((words) => {
      const sent = runAtTerminal(`${process.execPath} ${program} ${words}`);
      // eslint-disable-next-line no-control-regex -- what must not be there
      expect(sent).not.toMatch(/[\x00-\x08\x0e-\x1f\x80-\x9f\u2028\u202e\u2066]/);
      return sent;
    });
    for (const sent of [shown[0], shown[6]]) expect(sent).toContain('52;c;ZWNobyBw');
  });

  test('pages and CSV of names with markup and formulas', () => {
    const page = run(['flamegraph', at('html-csv.data'), '-o', '-', '--symfs', at('r4')]).stdout;
    expect(page).not.toContain('<b>\'"');
    const csv = join(folder, 'rows.csv');
    run(['compare', at('html-csv.data'), '--per-sample', csv, '--symfs', at('r4')]);
    const fields = readFileSync(csv, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => line.split(','));
    expect(fields.some((field) => field.includes("'=1+1"))).toBe(true);
    expect(fields.filter((field) => /^"?[=+@]/.test(field))).toEqual([]);
  });

  test('a recording cut to any size', () => {
    const path = join(folder, 'cut.data');
    for (const size of [0, 16, 100, 1000, 40_000]) {
      copyFileSync(at('p5.data'), path);
      truncateSync(path, size);
      run(['script', path]);
    }
  });
});
