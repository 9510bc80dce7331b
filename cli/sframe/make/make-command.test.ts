/** `sframe make` and `sframe coverage --predict`, run as programs. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder } from '../../../test-data/test-support/places';

const programs = join(repositoryFolder, 'test-data/recordings/root/w/bin');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sframe-make-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repositoryFolder, 'bin/perf-sframe.js'), 'sframe', ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

test('make writes files that dump reads, and goes on after a file that is none', () => {
  const broken = join(folder, 'broken');
  writeFileSync(broken, 'no ELF file');
  const out = join(folder, 'made');
  const made = run('make', '--json', '-o', out, broken, join(programs, 'own-signals-fp'));
  expect(made.status).toBe(1);
  expect(made.stderr).toContain(`${broken}: not an ELF file`);
  const document = JSON.parse(made.stdout) as {
    schema: string;
    files: { path: string; buildId: string; madeFunctions: number; fdeCount: number; leftOut: unknown[] }[];
    failed: { path: string }[];
  };
  expect(document.schema).toBe('perf-sframe/sframe-make');
  expect(document.failed.map(({ path }) => path)).toEqual([broken]);
  const [file] = document.files;
  expect(file).toMatchObject({ madeFunctions: 10, fdeCount: 10, leftOut: [] });
  expect(file.path).toBe(join(out, '.build-id', file.buildId.slice(0, 2), `${file.buildId.slice(2)}.sframe`));
  const dump = run('dump', file.path);
  expect(dump.status).toBe(0);
  // The signal trampoline, for which gas writes no rows (docs/findings.md): CFA, FP and RA from the saved registers.
  expect(dump.stdout).toContain('size = 8 bytes, attr = "SF"');
  expect(dump.stdout).toContain('(sp+160)  (sp+120)  (sp+168)');
});

test('make needs a folder to write to', () => {
  const { status, stderr } = run('make', join(programs, 'shapes-fp'));
  expect([status, stderr.includes('output')]).toEqual([2, true]);
});

test('coverage --predict adds up', () => {
  const { status, stdout } = run('coverage', '--predict', '--json', programs);
  expect(status).toBe(0);
  interface Line {
    madeSizeBytes: number;
    functions: number;
    madeFunctions: number;
    lostByCause: Record<string, number>;
    sizes: {
      headerBytes: number;
      indexBytes: number;
      attributeBytes: number;
      freBytes: number[][];
      fdes: number;
    };
  }
  const { files, totals } = JSON.parse(stdout) as { files: Line[]; totals: Line };
  expect(files.length).toBe(6);
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  for (const { sizes, madeSizeBytes, functions, madeFunctions, lostByCause } of [...files, totals]) {
    const { headerBytes, indexBytes, attributeBytes, freBytes } = sizes;
    expect(headerBytes + indexBytes + attributeBytes + sum(freBytes.flat())).toBe(madeSizeBytes);
    expect(madeFunctions + sum(Object.values(lostByCause))).toBe(functions);
  }
  expect(totals.madeSizeBytes).toBe(sum(files.map(({ madeSizeBytes }) => madeSizeBytes)));
});
