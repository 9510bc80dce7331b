/** Programs that a test compiles and records itself in the toolchain root, for what no workload shows for certain. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInRoot } from './addr2line-answers';
import type { RecordingSet } from './recording-sets';

/** A set in the folder `w` of a temporary folder, which is /w inside the root: `bin`, `src`, `recordings`. */
export function makeOwnSet(sources: Record<string, string>): RecordingSet {
  const symfs = mkdtempSync(join(tmpdir(), 'perf-sframe-own-'));
  const folder = join(symfs, 'w');
  for (const name of ['bin', 'src', 'recordings']) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, 'src', name), text);
  return {
    name: 'own',
    folder,
    dataFolder: 'recordings',
    symfs,
    kallsyms: () => undefined,
    storedText: () => undefined,
    howToGet: 'run test-data/toolchain/setup.sh',
  };
}

/** Compiles a static program at fixed addresses into `bin`. @param command compiler and flags */
export function compileStatic(set: RecordingSet, program: string, command: readonly string[]): void {
  const flags = ['-static', '-no-pie', '-fno-pie', '-o', `/w/bin/${program}`];
  runInRoot(set.folder, ['env', '-C', 'src', ...command, ...flags]);
}

/** Records a run of a program of `bin`, under its name. */
export function recordOwn(set: RecordingSet, program: string): void {
  // -N: no copy of the binary in ~/.debug, where the printing perf would find it first.
  const how = ['-q', '-N', '-e', 'cpu-clock:u', '-F', '999', '--call-graph', 'dwarf,4096'];
  runInRoot(set.folder, ['perf', 'record', ...how, '-o', `recordings/${program}.data`, `bin/${program}`]);
}

export function removeOwnSet(set: RecordingSet): void {
  rmSync(set.symfs, { recursive: true, force: true });
}
