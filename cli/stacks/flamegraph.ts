/** `perf-sframe flamegraph`: stacks as a picture, in a page that a browser opens without network. */

import type { RecordedEvent } from '../../parser';
import type { Session } from '../../profile';
import {
  collectProfile,
  type FlameKind,
  type FlameLabel,
  FlameTree,
  type FrameName,
  unitOfPeriods,
  UsageError,
} from '../../profile';
import { type FileSessionOptions, openSession } from '../../profile/node';
import { finishOutput, openOutput } from '../output-file';
import { baseName } from '../compare/text/compare-text';
import { formatFlamePage } from './flame-page';
import { lineText } from './fold-text';
import { printable } from '../text/printable';
import { finishRun } from '../finish-run';
import { namedFiles } from '../options';
import { chooseEvent, threadTitle, type StackChoice } from './stack-choice';

export interface FlameGraphOptions extends StackChoice {
  /** A second recording, whose stacks are shown beside those of the first. */
  readonly other: string | undefined;
  /** The file to write; "-" for standard output. */
  readonly output: string;
}

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runFlameGraph(
  sessionOptions: FileSessionOptions,
  options: FlameGraphOptions,
): Promise<number> {
  const inputs = [sessionOptions.input, ...(options.other === undefined ? [] : [options.other])];
  const output = openOutput({
    path: options.output,
    option: '--output',
    inputs: [...inputs, ...namedFiles(sessionOptions)],
  });
  const tree = new FlameTree(inputs.length);
  const subtitles: string[] = [];
  const units = new Set<string>();
  let exitCode = 0;
  for (const [recording, input] of inputs.entries()) {
    const session = await openSession({ ...sessionOptions, input });
    const event = addRecording(tree, recording, session, options);
    const unit = event && unitOf(event, options);
    if (unit !== undefined) units.add(unit);
    subtitles.push(`${tree.totals[recording].toLocaleString('en-US')} ${unit ?? options.weight}`);
    exitCode = Math.max(exitCode, finishRun(session));
  }
  if (tree.totals.every((total) => total === 0)) {
    throw new UsageError(`${inputs.join(', ')}: no samples: there is nothing to draw`);
  }
  const names = inputs.map(baseName);
  const page = formatFlamePage({
    title:
      inputs.length === 1 ? `Flame graph of ${names[0]}` : `Flame graph of ${names[1]} after ${names[0]}`,
    subtitle:
      inputs.length === 1
        ? subtitles[0]
        : `Before: ${inputs[0]}, ${subtitles[0]}. After: ${inputs[1]}, ${subtitles[1]}.`,
    unit: options.weight === 'samples' ? 'samples' : [...units].join(' or '),
    tree,
  });
  finishOutput(output, page);
  if (options.output !== '-') process.stderr.write(`perf-sframe: ${options.output} is the flame graph\n`);
  return exitCode;
}

/** Adds the stacks of a recording. @returns the event that was counted */
function addRecording(
  tree: FlameTree,
  recording: number,
  session: Session,
  options: StackChoice,
): RecordedEvent | undefined {
  const { profile } = collectProfile(session);
  const event = chooseEvent(session, profile, options.event);
  if (event === undefined) return undefined;
  tree.add(recording, {
    profile,
    event,
    weight: options.weight,
    threadLabel: (row) => ({
      name: threadTitle(profile, row, options, printable),
      binary: '',
      kind: 'thread',
    }),
    frameLabels: (frame) =>
      session.names
        .expand(frame)
        .map((name) => labelOf(session, frame, name, options.showsLines))
        .reverse(),
  });
  return session.recording.events[event];
}

function labelOf(session: Session, frame: number, name: FrameName, showsLines: boolean): FlameLabel {
  const module = session.mappings.mappings[session.frames.mapping[frame]]?.module;
  const binary = module === undefined ? '' : printable(module.path);
  if (name.symbol === undefined || name.symbolOffset < 0) {
    return { name: `[${binary === '' ? 'unknown' : baseName(binary)}]`, binary, kind: 'unknown' };
  }
  let kind: FlameKind = 'user';
  if (name.isInlined) kind = 'inlined';
  else if (module?.isKernel) kind = 'kernel';
  else if (module && session.binaries.generated.owns(module)) kind = 'generated';
  const position = showsLines ? (name.position ?? session.names.positionOf(frame)) : undefined;
  return { name: printable(name.symbol) + lineText(position), binary, kind };
}

function unitOf(event: RecordedEvent, { weight }: StackChoice): string {
  return printable(weight === 'samples' ? `samples of ${event.name}` : unitOfPeriods(event));
}
