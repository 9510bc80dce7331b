/** `sframe make` and `sframe coverage --predict`, run as programs. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeElf } from '../../../sframe/test-support/made-image';
import { repositoryFolder } from '../../../test-data/test-support/places';
import { runProgram } from '../../../test-data/test-support/program';

const programs = join(repositoryFolder, 'test-data/recordings/root/w/bin');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sframe-make-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]) {
  const { status, stdout, stderr } = runProgram(['sframe', ...args]);
  return { status, stdout, stderr };
}

const functions = {
  code: [{ name: '.text', svma: 0, sizeBytes: 0x20 }],
  ehFrame: [{ start: 0, sizeBytes: 0x20 }],
};

/** An archive of one member, as `ar` writes it. */
function archiveOf(name: string, member: Uint8Array): Buffer {
  const fields = [`${name}/`.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '644'.padEnd(8)];
  const head = `!<arch>\n${fields.join('')}${String(member.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(head), member, Buffer.from(member.length % 2 === 1 ? '\n' : '')]);
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

test('make refuses relocatable files and archives of them, goes on, and says what to do', () => {
  const object = makeElf({ abi: 3, type: 1, ...functions });
  writeFileSync(join(folder, 'one.o'), object);
  writeFileSync(join(folder, 'lib.a'), archiveOf('one.o', object));
  const out = join(folder, 'of-objects');
  const linked = join(programs, 'shapes-fp');
  const { status, stderr } = run('make', '-o', out, join(folder, 'one.o'), join(folder, 'lib.a'), linked);
  expect(status).toBe(1);
  for (const name of ['one.o', 'lib.a(one.o)'])
    expect(stderr).toContain(
      `${join(folder, name)}: a relocatable file: a section beside it would need addresses`,
    );
  expect(stderr).toContain('Make it from what is linked of it; sframe coverage --predict says');
  expect(readdirSync(out)).toEqual(['.build-id']);
  // What is recommended works.
  for (const name of ['one.o', 'lib.a']) {
    const predicted = run('coverage', '--predict', join(folder, name));
    expect(predicted.status).toBe(0);
    expect(predicted.stdout).toMatch(/^ +32 +60 .* 1 file$/m);
  }
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
