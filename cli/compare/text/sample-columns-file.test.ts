/** Rows that are written in several parts, read back from both kinds of file. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { repositoryFolder } from '../../../test-data/test-support/places';
import type { ColumnValue, SampleColumn } from '../methods/sample-columns';
import { openOutput } from '../../output-file';
import { startSampleColumns } from './sample-columns-file';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'columns-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const names = ['time', 'thread', 'comm', 'whole'] as const;
const parts: readonly (readonly (readonly ColumnValue[])[])[] = [
  [
    [2n ** 62n, 1, 'a,b', true],
    [null, null, null, null],
  ],
  [[-1n, -5, 'say "x"\nand y', false]],
  [[7n, 2147483647, '', true]],
];

function columnsOf(rows: readonly (readonly ColumnValue[])[]): SampleColumn[] {
  const types = ['INT64', 'INT32', 'STRING', 'BOOLEAN'] as const;
  return names.map((name, i) => ({ name, type: types[i], values: rows.map((row) => row[i]) }));
}

async function writeRows(
  path: string,
  parts: readonly (readonly (readonly ColumnValue[])[])[],
): Promise<void> {
  const output = openOutput({ path, option: '--per-sample', inputs: [] });
  const text = await startSampleColumns({ path, output }, columnsOf([]));
  for (const rows of parts) text.write(columnsOf(rows));
  text.finish();
  output.commit();
}

test('CSV quotes what would end a field, and leaves null empty', async () => {
  const path = join(folder, 'rows.csv');
  await writeRows(path, parts);
  expect(readFileSync(path, 'utf8')).toBe(
    'time,thread,comm,whole\n4611686018427387904,1,"a,b",true\n,,,\n-1,-5,"say ""x""\nand y",false\n7,2147483647,,true\n',
  );
});

test('names that a spreadsheet would take for formulas are marked as text; numbers are not', async () => {
  const path = join(folder, 'formulas.csv');
  await writeRows(path, [
    ['=1+1|<b>', "+cmd|' /C calc'!A0", '-bash', '@SUM(1)', '\t=1', 'a=b'].map((comm) => [
      -1n,
      -2,
      comm,
      true,
    ]),
  ]);
  const lines = readFileSync(path, 'utf8').split('\n').slice(1, -1);
  expect(lines).toEqual(
    ["'=1+1|<b>", "'+cmd|' /C calc'!A0", "'-bash", "'@SUM(1)", "'\t=1", 'a=b'].map(
      (comm) => `-1,-2,${comm},true`,
    ),
  );
});

test('Parquet has a row group for each part, and the values as they were', () => {
  // Jest cannot import hyparquet-writer, an ES module: the files are bundled with it, as in the program, and run by node.
  const bundle = join(folder, 'bundle.mjs');
  buildSync({
    stdin: {
      contents: "export * from './text/sample-columns-file'; export * from '../output-file';",
      resolveDir: join(repositoryFolder, 'cli/compare'),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const path = join(folder, 'rows.parquet');
  const tag = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
  const program = `
    import { openOutput, startSampleColumns } from ${JSON.stringify(bundle)};
    import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
    const path = ${JSON.stringify(path)};
    const untag = (key, value) => (/^-?\\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value);
    const [none, ...parts] = JSON.parse(${JSON.stringify(JSON.stringify([[], ...parts].map(columnsOf), tag))}, untag);
    const output = openOutput({ path, option: '--per-sample', inputs: [] });
    const written = await startSampleColumns({ path, output }, none);
    parts.forEach(written.write);
    written.finish();
    output.commit();
    const file = await asyncBufferFromFile(path);
    const { row_groups } = await parquetMetadataAsync(file);
    const tag = (key, value) => (typeof value === 'bigint' ? value + 'n' : value);
    console.log(JSON.stringify([row_groups.length, await parquetReadObjects({ file })], tag));`;
  const read = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: repositoryFolder,
  });
  const [groups, rows] = JSON.parse(read) as [number, Record<string, unknown>[]];
  expect(groups).toBe(parts.length);
  const expected = JSON.parse(JSON.stringify(parts.flat(), tag)) as unknown[][];
  expect(rows.map((row) => names.map((name) => row[name]))).toEqual(expected);
});
