/** Several recordings at once, and the queries of docs/fleet.md as they stand there, run by DuckDB. */

import { DuckDBInstance } from '@duckdb/node-api';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder } from '../../test-data/test-support/places';
import { reportedSelf } from './test-support/report-totals';
import { pathOf, run } from './test-support/run-export';

const machines = { 'web-1': 'blur-image-nofp', 'web-2': 'shapes-fp', 'web-3': 'blur-image-nofp.compressed' };

let folder = '';
let fleet = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  fleet = join(folder, 'recordings');
  for (const [machine, recording] of Object.entries(machines)) {
    mkdirSync(join(fleet, machine), { recursive: true });
    cpSync(pathOf(recording), join(fleet, machine, 'perf.data'));
  }
  writeFileSync(join(fleet, 'notes.txt'), 'This is not a recording.');
});
afterAll(() => rmSync(folder, { recursive: true }));

const sortedLines = (text: string): string[] => text.trimEnd().split('\n').sort();

/** The fold of each recording, below its name. */
function foldedOfEach(): string[] {
  return Object.entries(machines)
    .flatMap(([machine, recording]) =>
      sortedLines(run('fold', pathOf(recording)).stdout).map((line) => `${machine}/perf.data;${line}`),
    )
    .sort();
}

test('fold and export of a folder have the stacks of each recording below its name', () => {
  expect(sortedLines(run('fold', fleet).stdout)).toEqual(foldedOfEach());
  expect(sortedLines(run('export', fleet, '--format', 'folded').stdout)).toEqual(foldedOfEach());
});

test('recordings are named by what tells them apart; a directory recording is one', () => {
  const directory = pathOf('blur-image-nofp.directory');
  const { stdout } = run('fold', directory, pathOf('shapes-fp'));
  expect(new Set(sortedLines(stdout).map((line) => line.split(';')[0]))).toEqual(
    new Set(['blur-image-nofp.directory.data', 'shapes-fp.data']),
  );
});

test('a recording that cannot be read is left out, and that is said', () => {
  const bad = join(folder, 'bad.data');
  writeFileSync(bad, 'PERFILE2');
  const { stdout, stderr, exitCode } = run('fold', pathOf('shapes-fp'), bad);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('bad.data is left out: ');
  expect(stdout).toContain('shapes-fp.data;shapes-fp;');
  expect(run('fold', pathOf('shapes-fp'), bad, '--strict').exitCode).toBe(1);
  expect(run('fold', bad, join(folder, 'missing.data')).exitCode).toBe(1);
});

test('a folder without recordings is said', () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  expect(run('fold', empty)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('has no recordings') as string,
  });
});

/** Lines of `report -q` of two columns between semicolons. */
function reportLines(input: string, ...options: string[]): Map<string, number> {
  const { stdout } = run(
    ...([
      'report',
      input,
      '--no-children',
      '-g',
      'none',
      '-q',
      '-t',
      ';',
      '-F',
      'period',
      ...options,
    ] as const),
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  const cells = lines.map((line) => line.split(';').map((cell) => cell.trim()));
  return new Map(cells.map(([period, ...keys]) => [keys.join(';'), Number(period)]));
}

test('report of a folder adds up what report prints of each recording', () => {
  const expected = new Map<string, number>();
  for (const recording of Object.values(machines)) {
    for (const [name, period] of reportLines(pathOf(recording), '-s', 'dso,sym')) {
      expected.set(name, (expected.get(name) ?? 0) + period);
    }
  }
  expect(reportLines(fleet, '-s', 'dso,sym')).toEqual(expected);
  expect([...expected.values()].length).toBeGreaterThan(5);
});

test('report tells recordings apart unless it sorts by other keys alone', () => {
  const sum = (recording: string): number =>
    [...reportLines(pathOf(recording), '-s', 'sym').values()].reduce((total, period) => total + period, 0);
  const expected = Object.entries(machines).map(([machine, recording]) => [
    `${machine}/perf.data`,
    sum(recording),
  ]);
  expect(reportLines(fleet, '-s', 'recording')).toEqual(new Map(expected as [string, number][]));
  const { stdout } = run('report', fleet, '--no-children', '-g', 'none');
  expect(stdout).toMatch(/^# Overhead {2}Recording +Command +Shared Object +Symbol$/m);
});

test('report of several recordings has no call graphs, and says so', () => {
  expect(run('report', fleet)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('add --no-children -g none') as string,
  });
});

test('the page of a folder has a box for each recording', () => {
  const { stdout, exitCode } = run('flamegraph', fleet, '-o', '-');
  expect(exitCode).toBe(0);
  const header = /id="header-data">(.*?)<\/script>/.exec(stdout)![1];
  const { strings } = JSON.parse(header) as { strings: string[] };
  expect(strings).toEqual(
    expect.arrayContaining(Object.keys(machines).map((machine) => `${machine}/perf.data`)),
  );
});

describe('the queries of docs/fleet.md', () => {
  const blocks = [
    ...readFileSync(join(repositoryFolder, 'docs/fleet.md'), 'utf8').matchAll(/```sql\n([^`]*)```/g),
  ].map(([, sql]) => sql);
  const [views, ...queries] = blocks;

  /** Answers of the queries over what was exported. */
  async function answers(exported: string) {
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    for (const statement of views.replaceAll("'fleet/", `'${exported}/`).split(';\n').filter(Boolean)) {
      await connection.run(statement);
    }
    const found = [];
    for (const query of queries) found.push((await connection.runAndReadAll(query)).getRowObjectsJson());
    connection.closeSync();
    return found as Record<string, string | number>[][];
  }

  let separate: Record<string, string | number>[][];
  beforeAll(async () => {
    const exported = join(folder, 'separate');
    mkdirSync(exported);
    for (const machine of Object.keys(machines)) {
      const path = join(folder, `${machine}.data`);
      cpSync(join(fleet, machine, 'perf.data'), path);
      expect(run('export', path, '-o', join(exported, `${machine}.parquet`), '--no-inline').exitCode).toBe(0);
    }
    separate = await answers(exported);
  });

  test('time by function is the sum of what report prints of each recording', () => {
    const expected = new Map<string, number>();
    for (const recording of Object.values(machines)) {
      for (const [name, period] of reportedSelf(recording)) {
        expected.set(name, (expected.get(name) ?? 0) + period);
      }
    }
    const [self] = separate;
    const found = self.map((row) => [row.function, Math.round(Number(row.self_seconds) * 1e9)]);
    expect(new Map(found as [string, number][])).toEqual(expected);
    expect(self.find((row) => row.function === 'blur_pixels')).toMatchObject({ recordings: '2' });
  });

  test('every stack of the programs begins in _start', () => {
    const [, total] = separate;
    const expected = Object.values(machines)
      .flatMap((recording) => [...reportedSelf(recording).values()])
      .reduce((sum, period) => sum + period, 0);
    const [first] = total;
    expect([first.function, Math.round(Number(first.total_seconds) * 1e9)]).toEqual(['_start', expected]);
  });

  test('one export of all has the same answers', async () => {
    const exported = join(folder, 'joint');
    mkdirSync(exported);
    expect(run('export', fleet, '-o', join(exported, 'all.parquet'), '--no-inline').exitCode).toBe(0);
    const [self, total, shares] = await answers(exported);
    expect([self, total]).toEqual(separate.slice(0, 2));
    expect(shares.map(({ recording }) => recording).sort()).toEqual(
      Object.keys(machines).map((machine) => `${machine}/perf.data`),
    );
  });
});
