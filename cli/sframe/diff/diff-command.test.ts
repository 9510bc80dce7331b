/** `sframe diff`: functions are matched by name, and their rows show what a build changed. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeElf } from '../../../sframe/test-support/made-image';
import { repositoryFolder } from '../../../test-data/test-support/places';
import { runProgram } from '../../../test-data/test-support/program';

const programs = join(repositoryFolder, 'test-data/recordings/root/w/bin');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sframe-diff-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { stdout, stderr, status } = runProgram(['sframe', 'diff', ...args], { cwd: folder });
  return { stdout, stderr, exitCode: status };
}

interface DiffJson {
  readonly lost: readonly { name: string }[];
  readonly gained: readonly { name: string }[];
  readonly changed: readonly { name: string; before: { rows: string[] }; after: { rows: string[] } }[];
  readonly sameFunctions: number;
}

test('a file and itself: nothing', () => {
  const path = join(programs, 'shapes-fp');
  const { stdout, exitCode } = run(path, path);
  expect([exitCode, stdout]).toEqual([0, '.sframe  355 → 355 bytes (+0); FDEs 11 → 11; 11 the same\n']);
});

test('with frame pointers and without: the same functions at other addresses, with other rows', () => {
  const { stdout, exitCode } = run('--json', join(programs, 'shapes-fp'), join(programs, 'shapes-nofp'));
  const { lost, gained, changed } = JSON.parse(stdout) as DiffJson;
  expect([exitCode, lost, gained]).toEqual([3, [], []]);
  // By readelf's texts (test-data/sframe): fp+16 becomes sp+… in each of them.
  const program = changed.find(({ name }) => name === 'run_program')!;
  expect(program.before.rows.join('\n')).toContain('CFA rbp+16');
  expect(program.after.rows.join('\n')).not.toContain('rbp+');
});

test('rows lost, gained and changed; a row that both have is left out', () => {
  const fde = (start: number, ...words: number[]) => ({
    start,
    sizeBytes: 0x20,
    fres: [
      { start: 0, words: [8] },
      { start: 1, words },
    ],
  });
  const write = (name: string, fdes: ReturnType<typeof fde>[]) =>
    writeFileSync(join(folder, name), makeElf({ abi: 3, sframe: { fdes } }));
  // Without a symbol table, functions are matched in the order of their addresses.
  write('old.so', [fde(0x1000, 16), fde(0x1020, 16), fde(0x1040, 16)]);
  write('new.so', [fde(0x1100, 16), fde(0x1120, 24)]);
  expect(run('old.so', 'new.so')).toMatchObject({
    exitCode: 3,
    stdout: expect.stringMatching(
      /FDEs 3 → 2; 1 the same\n\n1 function lost their rows:\n {2}\(no name\) {2}0x1040, 32 bytes\n\n1 function changed:\n {2}\(no name\) {2}0x1020 → 0x1120, 32 → 32 bytes\n {4}- \+0x1 CFA rsp\+16 RA c-8 FP u\n {4}\+ \+0x1 CFA rsp\+24 RA c-8 FP u\n$/,
    ) as string,
  });
  expect(run('new.so', 'old.so').stdout).toContain('1 function gained rows');
});

test('calls that are wrong, and files without a table', () => {
  expect(run('one').exitCode).toBe(2);
  expect(run('nothing', 'at-all').exitCode).toBe(1);
  writeFileSync(join(folder, 'none.so'), makeElf({ abi: 3 }));
  expect(run('none.so', 'none.so').exitCode).toBe(4);
});
