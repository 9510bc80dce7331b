/** `perf-sframe fold`: stacks as one line each, for flame graphs. */

import { namedFiles } from '../options';
import { openOutput } from '../output-file';
import { ByteWriter } from '../text/byte-writer';
import { collectProfile, foldedComm, foldedName, type FoldNameOptions, foldStacks } from '../../profile';
import { type FileSessionOptions, openSession } from '../../profile/node';
import { finishRun } from '../finish-run';
import { chooseEvent, threadTitle, type StackChoice } from './stack-choice';

export interface FoldCommandOptions extends FoldNameOptions, StackChoice {
  /** The file to write; undefined and "-" for standard output. */
  readonly output: string | undefined;
}

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runFold(
  sessionOptions: FileSessionOptions,
  options: FoldCommandOptions,
): Promise<number> {
  const inputs = [sessionOptions.input, ...namedFiles(sessionOptions)];
  const output = openOutput({ path: options.output, option: '--output', inputs });
  const session = await openSession(sessionOptions);
  const { profile } = collectProfile(session);
  const event = chooseEvent(session, profile, options.event);
  const rootName = (row: number): string => threadTitle(profile, row, options, foldedComm);
  const frameNames = (frame: number): string[] => {
    const module = session.mappings.mappings[session.frames.mapping[frame]]?.module;
    const place = {
      modulePath: module?.path,
      isKernel: module?.isKernel === true,
      isGenerated: module !== undefined && session.binaries.generated.owns(module),
      address: session.names.addressText(frame),
    };
    return session.names
      .expand(frame)
      .map((name) => {
        const position = options.showsLines ? (name.position ?? session.names.positionOf(frame)) : undefined;
        return foldedName(name, place, options, position);
      })
      .reverse();
  };
  const out = new ByteWriter(output.write);
  if (event !== undefined) {
    for (const { text, weight } of foldStacks(profile, {
      event,
      weight: options.weight,
      rootName,
      frameNames,
    })) {
      out.writeText(`${text} ${weight}\n`);
    }
  }
  out.flush();
  output.commit();
  return finishRun(session, { needsStacks: true });
}
