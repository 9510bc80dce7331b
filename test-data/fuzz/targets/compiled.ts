/** What gcc of the toolchain root makes of the test programs: debug information in every form. Nothing where it is not set up. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCompiledFolder, type CompiledFolder } from '../../../parser/dwarf/test-support/compiled';
import { hasToolchain } from '../../../parser/dwarf/test-support/places';

export { hasToolchain };

function inFolder<T>(make: (folder: CompiledFolder) => T): T {
  const folder = makeCompiledFolder();
  try {
    return make(folder);
  } finally {
    folder.remove();
  }
}

function read(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

const lazily = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** A relocatable file and a shared library with SFrame; none without the toolchain. */
export const compiledObjects = lazily((): Uint8Array[] => {
  if (!hasToolchain) return [];
  return inFolder((folder) => {
    folder.run(['gcc', '-c', '-g', '-O2', '-Wa,--gsframe', 'steps.c', '-o', 'steps.o']);
    folder.run([
      'gcc',
      '-shared',
      '-fPIC',
      '-O2',
      '-Wa,--gsframe',
      '-gz=zlib',
      '-g',
      'steps.c',
      'steps-second.c',
      '-o',
      's.so',
    ]);
    return [read(join(folder.folder, 'steps.o')), read(join(folder.folder, 's.so'))];
  });
});

/** Programs with debug information of several versions and byte orders. */
export const debugPrograms = lazily((): Uint8Array[] => {
  if (!hasToolchain) return [];
  return inFolder((folder) =>
    [
      ['5', ['-g', '-O2'], ''],
      ['4', ['-gdwarf-4', '-O2'], ''],
      ['3', ['-gdwarf-3', '-O2'], ''],
      ['be', ['-g', '-O2'], 's390x-linux-gnu-'],
    ].map(([name, flags, prefix]) =>
      read(folder.compile('steps', name as string, flags as string[], prefix as string)),
    ),
  );
});

export interface SplitProgram {
  readonly program: Uint8Array;
  /** .dwo files by their names. */
  readonly dwo: ReadonlyMap<string, Uint8Array>;
}

/** A program whose debug information is in .dwo files. */
export const splitProgram = lazily((): SplitProgram =>
  inFolder((folder) => {
    const program = read(folder.compile('steps', 'split', ['-g', '-O2', '-gsplit-dwarf']));
    const names = readdirSync(folder.folder).filter((name) => name.endsWith('.dwo'));
    return { program, dwo: new Map(names.map((name) => [name, read(join(folder.folder, name))])) };
  }),
);

/** A program that dwz made smaller, and the file that it moved shared entries to. */
export const dwzPrograms = lazily(() =>
  inFolder((folder) => {
    folder.compile('shapes', 'one', ['-g', '-O2']);
    folder.run(['cp', 'one', 'two']);
    folder.run(['dwz', '-m', 'shared.debug', 'one', 'two']);
    return { one: read(join(folder.folder, 'one')), shared: read(join(folder.folder, 'shared.debug')) };
  }),
);
