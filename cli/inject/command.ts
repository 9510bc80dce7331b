/** `perf-sframe inject`: the recording again, each sample with the callchain that was unwound here. */

import { openSession, type FileSessionOptions } from '../../profile/node';
import { finishRun } from '../finish-run';
import { namedFiles } from '../session-options';
import { openOutput } from '../output-file';
import { type Session, UsageError } from '../../profile';
import { writeError } from '../text/error-output';
import { formatSize } from '../text/text-columns';
import { InjectedRecording, type SeekableOutput } from './injected-recording';

/** @param keepsRegisters whether user registers stay in the samples @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runInject(
  options: FileSessionOptions,
  path: string,
  keepsRegisters: boolean,
): Promise<number> {
  const inputs = [options.input, ...namedFiles(options)];
  const output = openOutput({ path, option: '--output', inputs });
  if (!output.writeAt) {
    output.discard();
    throw new UsageError(`--output ${path}: is not a regular file; the head of a recording is written last`);
  }
  let session: Session;
  let injected: InjectedRecording;
  try {
    session = await openSession({ ...options, mergesDeferred: true });
    injected = new InjectedRecording(session, output as SeekableOutput, keepsRegisters);
    session.run(
      (sample, event, _thread, chain, isHidden) => {
        if (!isHidden) injected.addSample(sample, event, chain);
      },
      { record: (place) => injected.addRecord(place), keepsGroups: true },
    );
    injected.finish();
  } catch (error) {
    output.discard();
    throw error;
  }
  output.commit();
  const exitCode = finishRun(session);
  writeError(summary(injected, session.recording.sizeBytes, path));
  return exitCode;
}

function summary(injected: InjectedRecording, originalBytes: number | undefined, path: string): string {
  const { sampleCount, rewrittenCount, sizeBytes } = injected;
  const original = originalBytes === undefined ? '' : ` of ${formatSize(originalBytes)}`;
  const chains = injected.changesAny
    ? `${rewrittenCount} of ${sampleCount} samples have new callchains`
    : `${sampleCount} samples; nothing was unwound: no event has registers and stack copies, or deferred callchains`;
  return `perf-sframe: ${path}: ${formatSize(sizeBytes)}${original}; ${chains}\n`;
}
