/** Whether a recording was made under the kernel that runs here now: then what belongs to that kernel can be read from it. */

import { hostname, release, uptime } from 'node:os';
import { Feature, type Recording, type BinaryFileSystem } from '../../parser';
import { isRunningKernel } from '../../symbolizer';

/**
 * Decided by the kernel's build id where the recording has it. One of user space alone has none: then host and release have
 * to be the same, and the file no older than the last start of this machine.
 */
export function isRecordedHere(
  recording: Recording,
  files: BinaryFileSystem,
  kernelBuildId: Uint8Array | undefined,
): boolean {
  if (kernelBuildId) return isRunningKernel(files, kernelBuildId);
  const writtenMs = recording.writtenAt?.getTime() ?? -Infinity;
  return (
    recording.stringFeature(Feature.HOSTNAME) === hostname() &&
    recording.stringFeature(Feature.OSRELEASE) === release() &&
    writtenMs >= Date.now() - uptime() * 1000
  );
}
