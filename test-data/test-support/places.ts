/**
 * Where tests find what is not part of a file of this repository: the toolchain root, the recordings shared between
 * checkouts, and the work folder in which build.sh and record.sh leave their results.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export const repositoryFolder = resolve(__dirname, '../..');
export const workFolder = resolve(repositoryFolder, 'test-data/.work');
export const toolchainFolder = resolve(
  repositoryFolder,
  process.env.PERF_SFRAME_TOOLCHAIN ?? '.toolchain/forky',
);
export const sharedCasesFolder = resolve(repositoryFolder, '../shared/cases');
export const sharedRecordingsFolder = resolve(repositoryFolder, '../shared/recordings');

/** True in CI, where the toolchain root and what is made with it have to be there: their absence fails there. */
export const toolchainIsRequired = process.env.PERF_SFRAME_REQUIRE_TOOLCHAIN === '1';

/** Says whether setup.sh has set up the toolchain root. */
export function hasToolchain(): boolean {
  return existsSync(resolve(toolchainFolder, '.complete'));
}

/** What 32-bit programs lack here; undefined where they can be built and started. Some virtual machines start none, whatever their kernel was built with. */
export function missingFor32BitPrograms(): string | undefined {
  const loader = resolve(toolchainFolder, 'usr/lib32/ld-linux.so.2');
  if (!existsSync(loader))
    return 'the toolchain root has no 32-bit libraries: test-data/toolchain/setup.sh adds them';
  return spawnSync(loader, ['--version']).status === 0 ? undefined : 'this machine starts no 32-bit programs';
}
