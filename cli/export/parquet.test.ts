/** The tables that the built program writes, read by DuckDB. */

import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { named, reportedSelf } from './test-support/report-totals';
import { pathOf, run } from './test-support/run-export';

let folder = '';
let database: DuckDBConnection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parquet-'));
  database = await (await DuckDBInstance.create()).connect();
});
afterAll(() => {
  database.closeSync();
  rmSync(folder, { recursive: true });
});

function exported(recording: string, ...options: string[]): string {
  const path = join(folder, recording);
  expect(run('export', pathOf(recording), '-o', `${path}.parquet`, ...options)).toMatchObject({
    exitCode: 0,
  });
  return path;
}

async function query<Row extends object>(sql: string): Promise<Row[]> {
  return (await database.runAndReadAll(sql)).getRowObjectsJson() as Row[];
}

test.each(['blur-image-nofp', 'shapes-fp', 'own-signals-nofp'])(
  '%s: functions weigh what report prints',
  async (recording) => {
    const path = exported(recording, '--no-inline');
    const rows = await query<{ function: string; period: string }>(`
      SELECT function, sum(period) AS period
      FROM '${path}.samples.parquet'
      JOIN '${path}.stacks.parquet' USING (stack_id)
      JOIN '${path}.frames.parquet' USING (frame_id)
      WHERE depth = 0 GROUP BY function`);
    const self = new Map(rows.map((row) => [row.function, Number(row.period)]));
    expect(named(self)).toEqual(reportedSelf(recording));
    expect(rows.length).toBeGreaterThan(1);
  },
);

test('stacks are those of fold, from the outermost function on', async () => {
  const path = exported('blur-image-nofp');
  const rows = await query<{ line: string }>(`
    WITH texts AS (
      SELECT stack_id, string_agg(function, ';' ORDER BY depth DESC) AS text
      FROM '${path}.stacks.parquet' JOIN '${path}.frames.parquet' USING (frame_id) GROUP BY stack_id)
    SELECT comm || ';' || text || ' ' || sum(period) AS line
    FROM '${path}.samples.parquet' JOIN texts USING (stack_id) GROUP BY comm, text`);
  const { stdout } = run('fold', pathOf('blur-image-nofp'), '--no-tidy');
  expect(rows.map(({ line }) => line).sort()).toEqual(stdout.trimEnd().split('\n').sort());
});

// perf script of the recording: 82 samples of one thread between 5191.150 and 5191.300 seconds.
test('samples have their thread and time, frames source lines, binaries their build ids', async () => {
  const path = exported('blur-image-nofp');
  const [samples] = await query(`
    SELECT count(*) AS samples, count(DISTINCT tid) AS threads, any_value(comm) AS comm, any_value(unit) AS unit,
      (max(time_ns) - min(time_ns)) > 100000000 AS lasts
    FROM '${path}.samples.parquet'`);
  expect(samples).toEqual({
    samples: '82',
    threads: '1',
    comm: 'blur-image-nofp',
    unit: 'nanoseconds',
    lasts: true,
  });
  const [mix] = await query(`
    SELECT DISTINCT inlined, file LIKE '%/freestanding.h' AS is_there, line > 0 AS has_line, kind, path, build_id, machine
    FROM '${path}.frames.parquet' JOIN '${path}.binaries.parquet' USING (binary_id) WHERE function = 'mix'`);
  expect(mix).toEqual({
    inlined: true,
    is_there: true,
    has_line: true,
    kind: 'user',
    path: '/w/bin/blur-image-nofp',
    // readelf -n of the binary.
    build_id: '9cfb782ceed8010750f2bc69c20fa500425e097e',
    machine: 'x86_64',
  });
});

test('standard output has room for one file only', () => {
  const { stderr, exitCode } = run('export', pathOf('shapes-fp'), '--format', 'parquet');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('4 files (samples, stacks, frames, binaries)');
});
