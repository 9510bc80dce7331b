/** Turns the rows of the table that read some sets of recordings into tests. */
import { declareLeftOut } from '../test-support/left-out';
import { hasToolchain, toolchainIsRequired } from '../test-support/places';
import { casesOfRow, patternMatcher, type RowCases } from './cases';
import { findLongerStacks } from './function-ends';
import { partOfReport, partOfScript } from './missing-binaries';
import { askUntilOurs, REPEATS } from './perf-chance';
import { canReadPerfOutput, readPerfOutput, readStoredText, runPerfAnew } from './perf-output';
import { runProgram, type ProgramOutput } from './program-output';
import { findSet, listRecordings, type RecordingSet } from './recording-sets';
import type { RowGroup } from './row-group';
import { readTable } from './table';
import { findLibraryAddresses, withoutFrames } from './library-frames';
import { withTiesInOrder } from './report-ties';
import { describeDifference, withoutChance, withUnknownLines } from './text-difference';

/** Room for perf to be asked several times. */
const rowTimeoutMs = 300_000;

/** The recordings that a pattern of the table names, without the excepted ones. */
function matchRecordings(set: RecordingSet, pattern: string, except: RowGroup['except'] = {}): string[] {
  const matcher = patternMatcher(pattern);
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

/** A row of the table. */
interface Row {
  readonly set: RecordingSet;
  readonly recording: string;
  readonly options: string;
  readonly group: RowGroup;
  /** Undefined where what is printed by default equals perf's text. */
  readonly cases: RowCases | undefined;
}

/** Ours as the row's cases say, or where the recording has stacks that perf cuts off at the end of a function: that is chance. */
async function asPerfIfNamed({ set, recording, options, cases }: Row): Promise<ProgramOutput | undefined> {
  // function-ends.test.ts says that such stacks are all that differs.
  const mayDiffer =
    cases !== undefined || (set.name === 'fresh' && (await findLongerStacks(set, recording)).length > 0);
  return mayDiffer ? await runProgram(set, recording, `${options} --as-perf`) : undefined;
}

/** A row's texts in the form in which they are compared. */
interface RowTexts {
  readonly actual: ProgramOutput;
  readonly ours: string;
  readonly comparable: (text: Buffer) => string;
}

function textsOf(actual: ProgramOutput, { leavesOutLibraries }: RowGroup, isReport: boolean): RowTexts {
  const stdout = withoutChance(actual.stdout.toString('latin1'));
  const leftOut = leavesOutLibraries === undefined ? undefined : findLibraryAddresses(stdout);
  const withoutLeftOut = (text: string): string => (leftOut ? withoutFrames(text, leftOut) : text);
  const inOrder = (text: string): string => (isReport ? withTiesInOrder(text) : text);
  const comparable = (text: Buffer): string =>
    inOrder(withoutLeftOut(withUnknownLines(withoutChance(text.toString('latin1')))));
  return { actual, ours: inOrder(withoutLeftOut(stdout)), comparable };
}

/** How a row came to be equal. */
interface RowResult {
  /** How many texts perf printed until one was ours; 1 where the first was. */
  readonly distinct: number;
  /** Whether ours is that of `--as-perf`. */
  readonly isAsPerf: boolean;
}

/** Compares one row; a difference counts only where perf does not print our text when it is asked again. */
async function compareRow(row: Row): Promise<RowResult> {
  const { set, recording, options, group } = row;
  const isReport = options.startsWith('report');
  const [expected, byDefault] = await Promise.all([
    readPerfOutput(set, recording, options),
    runProgram(set, recording, options),
  ]);
  if (expected.length === 0) throw rowError('perf printed nothing: this row compares nothing');
  let texts = textsOf(byDefault, group, isReport);
  const isEqual = texts.ours === texts.comparable(expected);
  const asPerf = isEqual ? undefined : await asPerfIfNamed(row);
  if (asPerf) texts = textsOf(asPerf, group, isReport);
  const { actual, ours, comparable } = texts;
  const first = comparable(expected);
  const askAgain = async (): Promise<string> => comparable(await runPerfAnew(set, recording, options));
  // Without a toolchain root the stored text is all there is.
  const { hasOurs, distinct } = await askUntilOurs(ours, first, hasToolchain() ? REPEATS : 0, askAgain);
  if (!hasOurs) {
    const others = distinct === 1 ? '' : `perf printed ${distinct} different texts, none of them ours\n`;
    throw rowError(`${describeDifference(first, ours)}\n${others}stderr: ${actual.stderr}`);
  }
  if (actual.exitCode !== 0) throw rowError(`exit code ${actual.exitCode}\nstderr: ${actual.stderr}`);
  return { distinct, isAsPerf: asPerf !== undefined };
}

/**
 * Compares what a stored text says without binaries that it was printed with and that are missing here. Of reports only
 * tables of single frames can be compared.
 */
async function compareStoredPart(row: Row, missing: string[]): Promise<void> {
  const { set, recording, options } = row;
  const stored = readStoredText(set, recording, options)?.toString('latin1') ?? '';
  // What perf cannot name or unwind without a binary is what is compared here.
  const actual = await runProgram(set, recording, row.cases ? `${options} --as-perf` : options);
  const texts = [stored, actual.stdout.toString('latin1')].map(withoutChance);
  const chains = readStoredText(set, recording, 'script --no-inline')?.toString('latin1') ?? '';
  const part = options.startsWith('report')
    ? (text: string): string => partOfReport(text, missing)
    : (text: string): string => partOfScript(text, chains, missing);
  const difference = describeDifference(part(texts[0]), part(texts[1]));
  if (difference !== undefined) throw rowError(`${difference}\nstderr: ${actual.stderr}`);
}

/** Declares the tests of rows, and keeps what there is to say of all of them. */
class TableTests {
  private readonly leftOut: string[] = [];
  private readonly agreedLater: string[] = [];
  private readonly agreedAsPerf: string[] = [];
  private readonly agreedByDefault: string[] = [];
  private readonly accidents = new Map<string, number>();

  /** A row: perf's text of the binaries that are here, and the part of the stored text that fits them. */
  declareRow(set: RecordingSet, recording: string, options: string, group: RowGroup): void {
    const cases = casesOfRow(group, `${set.name}/${recording}`, options);
    const row = `${set.name}/${recording}: ${options}`;
    const title = cases ? `${row} [${cases.names.join(', ')}]` : row;
    if (cases?.isReproduced === false) {
      for (const name of cases.names) this.accidents.set(name, (this.accidents.get(name) ?? 0) + 1);
      declareLeftOut(title, 'docs/as-perf.md names what differs');
      return;
    }
    const missing = set.missingBinaries?.(recording) ?? [];
    if (missing.length === 0 || group.onlyStored === undefined) {
      if (canReadPerfOutput(set, recording, options)) {
        const compare = async (): Promise<void> => {
          const { distinct, isAsPerf } = await compareRow({ set, recording, options, group, cases });
          if (isAsPerf && !cases) this.agreedAsPerf.push(title);
          if (!isAsPerf && cases) this.agreedByDefault.push(title);
          if (distinct === 1) return;
          this.agreedLater.push(`perf printed ${distinct} different texts of ${title}; one equals ours`);
        };
        test(title, compare, rowTimeoutMs);
      } else this.leaveOut(title, set, 'run test-data/toolchain/setup.sh');
    }
    const isCallTree = options.startsWith('report') && !options.includes('-g none');
    if (missing.length > 0 && !isCallTree && readStoredText(set, recording, options) !== undefined) {
      test(
        `${title} (the stored text, without ${missing.join(', ')})`,
        async () => await compareStoredPart({ set, recording, options, group, cases }, missing),
        rowTimeoutMs,
      );
    }
  }

  /** A row, or pattern, that cannot be compared here: shown as left out, or failed where the toolchain is required. */
  leaveOut(name: string, set: RecordingSet, howToGet: string): void {
    this.leftOut.push(name);
    if (toolchainIsRequired && (set.name === 'fresh' || set.name === 'committed')) {
      test(name, () => {
        throw rowError(howToGet);
      });
    } else declareLeftOut(name, `not there; ${howToGet}`);
  }

  /** Says how many rows were left out, and afterwards which agree by chance, or otherwise than they say. */
  report(setNames: string[]): void {
    const { leftOut, agreedLater, agreedAsPerf, agreedByDefault, accidents } = this;
    const counts = [...accidents].map(([name, count]) => `${name} ${count}`).join(', ');
    if (counts !== '')
      console.warn(`rows of ${setNames.join(', ')} left out for accidents of perf: ${counts}`);
    if (leftOut.length > 0)
      console.warn(`left out: ${leftOut.length} rows or patterns of ${setNames.join(', ')}`);
    const say = (rows: readonly string[], what: string): void => {
      if (rows.length > 0) console.warn(`${rows.length} rows ${what}:\n${rows.join('\n')}`);
    };
    afterAll(() => {
      say(agreedLater, 'agree with one of several texts of perf');
      say(agreedAsPerf, 'agree --as-perf: function-end');
      say(agreedByDefault, 'agree by default, though a case is named');
    });
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
  test('every exception of the table is one that a recording needs', () => {
    expect(findUnusedExceptions(setNames)).toEqual([]);
  });
  const tests = new TableTests();
  for (const group of readTable()) {
    const patterns = group.recordings.filter((pattern) => setNames.includes(findSet(pattern).name));
    if (patterns.length === 0) continue;
    describe(group.group, () => {
      for (const pattern of patterns) {
        const set = findSet(pattern);
        const names = matchRecordings(set, pattern, group.except);
        if (names.length === 0) tests.leaveOut(pattern, set, set.howToGet);
        for (const name of names) {
          for (const options of group.options) tests.declareRow(set, name, options, group);
        }
      }
    });
  }
  tests.report(setNames);
}
