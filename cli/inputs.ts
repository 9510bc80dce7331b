/** The recordings of commands that take several: files, and folders with recordings somewhere below them. */

import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { ParseError } from '../parser';
import { type Session, UsageError } from '../profile';
import { openSession, type FileSessionOptions } from '../profile/node';
import { finishRun } from './finish-run';
import type { SharedArguments } from './options';
import { findInput, namedFiles, sessionOptions } from './session-options';
import { writeError } from './text/error-output';
import { printable } from './text/printable';

export interface RecordingInput {
  readonly path: string;
  /** Of several, what tells it from the others: its path below the folder that all are in. Of one its path. */
  readonly name: string;
}

/** Names of files that hold recordings though they do not begin as one: compressed. */
const compressedName = /\.data\.gz$/;
const MAGICS = ['PERFILE2', '2ELIFREP', 'PERFFILE'];

/** Adds the recordings that a command reads, as its positional arguments `[inputs..]`. */
export function addInputs<T>(yargs: Argv<T>) {
  return yargs.positional('inputs', {
    type: 'string',
    array: true,
    describe:
      'recordings, or folders that have some; unless given what is piped in, else perf.data; - for standard input',
  });
}

/** What {@link addInputs} and -i parse to. */
export interface InputArguments {
  inputs?: string[];
  i?: string;
}

/** Recordings, and how to read them. */
export interface SeveralRecordings {
  readonly inputs: readonly RecordingInput[];
  /** Of each; its input is replaced. */
  readonly options: FileSessionOptions;
}

/** What the arguments of a command on several recordings ask for. @throws UsageError as {@link findInputs} and sessionOptions do */
export function severalRecordings(args: SharedArguments & InputArguments): SeveralRecordings {
  const inputs = findInputs(args);
  return { inputs, options: sessionOptions({ ...args, i: undefined, input: inputs[0].path }) };
}

/** All files that are read because arguments name them: outputs must not be among these. */
export function filesRead({ inputs, options }: SeveralRecordings): (string | undefined)[] {
  return [...inputs.map(({ path }) => path), ...namedFiles(options)];
}

/**
 * Reads one recording after the other, so that memory does not grow with their number.
 * @param visit takes what it needs of a recording
 * @param finishLater takes what says what went wrong with it, where the caller still has to name functions
 * @returns the exit code. Of several recordings one that cannot be used is left out, and that is said
 * @throws UsageError, or where no recording can be used the error of the first
 */
export async function readEach(
  { inputs, options }: SeveralRecordings,
  visit: (session: Session, name: string) => void,
  finishLater?: (finish: () => number) => void,
): Promise<number> {
  let exitCode = 0;
  const errors: unknown[] = [];
  const said = new Set<string>();
  for (const { path, name } of inputs) {
    try {
      const session = await openSession({ ...options, input: path });
      visit(session, name);
      const finish = () =>
        finishRun(session, { needsStacks: true, said, name: inputs.length > 1 ? name : undefined });
      if (finishLater) finishLater(finish);
      else exitCode = Math.max(exitCode, finish());
    } catch (error) {
      if (inputs.length === 1 || !isUnusableInput(error)) throw error;
      errors.push(error);
      writeError(`perf-sframe: ${printable(name)} is left out: ${printable((error as Error).message)}\n`);
      if (options.isStrict) exitCode = 1;
    }
  }
  if (errors.length === inputs.length) throw errors[0];
  return exitCode;
}

function isUnusableInput(error: unknown): boolean {
  return error instanceof ParseError || (error as NodeJS.ErrnoException).syscall !== undefined;
}

/** The recordings that the arguments name. @throws UsageError for a folder that has none, or where nothing is named */
function findInputs({ inputs = [], i }: InputArguments): RecordingInput[] {
  const named = [...inputs, ...(i === undefined ? [] : [i])];
  const given = named.length > 0 ? named : [findInput({})];
  const paths = given.flatMap((path) => (isFolderOfRecordings(path) ? recordingsBelow(path) : [path]));
  const shared = paths.length < 2 ? 0 : sharedFolder(paths);
  return paths.map((path) => ({ path, name: path.slice(shared) }));
}

/** Whether a path is a folder, and not a recording in several files (perf record --threads). */
function isFolderOfRecordings(path: string): boolean {
  return (
    path !== '-' &&
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true &&
    !isDirectoryRecording(path)
  );
}

function isDirectoryRecording(path: string): boolean {
  return existsSync(join(path, 'data'));
}

function recordingsBelow(folder: string): string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) {
        if (isDirectoryRecording(inner)) found.push(inner);
        else visit(inner);
      } else if (entry.isFile() && isRecording(inner)) found.push(inner);
    }
  };
  visit(folder);
  if (found.length === 0) throw new UsageError(`${folder}: has no recordings, nor has a folder below it`);
  return found;
}

function isRecording(path: string): boolean {
  if (compressedName.test(path)) return true;
  const start = Buffer.alloc(8);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, start, 0, start.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return MAGICS.includes(start.toString('latin1'));
}

/** The length of the longest beginning that all paths share and that ends with a folder. */
function sharedFolder(paths: readonly string[]): number {
  const [first] = paths;
  let end = first.lastIndexOf('/') + 1;
  while (end > 0 && !paths.every((path) => path.startsWith(first.slice(0, end)))) {
    end = first.lastIndexOf('/', end - 2) + 1;
  }
  return end;
}
