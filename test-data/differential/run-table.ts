/** Turns the rows of the table that read some sets of recordings into tests. */
import { declareLeftOut } from '../test-support/left-out';
import { hasToolchain, toolchainIsRequired } from '../test-support/places';
import { askUntilOurs, REPEATS } from './perf-chance';
import { canReadPerfOutput, readPerfOutput, runPerfAnew } from './perf-output';
import { runProgram } from './program-output';
import { findSet, listRecordings, type RecordingSet } from './recording-sets';
import { readTable, type RowGroup } from './table';
import { findLibraryAddresses, withoutFrames } from './library-frames';
import { describeDifference, withoutChance } from './text-difference';

/** Room for perf to be asked several times. */
const rowTimeoutMs = 300_000;

/** The recordings that a pattern of the table names, without the excepted ones. */
function matchRecordings(set: RecordingSet, pattern: string, except: RowGroup['except'] = {}): string[] {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const matcher = new RegExp(`^${source}$`);
  return listRecordings(set).filter((name) => {
    const full = `${set.name}/${name}`;
    return matcher.test(full) && except[full] === undefined;
  });
}

/** Only the text counts for a reader of a failed row, not where in this file it was thrown. */
function rowError(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

/**
 * Compares one row; a difference counts only where perf does not print our text when it is asked again.
 *
 * @returns how many texts perf printed until one was ours; 1 where the first was
 */
async function compareRow(
  set: RecordingSet,
  recording: string,
  options: string,
  leavesOutLibraries: boolean,
): Promise<number> {
  const [expected, actual] = await Promise.all([
    readPerfOutput(set, recording, options),
    runProgram(set, recording, options),
  ]);
  if (expected.length === 0) throw rowError('perf printed nothing: this row compares nothing');
  const stdout = withoutChance(actual.stdout.toString('latin1'));
  const addresses = leavesOutLibraries ? findLibraryAddresses(stdout) : undefined;
  const withoutLibraries = (text: string): string => (addresses ? withoutFrames(text, addresses) : text);
  const ours = withoutLibraries(stdout);
  const comparable = (text: Buffer): string => withoutLibraries(withoutChance(text.toString('latin1')));
  const first = comparable(expected);
  const askAgain = async (): Promise<string> => comparable(await runPerfAnew(set, recording, options));
  // Without a toolchain root the stored text is all there is.
  const { hasOurs, distinct } = await askUntilOurs(ours, first, hasToolchain() ? REPEATS : 0, askAgain);
  if (!hasOurs) {
    const others = distinct === 1 ? '' : `perf printed ${distinct} different texts, none of them ours\n`;
    throw rowError(`${describeDifference(first, ours)}\n${others}stderr: ${actual.stderr}`);
  }
  if (actual.exitCode !== 0) throw rowError(`exit code ${actual.exitCode}\nstderr: ${actual.stderr}`);
  return distinct;
}

/** A row, or pattern, that cannot be compared here: shown as left out, or failed where the toolchain is required. */
function declareMissing(name: string, set: RecordingSet): void {
  if (toolchainIsRequired && (set.name === 'fresh' || set.name === 'committed')) {
    test(name, () => {
      throw rowError(set.howToGet);
    });
  } else {
    declareLeftOut(name, `not there; ${set.howToGet}`);
  }
}

/** An exception that no recording bears is a leftover, or misspelt. */
function findUnusedExceptions(setNames: string[]): string[] {
  return readTable().flatMap(({ recordings, except = {} }) =>
    Object.keys(except).filter((full) => {
      const set = findSet(full);
      const names = listRecordings(set);
      if (!setNames.includes(set.name) || names.length === 0) return false;
      const name = full.slice(set.name.length + 1);
      return (
        !names.includes(name) || !recordings.some((pattern) => matchRecordings(set, pattern).includes(name))
      );
    }),
  );
}

/** Declares a test for each row of the table that reads a recording of these sets. */
export function testTable(setNames: string[]): void {
  const missing: string[] = [];
  const agreedLater: string[] = [];
  afterAll(() => {
    if (agreedLater.length === 0) return;
    console.warn(
      `${agreedLater.length} rows agree with one of several texts of perf:\n${agreedLater.join('\n')}`,
    );
  });
  test('every exception of the table is one that a recording needs', () => {
    expect(findUnusedExceptions(setNames)).toEqual([]);
  });
  for (const { group, recordings, options, except, leavesOutLibraries } of readTable()) {
    const patterns = recordings.filter((pattern) => setNames.includes(findSet(pattern).name));
    if (patterns.length === 0) continue;
    describe(group, () => {
      for (const pattern of patterns) {
        const set = findSet(pattern);
        const names = matchRecordings(set, pattern, except);
        if (names.length === 0) {
          declareMissing(pattern, set);
          missing.push(pattern);
        }
        for (const name of names) {
          for (const row of options) {
            const title = `${set.name}/${name}: ${row}`;
            if (canReadPerfOutput(set, name, row)) {
              const leavesOut = leavesOutLibraries !== undefined;
              const compare = async (): Promise<void> => {
                const distinct = await compareRow(set, name, row, leavesOut);
                if (distinct === 1) return;
                agreedLater.push(`perf printed ${distinct} different texts of ${title}; one equals ours`);
              };
              test(title, compare, rowTimeoutMs);
            } else {
              declareMissing(title, set);
              missing.push(title);
            }
          }
        }
      }
    });
  }
  if (missing.length > 0)
    console.warn(`left out: ${missing.length} rows or patterns of ${setNames.join(', ')}`);
}
