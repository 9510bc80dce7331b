/**
 * The profile page: `perf-sframe view`, and `flamegraph`, which begins with the flame graph. Of two recordings the page shows
 * the difference.
 */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectProfile, UsageError, type Profile } from '../../profile';
import { openSession, type FileSessionOptions } from '../../profile/node';
import { baseName } from '../compare/text/compare-text';
import { finishRun } from '../finish-run';
import { namedFiles } from '../options';
import { finishOutput, openOutput } from '../output-file';
import { chooseEvent, threadTitle, type StackChoice } from '../stacks/stack-choice';
import { printable } from '../text/printable';
import { makePageData, type PageInput } from './page-data';
import { formatProfilePage } from './page-document';

export interface PageOptions extends StackChoice {
  /** A second recording, whose difference from the first is shown. */
  readonly other: string | undefined;
  /** The file to write; "-" for standard output, undefined for one in the folder for temporary files. */
  readonly output: string | undefined;
  /** What the page begins with. */
  readonly view: 'flame' | 'functions';
}

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runPage(sessionOptions: FileSessionOptions, options: PageOptions): Promise<number> {
  const paths = [sessionOptions.input, ...(options.other === undefined ? [] : [options.other])];
  const path = options.output ?? join(mkdtempSync(join(tmpdir(), 'perf-sframe-')), 'profile.html');
  const output = openOutput({ path, option: '--output', inputs: [...paths, ...namedFiles(sessionOptions)] });
  const inputs: PageInput[] = [];
  let exitCode = 0;
  const said = new Set<string>();
  for (const [side, input] of paths.entries()) {
    const { pageInput, code } = await readInput(
      { ...sessionOptions, input },
      side === 0 ? 0 : 1,
      options,
      said,
    );
    inputs.push(pageInput);
    exitCode = Math.max(exitCode, code);
  }
  if (inputs.every(({ collected }) => collected.times?.count === 0)) {
    output.discard();
    throw new UsageError(
      `${paths.join(', ')}: there are no samples to show: none was recorded, or the filters leave all of them out`,
    );
  }
  finishOutput(output, formatPage(inputs, paths, options));
  if (path !== '-')
    process.stderr.write(`perf-sframe: ${printable(path)} is the page; open it in a browser\n`);
  return exitCode;
}

async function readInput(
  sessionOptions: FileSessionOptions,
  side: 0 | 1,
  options: PageOptions,
  said: Set<string>,
): Promise<{ pageInput: PageInput; code: number }> {
  const session = await openSession({ ...sessionOptions, keepsExitedThreads: true });
  const collected = collectProfile(session, { keepsTimes: true });
  const pageInput: PageInput = {
    name: baseName(sessionOptions.input),
    side,
    session,
    collected,
    firstEvent:
      options.event === undefined ? undefined : chooseEvent(session, collected.profile, options.event),
    // Two builds of a program may go by two names: a difference does not tell stacks apart by the command.
    rootOf:
      options.other === undefined
        ? (profile: Profile, row: number) => threadTitle(profile, row, options, printable)
        : undefined,
  };
  return { pageInput, code: finishRun(session, { needsStacks: true, said }) };
}

function formatPage(inputs: readonly PageInput[], paths: readonly string[], options: PageOptions): string {
  const { view, weight, showsLines } = options;
  const [first, second] = inputs;
  return formatProfilePage(makePageData(inputs, { showsLines }), {
    title: second ? `${second.name} compared with ${first.name}` : first.name,
    subtitle: second ? `Before: ${paths[0]}. After: ${paths[1]}.` : subtitleOf(first),
    view,
    unit: weight,
  });
}

function subtitleOf({ session, collected }: PageInput): string {
  const samples = collected.times?.count ?? 0;
  const events = session.recording.events.map(({ name }) => name ?? 'unknown').join(', ');
  return `${samples.toLocaleString('en-US')} samples of ${events}`;
}
