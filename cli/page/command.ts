/**
 * The profile page: `perf-sframe view`, and `flamegraph`, which begins with the flame graph. Of two recordings the page shows
 * the difference.
 */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectProfile, type Profile } from '../../profile';
import { baseName } from '../compare/text/compare-text';
import { filesRead, readEach, type RecordingInput, type SeveralRecordings } from '../inputs';
import { finishOutput, openOutput } from '../output-file';
import { chooseEvent, threadTitle, type StackChoice } from '../stacks/stack-choice';
import { writeError } from '../text/error-output';
import { printable } from '../text/printable';
import { makePageData, type PageInput } from './page-data';
import { formatProfilePage } from './page-document';

const NO_SAMPLES = 'there are no samples to show: none was recorded, or the filters leave all of them out';

export interface PageOptions extends StackChoice {
  /** Whether two recordings are shown as one; else the difference of the second from the first. */
  readonly together: boolean;
  /** The file to write; "-" for standard output, undefined for one in the folder for temporary files. */
  readonly output: string | undefined;
  /** What the page begins with. */
  readonly view: 'flame' | 'functions';
}

/** @returns the exit code @throws UsageError, ParseError, or the system's error */
export async function runPage(recordings: SeveralRecordings, options: PageOptions): Promise<number> {
  const path = options.output ?? join(mkdtempSync(join(tmpdir(), 'perf-sframe-')), 'profile.html');
  const output = openOutput({ path, option: '--output', inputs: filesRead(recordings) });
  const { inputs } = recordings;
  const isDifference = inputs.length === 2 && !options.together;
  const pageInputs: PageInput[] = [];
  const finishes: (() => number)[] = [];
  const exitCode = await readEach(
    { inputs, options: { ...recordings.options, keepsExitedThreads: true } },
    (session, name) => {
      const collected = collectProfile(session, { keepsTimes: true });
      pageInputs.push({
        name: inputs.length === 1 ? baseName(name) : name,
        side: isDifference && pageInputs.length === 1 ? 1 : 0,
        session,
        collected,
        firstEvent:
          options.event === undefined ? undefined : chooseEvent(session, collected.profile, options.event),
        // Two builds of a program may go by two names: a difference does not tell stacks apart by the command.
        rootsOf: (profile, row) =>
          isDifference
            ? []
            : [...(inputs.length > 1 ? [printable(name)] : []), ...rootTitle(profile, row, options)],
      });
    },
    (finish) => finishes.push(finish),
  );
  if (countSamples(pageInputs) === 0) {
    writeError(`perf-sframe: ${inputs.map((input) => printable(input.path)).join(', ')}: ${NO_SAMPLES}\n`);
  }
  const page = formatPage(pageInputs, inputs, isDifference, options);
  const damageCode = Math.max(0, ...finishes.map((finish) => finish()));
  finishOutput(output, page);
  // A file that nobody named has to be found, by those who want to hear nothing else, too.
  if (path !== '-' && !(recordings.options.isQuiet && options.output !== undefined))
    writeError(`perf-sframe: ${printable(path)} is the page; open it in a browser\n`);
  return Math.max(exitCode, damageCode);
}

/** What is above a row's stack: its thread, as --root says, or nothing. */
function rootTitle(profile: Profile, row: number, options: PageOptions): string[] {
  const title = threadTitle(profile, row, options, printable);
  return title === undefined ? [] : [title];
}

function formatPage(
  pageInputs: readonly PageInput[],
  inputs: readonly RecordingInput[],
  isDifference: boolean,
  { view, weight, showsLines }: PageOptions,
): string {
  const [before, after] = inputs.map(({ path }) => baseName(path));
  const title = isDifference ? `${after} compared with ${before}` : titleOf(inputs);
  return formatProfilePage(makePageData(pageInputs, { showsLines }), {
    title,
    subtitle: isDifference ? `Before: ${inputs[0].path}. After: ${inputs[1].path}.` : subtitleOf(pageInputs),
    view,
    unit: weight,
  });
}

function titleOf(inputs: readonly RecordingInput[]): string {
  return inputs.length === 1 ? baseName(inputs[0].path) : `${inputs.length} recordings`;
}

function countSamples(pageInputs: readonly PageInput[]): number {
  return pageInputs.reduce((sum, { collected }) => sum + (collected.times?.count ?? 0), 0);
}

function subtitleOf(pageInputs: readonly PageInput[]): string {
  const samples = countSamples(pageInputs);
  if (samples === 0) return NO_SAMPLES;
  const events = new Set(
    pageInputs.flatMap(({ session }) => session.recording.events.map(({ name }) => name ?? 'unknown')),
  );
  const counted = pageInputs.some(({ session }) => session.options.offCpu)
    ? ', counted in nanoseconds off CPU'
    : '';
  return `${samples.toLocaleString('en-US')} samples of ${[...events].join(', ')}${counted}`;
}
