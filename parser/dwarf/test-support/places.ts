/**
 * Where the differential tests find real binaries and the tools they compare with. What is not on the machine
 * is left out aloud: {@link describeWith} puts the reason into the test's name and on the console.
 */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { FileByteSource } from '../../io/file-byte-source';
import { ElfImage } from '../../elf';
import { describeWhere } from '../../../test-data/test-support/left-out';

const REPOSITORY = resolve(__dirname, '../../..');
export const TOOLCHAIN = process.env.PERF_SFRAME_TOOLCHAIN ?? join(REPOSITORY, '.toolchain/forky');
export const RECORDINGS = join(REPOSITORY, '../shared/recordings');
const ENTER = join(REPOSITORY, 'test-data/toolchain/enter.sh');

export const hasToolchain = existsSync(join(TOOLCHAIN, 'usr/bin/gcc'));
export const hasRecordings = existsSync(RECORDINGS);
export const hasReadelf = spawnSync('readelf', ['--version']).status === 0;

/** {@link describeWhere} everything that it needs is there. */
export function describeWith(needs: Record<string, boolean>, name: string, body: () => void): void {
  const missing = Object.keys(needs).filter((need) => !needs[need]);
  describeWhere(missing.length === 0, name, `not on this machine: ${missing.join(', ')}`, body);
}

/** Standard output of a tool of the system. */
export function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, {
    encoding: 'latin1',
    maxBuffer: 1 << 30,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (result.error) throw result.error;
  return result.stdout;
}

/** Runs a command in the toolchain root, in a folder of the machine that is visible there under the same path. */
export function runInToolchain(folder: string, command: readonly string[], input = ''): string {
  const result = spawnSync(ENTER, command, {
    encoding: 'latin1',
    maxBuffer: 1 << 30,
    input,
    env: { ...process.env, PERF_SFRAME_TOOLCHAIN: TOOLCHAIN, ENTER_BIND: folder },
  });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${command.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

/** Opens an ELF file; it stays open as long as the test process runs. */
export function openElf(path: string): ElfImage {
  return ElfImage.parse(FileByteSource.open(path));
}

/** Regular files under a folder, sorted, as paths that start with it. */
export function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .sort();
}
