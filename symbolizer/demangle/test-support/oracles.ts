/** Asks the tools of the toolchain root how they print names, and makes names for them to print. */

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElfImage, elf } from '../../../parser';
import { FileByteSource } from '../../../parser/io/file-byte-source';
import type { DemangleOptions } from '../demangle';
import { askPerf, runInToolchain } from '../../test-support/perf-oracle';

/** As c++filt of binutils 2.47 prints names: Rust, then C++, both as verbose as can be. */
export const binutilsForm: DemangleOptions = {
  params: true,
  expandStandardTypes: true,
  types: false,
  rust: 'binutils',
  managedLanguages: false,
};

/** Between the starts of the functions that bear the names we ask perf for. */
const functionSizeBytes = 16;

function inWorkFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'demangle-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What c++filt prints for each of the names, which have no character but letters, digits and `_.$`. */
export function askCxxfilt(names: readonly string[], ...options: string[]): string[] {
  return inWorkFolder((folder) => {
    writeFileSync(join(folder, 'names'), names.map((name) => `${name}\n`).join(''));
    const command = ['c++filt', ...options, '<names', '>texts'].join(' ');
    runInToolchain(folder, ['sh', '-ec', command]);
    return readFileSync(join(folder, 'texts'), 'utf8').split('\n').slice(0, names.length);
  });
}

/** What `perf script` prints for functions of these names. */
export function askPerfNames(names: readonly string[]): string[] {
  return inWorkFolder((folder) => {
    const functions = names.map(
      (
        name,
        i,
      ) => `.p2align 4\n.type "${name}", @function\n.set "${name}", .L${i}\n.L${i}: .skip ${functionSizeBytes}
.size "${name}", ${functionSizeBytes}\n.globl "${name}"\n`,
    );
    writeFileSync(join(folder, 'names.s'), `.text\n${functions.join('')}`);
    runInToolchain(folder, ['sh', '-ec', 'as -o names.o names.s && ld -shared -o names.so names.o']);
    const path = join(folder, 'names.so');
    const image = ElfImage.parse(FileByteSource.open(path));
    const code = image.segments.find(({ type, flags }) => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0)!;
    const text = image.sections.find(({ name }) => name === '.text')!;
    const avma = 0x7f00_0000_0000;
    const mapping = { path: '/names', avma, sizeBytes: code.fileSizeBytes, fileOffset: code.fileOffset };
    const start = avma + text.svma - code.svma;
    const addresses = names.map((_, i) => start + i * functionSizeBytes);
    return askPerf(new Map([['names', path]]), [mapping], addresses).map((line) =>
      line.replace(/\+0x0 \(\/names\)$/, ''),
    );
  });
}

/** The distinct mangled names of C++ and Rust in the symbol tables of files, of the toolchain root unless in `folder`. */
export function mangledNamesOf(
  paths: readonly string[],
  options: { dynamic: boolean; folder?: string },
): string[] {
  const command = ['nm', ...(options.dynamic ? ['-D'] : []), ...paths];
  return distinctNames(runInToolchain(options.folder ?? tmpdir(), command));
}

function distinctNames(nmOutput: string): string[] {
  const names = new Set<string>();
  for (const [, name] of nmOutput.matchAll(/ (_[ZR][A-Za-z0-9_.$]*)(?:@.*)?$/gm)) names.add(name);
  return [...names];
}

/** The names in the programs beside this file, compiled by the toolchain's g++. */
export function namesOfOurPrograms(): string[] {
  return inWorkFolder((folder) => {
    for (const file of ['names.cpp', 'names-module.cpp'])
      copyFileSync(join(__dirname, file), join(folder, file));
    runInToolchain(folder, [
      'sh',
      '-ec',
      'g++ -std=c++26 -w -c names.cpp; g++ -std=c++26 -O2 -w -c names.cpp -o optimized.o;' +
        'g++ -std=c++26 -fmodules -c names-module.cpp',
    ]);
    return distinctNames(
      execFileSync('nm', ['names.o', 'optimized.o', 'names-module.o'], { cwd: folder, encoding: 'utf8' }),
    );
  });
}
