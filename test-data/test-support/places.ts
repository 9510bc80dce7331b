/**
 * Where tests find what is not part of a file of this repository: the toolchain root, the recordings shared between
 * checkouts, and the work folder in which build.sh and record.sh leave their results.
 */
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
