/** Builds a program in the toolchain root, records it there, and folds what was recorded. */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFolder, toolchainFolder } from '../../../test-data/test-support/places';
import { runProgram } from '../../../test-data/test-support/program';

/** Its call frame information leads from handlers of signals to what was interrupted. */
const cLibrary = 'usr/lib/x86_64-linux-gnu/libc.so.6';

/** Says whether the toolchain root has a program, such as a compiler that setup-more.sh adds. */
export function toolchainHas(program: string): boolean {
  return existsSync(join(toolchainFolder, 'usr/bin', program));
}

/** Makes a folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'known-calls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** What is built and recorded. */
export interface KnownProgram {
  /** Is /w in the root, where all commands run. */
  readonly folder: string;
  /** Name of the file that the source is written to. */
  readonly sourceName: string;
  readonly source: string;
  /** Shell commands that make `calls` of it. */
  readonly build: string;
  /** The program is run once with each of these as its arguments. */
  readonly runs: readonly string[];
  /** Event that is sampled, as `perf record -e` takes it. */
  readonly event?: string;
}

/**
 * Records each run by perf with `--call-graph dwarf` and folds it. @returns by run, the stacks that contain `leaf`, without
 * their weights; at least one, else it throws
 */
export function recordedStacks(program: KnownProgram, leaf = 'leaf'): Map<string, string[]> {
  const { folder, runs, event = 'cpu-clock:u' } = program;
  writeFileSync(join(folder, program.sourceName), program.source);
  const record = runs.map(
    (run, index) =>
      `perf record -q -e ${event} -F 499 --call-graph dwarf -o ${index}.data ./calls ${run} >/dev/null`,
  );
  const built = spawnSync(
    join(repositoryFolder, 'test-data/toolchain/enter.sh'),
    ['sh', '-ec', [program.build, ...record].join('\n')],
    { encoding: 'utf8', env: { ...process.env, ENTER_BIND: `${folder}:/w` } },
  );
  if (built.status !== 0 || built.stderr !== '') throw new Error(built.stderr);
  mkdirSync(join(folder, 'root/w'), { recursive: true });
  cpSync(join(folder, 'calls'), join(folder, 'root/w/calls'));
  cpSync(join(toolchainFolder, cLibrary), join(folder, 'root', cLibrary));
  return new Map(runs.map((run, index) => [run, foldedStacks(folder, `${index}.data`, leaf)]));
}

function foldedStacks(folder: string, recording: string, leaf: string): string[] {
  const { stdout } = runProgram([
    'fold',
    '--weight',
    'samples',
    '--symfs',
    join(folder, 'root'),
    '-i',
    join(folder, recording),
  ]);
  const stacks = stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line.includes(leaf))
    .map((line) => line.replace(/ \d+$/, ''));
  if (stacks.length === 0) throw new Error(`no stack of ${recording} has ${leaf}:\n${stdout}`);
  return stacks;
}
