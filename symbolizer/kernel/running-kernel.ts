/** The kernel that this machine runs: its build id says whether a recording is of it. */

import { findBuildIdNote, ParseError, type BinaryFileSystem } from '../../parser';
import { isSameBuildId } from '../files/build-id';

const NOTES = '/sys/kernel/notes';

/** Whether this machine runs the kernel of a build id; false also where it does not say. */
export function isRunningKernel(files: BinaryFileSystem, buildId: Uint8Array): boolean {
  const file = files.openNamed(NOTES);
  if (typeof file === 'string') return false;
  try {
    const notes = file.read(0, file.sizeBytes);
    const running = findBuildIdNote(notes, true) ?? findBuildIdNote(notes, false);
    return running !== undefined && isSameBuildId(buildId, running);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return false;
  } finally {
    file.close();
  }
}
