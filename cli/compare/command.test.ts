/** The command as a user runs it: exit codes, formats, files, and what it says of recordings that it cannot compare. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder } from '../../test-data/test-support/places';
import type { DifferenceReport } from './difference/recording-difference';
import { runCompare } from './test-support/run-compare';

const recordings = join(repositoryFolder, 'test-data/recordings');
const symfs = ['--symfs', join(recordings, 'root')];
const blur = join(recordings, 'blur-image-nofp.data');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the text fits a screen of 80 columns and 24 lines', () => {
  const { stdout, exitCode } = runCompare([blur, ...symfs]);
  expect(exitCode).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/^sframe +100\.00% +100\.00%/m);
});

describe('--fail-under', () => {
  test.each([
    ['sframe=100', 0, ''],
    ['sframe:complete=99.5', 0, ''],
    ['dwarf=100%', 0, ''],
    ['fp=50', 3, 'of its stacks agree with DWARF, less than 50%'],
    ['fp:complete=1', 3, 'of its stacks are complete, less than 1%'],
    ['libunwind=50', 2, 'there is no such method'],
    ['sframe', 2, 'METHOD=PERCENT'],
  ])('%s gives exit code %i', (threshold, expected, message) => {
    const { exitCode, stderr } = runCompare([blur, ...symfs, '--fail-under', threshold]);
    expect(exitCode).toBe(expected);
    expect(stderr).toContain(message);
  });
});

test('--per-sample writes the same rows as CSV and as Parquet', () => {
  const csv = join(folder, 'rows.csv');
  const parquet = join(folder, 'rows.parquet');
  expect(runCompare([blur, ...symfs, '--per-sample', csv]).exitCode).toBe(0);
  expect(runCompare([blur, ...symfs, '--per-sample', parquet]).exitCode).toBe(0);
  const [header, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n');
  const reader = `import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(process.argv[1]) });
    console.log(Object.keys(rows[0]).join());
    for (const row of rows) console.log(Object.values(row).map((value) => value ?? '').join());`;
  const read = execFileSync(process.execPath, ['--input-type=module', '-e', reader, parquet], {
    encoding: 'utf8',
    cwd: repositoryFolder,
  });
  expect(lines.length).toBeGreaterThan(50);
  expect(read.trimEnd().split('\n')).toEqual([header, ...lines]);
});

test('--per-sample says why a stack ended exactly where it is not complete', () => {
  const csv = join(folder, 'stops.csv');
  const short = join(recordings, 'blur-image-nofp.short-stack.data');
  expect(runCompare([short, ...symfs, '--per-sample', csv]).exitCode).toBe(0);
  const [header, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n');
  const columns = header.split(',');
  const seen = new Set<string>();
  for (const line of lines) {
    const fields = line.split(',');
    for (const method of ['dwarf', 'sframe', 'fp']) {
      const complete = fields[columns.indexOf(`${method}_complete`)];
      expect(fields[columns.indexOf(`${method}_stop`)] === '').toBe(complete === 'true');
      seen.add(complete);
    }
  }
  expect([...seen].sort()).toEqual(['false', 'true']);
});

test('--format json names its schema and adds up', () => {
  const { stdout } = runCompare([blur, ...symfs, '--format', 'json']);
  const report = JSON.parse(stdout) as Record<string, unknown>;
  expect(report).toMatchObject({
    schema: 'perf-sframe-compare',
    version: 1,
    kind: 'methods',
    recording: blur,
  });
  expect(Object.keys(report)).toEqual(
    'schema version kind recording samples methods pairs causes modules functions divergences coverage stackCopies'.split(
      ' ',
    ),
  );
});

test('-o writes a file', () => {
  const path = join(folder, 'report.html');
  expect(runCompare([blur, ...symfs, '--format', 'html', '-o', path]).stdout).toBe('');
  expect(readFileSync(path, 'utf8')).toMatch(/^<!DOCTYPE html>/);
});

describe('what cannot be compared', () => {
  test('a recording without stack copies: how to record, and what is possible', () => {
    const { exitCode, stderr } = runCompare([join(recordings, 'blur-image-fp.callgraph-fp.data'), ...symfs]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('perf record --call-graph dwarf');
    expect(stderr).toMatch(/perf-sframe compare .*blur-image-fp\.callgraph-fp\.data OTHER\.data/);
  });

  test('a method without any data says why', () => {
    const { stdout, exitCode } = runCompare([blur, '--symfs', folder]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('no binary has an .sframe section');
    expect(stdout).toContain('no binary has .eh_frame');
  });

  test('options for one recording are not taken for two', () => {
    expect(runCompare([blur, blur, '--fail-under', 'sframe=5']).exitCode).toBe(2);
    expect(runCompare([blur, '--per-sample', 'rows.txt']).exitCode).toBe(2);
  });
});

test('recordings of frame pointers and of stack copies compare with each other', () => {
  const fp = join(recordings, 'blur-image-fp.callgraph-fp.data');
  const { stdout, exitCode } = runCompare([fp, join(recordings, 'blur-image-fp.data'), ...symfs]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^A .*samples of cpu-clock:u$/m);
  expect(stdout).toMatch(/noise/);
});

describe('the text of two recordings', () => {
  const blurTwice = [blur, join(recordings, 'blur-image-fp.data'), ...symfs];
  const amountsIn = (line: string): number[] => line.trim().split(/[ ~]+/).map(Number);

  test('says first what became of the whole, and fits 80 columns', () => {
    const { stdout } = runCompare(blurTwice);
    const { a, b, unit } = JSON.parse(
      runCompare([...blurTwice, '--format', 'json']).stdout,
    ) as DifferenceReport;
    expect(unit).toBe('nanoseconds');
    const [first] = stdout.split('\n');
    const said =
      /^For the same work, B took ([\d.]+)% (less|more): ([\d.]+) ms of cpu-clock:u instead of ([\d.]+)\.$/;
    const [, percent, direction, inB, inA] = said.exec(first)!;
    expect(Number(inA)).toBeCloseTo(a.weight / 1e6, 0);
    expect(Number(inB)).toBeCloseTo(b.weight / 1e6, 0);
    const change = Number(percent) * (direction === 'less' ? -1 : 1);
    expect(change).toBeCloseTo((100 * (b.weight - a.weight)) / a.weight, 1);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    // A screen, whatever changed.
    expect(stdout.split('\n').length).toBeLessThanOrEqual(35);
  });

  test('has amounts beside shares, in one unit', () => {
    const { stdout } = runCompare(['-v', ...blurTwice]);
    const report = JSON.parse(runCompare([...blurTwice, '--format', 'json']).stdout) as DifferenceReport;
    const lines = stdout.split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/self, %.*self, ms.*total, %.*total, ms/));
    expect(report.functions.length).toBeGreaterThan(5);
    for (const { symbol, self, total } of report.functions) {
      const at = lines.findIndex(
        (line) => /^(?:more|less|calls more|calls less|noise) +/.test(line) && line.endsWith(` ${symbol}`),
      );
      const [selfA, , , , msA, msB, , totalB, , totalMsA, totalMsB] = amountsIn(lines[at + 1]);
      expect(selfA).toBeCloseTo((100 * self.weightA) / report.a.weight, 1);
      expect(totalB).toBeCloseTo((100 * total.weightB) / report.b.weight, 1);
      [self.weightA, self.weightB, total.weightA, total.weightB].forEach((weight, i) =>
        expect([msA, msB, totalMsA, totalMsB][i]).toBeCloseTo(weight / 1e6, 0),
      );
    }
  });

  test('counts samples where samples are counted', () => {
    const { stdout } = runCompare([...blurTwice, '--weight', 'samples', '-v']);
    expect(stdout).toMatch(/^For the same work, B took .*: \d+ samples instead of 82\.$/m);
    expect(stdout).toMatch(/self, samples.*total, samples/);
  });
});

describe('of page faults, which are sampled at a frequency', () => {
  const faults = join(recordings, 'blur-image-nofp.two-events.data');
  const compareFaults = (...options: string[]) =>
    JSON.parse(
      runCompare([faults, faults, ...symfs, '--event', 'page-faults:u', '--format', 'json', ...options])
        .stdout,
    ) as DifferenceReport;
  const shareOf = ({ functions, a }: DifferenceReport, name: string) => {
    const { self } = functions.find(({ symbol }) => symbol === name)!;
    return ((100 * self.weightA) / a.weight).toFixed(2);
  };

  test('shares are those that perf report prints', () => {
    const printed = readFileSync(join(recordings, 'blur-image-nofp.two-events.report-flat.txt'), 'utf8');
    const report = compareFaults();
    for (const name of ['filter_image', '_start'])
      expect(printed).toMatch(new RegExp(`${shareOf(report, name)}% .* ${name}`));
    expect(report.a).toMatchObject({ samples: 4, weight: 69 });
  });

  test('--weight samples counts samples', () => {
    expect(shareOf(compareFaults('--weight', 'samples'), '_start')).toBe('25.00');
  });

  test('an event that is not there is named', () => {
    const { stderr, exitCode } = runCompare([faults, faults, '--event', 'cycles']);
    expect(stderr).toContain('no event cycles (it has cpu-clock:u, page-faults:u)');
    expect(exitCode).toBe(2);
  });
});
