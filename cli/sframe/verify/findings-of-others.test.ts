/**
 * Findings 12 to 14 of docs/findings.md, in lld, clang and mold of this run (test-data/toolchain/setup-more.sh). When a newer one mends
 * what it says, this fails, and the document wants a line.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../../../test-data/test-support/left-out';
import {
  hasToolchain,
  repositoryFolder,
  toolchainFolder,
  workFolder,
} from '../../../test-data/test-support/places';
import type { CoverageJson, VerifyJson } from '../json';

const folder = join(workFolder, 'sframe-findings-of-others');
const SHARED = '-shared --unresolved-symbols=ignore-all -z lazy';

/** Runs a line of shell in the toolchain root, where the sources are. */
function inside(line: string): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(
    join(repositoryFolder, 'test-data/toolchain/enter.sh'),
    ['sh', '-c', line],
    { env: { ...process.env, ENTER_BIND: `${folder}:/w` }, encoding: 'utf8' },
  );
  return { status, text: stdout + stderr };
}

function sframe<Json>(command: 'verify' | 'coverage', name: string): Json {
  const program = join(repositoryFolder, 'bin/perf-sframe.js');
  const args = [program, 'sframe', command, '--json', join(folder, name)];
  return JSON.parse(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout) as Json;
}

const hasTool = (name: string): boolean =>
  hasToolchain() && existsSync(join(toolchainFolder, 'usr/bin', name));

function describeTool(name: string, what: string, tests: () => void): void {
  const absent = `${name} in the toolchain root (test-data/toolchain/setup-more.sh)`;
  describeWhere(hasTool(name), what, absent, tests);
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(repositoryFolder, 'test-data/sframe/findings/other-linkers'), folder, { recursive: true });
});

describeTool('ld.lld', 'lld', () => {
  test('tables of the inputs are one after the other, and no segment holds them', () => {
    const built = inside(
      `set -e; for name in one two; do gcc -O2 -fPIC -Wa,--gsframe-3 -c $name.c -o $name.o; done
       ld.lld ${SHARED} one.o two.o -o lld.so; readelf -lW lld.so | grep -c GNU_SFRAME || true`,
    );
    expect(built).toEqual({ status: 0, text: '0\n' });
    const [{ sections, structure }] = sframe<VerifyJson>('verify', 'lld.so').files;
    expect(sections.map(({ fdeCount }) => fdeCount)).toEqual([1, 1]);
    expect(structure.map(({ code, count }) => [code, count])).toEqual([
      ['several-tables', 1],
      ['segment-missing', 2],
    ]);
  });

  test('a function that another object file’s COMDAT group has makes it refuse the link, which ld does', () => {
    const objects = 'comdat-one.o comdat-two.o';
    const built = inside(
      `for name in comdat-one comdat-two; do g++ -O2 -fPIC -Wa,--gsframe-3 -c $name.cc -o $name.o; done
       ld -shared ${objects} -o ld-comdat.so && ld.lld -shared ${objects} -o lld-comdat.so`,
    );
    expect(built.status).toBe(1);
    expect(built.text).toMatch(/relocation refers to a discarded section: \.text\._Z5twice/);
    expect(built.text).toMatch(/comdat-two\.o:\(\.sframe\+0x1c\)/);
    const [{ verdict, comparedFunctions }] = sframe<VerifyJson>('verify', 'ld-comdat.so').files;
    expect({ verdict, comparedFunctions }).toEqual({ verdict: 'agrees', comparedFunctions: 5 });
  });
});

const CLANG_SFRAME = '-O2 -fPIC -Wa,--allow-experimental-sframe -Wa,--gsframe';

describeTool('clang-22', 'clang 22', () => {
  test('it writes version 2, which ld ignores with an error', () => {
    const { status, text } = inside(
      `set -e; clang-22 ${CLANG_SFRAME} -c one.c -o clang.o; readelf -x .sframe clang.o; ld ${SHARED} clang.o -o ld-clang.so`,
    );
    expect(status).toBe(0);
    // Magic number 0xdee2, little endian, and the version.
    expect(text).toMatch(/0x00000000 e2de02/);
    expect(text).toContain('unexpected SFrame format version 2');
    expect(text).toContain('SFrame section ignored');
  });

  test('it knows no other machine', () => {
    const { status, text } = inside(
      `clang-22 ${CLANG_SFRAME} --target=aarch64-linux-gnu -c one.c -o clang-aarch64.o`,
    );
    expect({ status, text }).toMatchObject({ status: 1 });
    expect(text).toContain("unsupported option '-Wa,--gsframe' for target 'aarch64-linux-gnu'");
  });
});

describeTool('mold', 'mold', () => {
  test('it merges tables, and writes no rows for its PLT', () => {
    const built = inside(
      `set -e; for name in one two; do gcc -O2 -fPIC -Wa,--gsframe-3 -c $name.c -o $name.o; done
       mold -m elf_x86_64 ${SHARED} one.o two.o -o mold.so`,
    );
    expect(built).toEqual({ status: 0, text: '' });
    const [{ rows, missing }] = sframe<CoverageJson>('coverage', 'mold.so').files;
    expect(rows.fdes).toBe(2);
    expect(missing.map(({ name, cause }) => [name, cause])).toEqual([['callee$plt', 'linker-plt']]);
  });

  describeTool('clang-22', 'beside clang 22', () => {
    test('it leaves a table of version 2 out without a word', () => {
      const built = inside(
        `set -e; clang-22 ${CLANG_SFRAME} -c one.c -o clang.o
         mold -m elf_x86_64 ${SHARED} clang.o -o mold-clang.so; readelf -SW mold-clang.so | grep -c sframe || true`,
      );
      expect(built).toEqual({ status: 0, text: '0\n' });
    });
  });
});
