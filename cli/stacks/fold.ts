/** `perf-sframe fold`: stacks as one line each, for flame graphs. */

import { filesRead, readEach, type SeveralRecordings } from '../inputs';
import { openOutput } from '../output-file';
import { ByteWriter } from '../text/byte-writer';
import {
  collectProfile,
  foldedComm,
  foldedName,
  type FoldNameOptions,
  foldStacks,
  type Session,
} from '../../profile';
import { chooseEvent, threadTitle, type StackChoice } from './stack-choice';

export interface FoldCommandOptions extends FoldNameOptions, StackChoice {
  /** The file to write; undefined and "-" for standard output. */
  readonly output: string | undefined;
}

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runFold(recordings: SeveralRecordings, options: FoldCommandOptions): Promise<number> {
  const output = openOutput({ path: options.output, option: '--output', inputs: filesRead(recordings) });
  const isOneOfSeveral = recordings.inputs.length > 1;
  const lines: string[] = [];
  const exitCode = await readEach(recordings, (session, name) => {
    const root = isOneOfSeveral ? `${foldedComm(name)};` : '';
    lines.push(...foldedLines(session, root, options));
  });
  const out = new ByteWriter(output.write);
  for (const line of isOneOfSeveral ? lines.sort() : lines) out.writeText(line);
  out.flush();
  output.commit();
  return exitCode;
}

/** @param root what each line begins with */
function foldedLines(session: Session, root: string, options: FoldCommandOptions): string[] {
  const { profile } = collectProfile(session);
  const event = chooseEvent(session, profile, options.event);
  if (event === undefined) return [];
  const rootName = (row: number): string => root + (threadTitle(profile, row, options, foldedComm) ?? '');
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
  return foldStacks(profile, { event, weight: options.weight, rootName, frameNames }).map(
    // Without a root stacks begin with a function.
    ({ text, weight }) => `${text.replace(/^;/, '') || '[no_stack]'} ${weight}\n`,
  );
}
