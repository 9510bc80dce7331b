/** Programs compiled in the toolchain root for the differential tests, in a folder of their own. */

import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInToolchain, TOOLCHAIN } from './places';

const PROGRAMS = join(__dirname, 'programs');

export interface CompiledFolder {
  readonly folder: string;
  /** Runs a command of the toolchain there. */
  run(command: readonly string[], input?: string): string;
  /** Compiles one of the programs; returns the path of the result. */
  compile(program: 'shapes' | 'steps', output: string, flags: readonly string[], prefix?: string): string;
  remove(): void;
}

/** A temporary folder with the sources, visible to the toolchain under the same path. */
export function makeCompiledFolder(): CompiledFolder {
  const folder = mkdtempSync(join(tmpdir(), 'perf-sframe-dwarf-'));
  for (const name of readdirSync(PROGRAMS)) copyFileSync(join(PROGRAMS, name), join(folder, name));
  const run = (command: readonly string[], input?: string) => runInToolchain(folder, command, input);
  return {
    folder,
    run,
    compile(program, output, flags, prefix = '') {
      const command =
        program === 'shapes'
          ? ['g++', 'shapes.cpp', 'shapes-second.cpp']
          : [`${prefix}gcc`, 'steps.c', 'steps-second.c', '-nostdlib', '-static', '-ffreestanding'];
      run([...command, ...flags, '-o', output]);
      return join(folder, output);
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
      // The empty folder that it was mounted on.
      const mountPoint = join(TOOLCHAIN, folder);
      if (existsSync(mountPoint)) rmdirSync(mountPoint);
    },
  };
}
