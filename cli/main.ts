/**
 * The program: arguments -> command -> exit code.
 *
 *   0  done; what could not be used was reported on stderr
 *   1  the input cannot be used (or, with --strict, not all of it)
 *   2  the program was called wrongly
 *   3  a promise of compare --fail-under is broken
 *   141  the reader of standard output went away (`| head`), as of other programs
 */

import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import yargs, { type Argv } from 'yargs';
import packageJson from '../package.json';
import { ParseError } from '../parser';
import { commandTable, type Start } from './command-table';
import { addSFrameCommands } from './sframe/commands';
import { UsageError } from '../profile';
import { collectGarbage } from './collect-garbage';
import { writeError } from './text/error-output';
import { OutputError, STANDARD_OUTPUT } from './text/output-error';
import { describeUnknownCommand } from './help/other-commands';
import { describeParserMessage, expandAbbreviation, knownOptions } from './help/parser-messages';
import { endProgress, showProgressOnTerminal } from './show-progress';
import { onFirstOutput } from './text/byte-writer';
import { isTerminal } from './text/terminal/is-terminal';
import { beginOutput, endOutput, isPagerLeft, preparePager, setUpTerminal } from './text/terminal/terminal';
import { printable, writeForTerminal } from './text/printable';
import { namesNotDone, translatePerfArguments } from './perf-options';

const EXIT_UNUSABLE_INPUT = 1;
const EXIT_USAGE = 2;
/** As a shell reports a program that SIGPIPE ended: not all of the output was read, so this is not success. */
const EXIT_READER_GONE = 128 + 13;

/** An option was shortened, as perf allows: the arguments are to be read again with its whole name. */
class Abbreviated extends Error {
  constructor(readonly args: readonly string[]) {
    super();
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const printsForTerminal = await isTerminal(1);
  if (printsForTerminal) await preparePager();
  writeForTerminal(printsForTerminal);
  showProgressOnTerminal(await isTerminal(2));
  onFirstOutput(() => {
    endProgress();
    return beginOutput();
  });
  let exitCode = 0;
  let chosen: (() => Promise<number>) | undefined;
  const start: Start = (run) => {
    chosen = run;
  };
  const finish = (code: number): void => {
    exitCode = code;
  };
  const args = answerOtherCommands(translatePerfArguments(argv));
  const parser = makeParser(args.map(markStandardInput), start, finish);
  try {
    await parser
      .strict()
      .parserConfiguration({ 'camel-case-expansion': false })
      .middleware((given) => chooseTerminal(given, printsForTerminal))
      .middleware((given) => keepLastOfRepeated(given, new Set(knownOptions(parser).boolean)))
      .exitProcess(false)
      .fail((message, error) => {
        // Errors of commands come through here too; only the parser's own have a message without an error, or a YError.
        if (error !== undefined && (error as Error | null)?.name !== 'YError') throw error;
        const others = namesNotDone(args[0]);
        if (others.length > 0) {
          const whole = expandAbbreviation(message, args, knownOptions(parser), others);
          if (whole !== undefined) throw new Abbreviated(whole);
        }
        throw new UsageError(describeParserMessage(message, args, knownOptions(parser)));
      })
      .parseAsync();
  } catch (error) {
    if (error instanceof Abbreviated) return main(error.args);
    throw error;
  }
  try {
    return (await chosen?.()) ?? exitCode;
  } catch (error) {
    if (isPagerLeft(error)) return 0;
    throw error;
  } finally {
    endProgress();
    await endOutput();
  }
}

/** Takes what the options say of the terminal. */
function chooseTerminal(given: Record<string, unknown>, isTerminal: boolean): void {
  setUpTerminal({
    isTerminal,
    // 0 where nobody has told the terminal (script(1) without one of its own).
    columns: (isTerminal && process.stdout.columns) || undefined,
    fitsLines: given['full-names'] !== true,
    colors: given.color === 'always' || given.color === 'never' ? given.color : 'auto',
    usesPager: given.pager !== false,
    environment: process.env,
  });
}

/**
 * Arguments that begin with one of our commands: `help report` is `report --help`.
 * @throws UsageError that answers a command of perf's or of other programs
 */
function answerOtherCommands(args: string[]): string[] {
  const [name, ...rest] = args;
  if (name === undefined || name.startsWith('-') || commandTable.has(name) || name === 'sframe') return args;
  if (name === 'help') return [...rest, '--help'];
  if (name === 'version') return ['--version'];
  throw new UsageError(describeUnknownCommand(name, rest, [...commandTable.keys(), 'sframe']));
}

/**
 * A parser for the arguments: of the command that they begin with alone, or of all where help may be wanted. yargs formats
 * the help text of every command that it runs but the default one; that takes a seventh of the time of a small report.
 */
function makeParser(args: string[], start: Start, finish: (exitCode: number) => void): Argv {
  const [name, ...rest] = args;
  const addCommand = commandTable.get(name);
  if (addCommand && !rest.some((word) => word === '--help' || word === '-h' || word === '--version')) {
    return addCommand(yargs(rest).scriptName('perf-sframe'), '$0', start);
  }
  // What yargs prints goes through the console, which tells nobody what was not written.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exitCode = reportError(new OutputError(STANDARD_OUTPUT, error), args);
  });
  const parser = yargs(args)
    .scriptName('perf-sframe')
    .usage(
      [
        'Reads what perf record wrote, unwinds user stacks with SFrame (or DWARF, or',
        'frame pointers), and prints what perf script and perf report print.',
        '',
        'Record:   perf record --call-graph dwarf ./program',
        'or        perf record --call-graph fp,defer ./program   (Linux 6.19 and later)',
        'Look:     perf-sframe report',
      ].join('\n'),
    );
  for (const [command, add] of commandTable) add(parser, command, start);
  return parser
    .command('sframe', 'look at SFrame data itself: dump, coverage, verify', (command) =>
      addSFrameCommands(command, finish),
    )
    .demandCommand(
      1,
      'Say what to do: perf-sframe report, perf-sframe script, … (perf-sframe --help lists all)',
    )
    .epilogue(
      'Exit codes: 0 done, 1 the input cannot be used (with --strict, and in sframe commands: not all of it), ' +
        '2 called wrongly, 3 a check failed, 4 a file without an SFrame table, 141 the reader went away.',
    )
    .wrap(Math.min(100, process.stdout.columns || 80))
    .version(packageJson.version)
    .alias('h', 'help');
}

/** What stands for "-" while arguments are parsed: yargs takes that for an empty argument. No argument can hold a zero. */
const STANDARD_INPUT_MARK = '\0-';

function markStandardInput(word: string): string {
  return word === '-' ? STANDARD_INPUT_MARK : word;
}

function unmarkStandardInput(value: unknown): unknown {
  return value === STANDARD_INPUT_MARK ? '-' : value;
}

/** Options that may be given several times. */
const repeatable = new Set([
  'symfs',
  'inputs',
  'F',
  'fields',
  'debug-dir',
  'fail-under',
  'skip-section',
  'function',
  'addr',
  'section',
  'allow',
  'files',
  '_',
]);

/** Options with a value that have an opposite, as with perf. */
const negatable = new Set(['call-graph', 'g']);

/** Of any other option that was given twice the last counts, as with perf. */
function keepLastOfRepeated(args: Record<string, unknown>, boolean: ReadonlySet<string>): void {
  for (const [name, given] of Object.entries(args)) {
    const value = Array.isArray(given) ? given.map(unmarkStandardInput) : unmarkStandardInput(given);
    args[name] = value;
    if (Array.isArray(value) && !repeatable.has(name)) args[name] = value.at(-1) as unknown;
    const isNegated = args[name] === false || (Array.isArray(value) && value.includes(false));
    if (isNegated && !boolean.has(name) && !negatable.has(name)) {
      throw new UsageError(`--no-${name}: there is no such option; --${name} takes a value`);
    }
  }
}

/** One message for a person; the exit code that belongs to it. */
function reportError(error: unknown, argv: readonly string[]): number {
  const isUsage = error instanceof UsageError;
  if (error instanceof OutputError && error.isReaderGone) return EXIT_READER_GONE;
  // Only what we say of a wrong call has lines.
  const lines = isUsage ? error.message.split('\n') : [describeError(error)];
  writeError(`perf-sframe: ${lines.map(printable).join('\n')}\n`);
  if (isUsage) writeError(`Try perf-sframe ${commandTable.has(argv[0]) ? `${argv[0]} ` : ''}--help.\n`);
  if (argv.includes('--debug') && error instanceof Error) writeError(`${error.stack}\n`);
  return isUsage ? EXIT_USAGE : EXIT_UNUSABLE_INPUT;
}

/** Calls of the system that make or change files. */
const writingCalls = new Set(['mkdtemp', 'mkdir', 'write', 'rename', 'unlink', 'ftruncate']);

function describeError(error: unknown): string {
  if (error instanceof ParseError || error instanceof OutputError) return error.message;
  const { code, syscall = '', path = 'the input' } = error as NodeJS.ErrnoException;
  const isWriting = writingCalls.has(syscall);
  if (isWriting && ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'].includes(code ?? '')) {
    const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such folder' : 'no permission';
    return `${path}: cannot be written: ${reason} (TMPDIR=… names another folder for temporary files)`;
  }
  if (code === 'ENOENT' && !isAbsolute(path) && !existsSync(process.cwd()))
    return `${path}: there is no such file: the working directory was deleted; give whole paths`;
  if (code === 'ENOENT') return `${path}: there is no such file`;
  if (code === 'EACCES' || code === 'EPERM')
    return `${path}: no permission to read it (perf.data often belongs to root)`;
  if (code === 'EISDIR') return `${path}: is a folder, not a recording`;
  if (code === 'EMFILE' || code === 'ENFILE')
    return `${path}: too many files are open; allow more (ulimit -n 4096)`;
  if (code === 'ENOSPC')
    return 'there is no space left for a temporary file; name a folder that has some with TMPDIR=…';
  const message = error instanceof Error ? error.message : String(error);
  return code
    ? message
    : `internal error: ${message} (a report with the recording would help; --debug shows where)`;
}

/** Makes stack traces of errors point into the TypeScript sources. Loaded only where they are printed. */
async function mapStackTraces(): Promise<void> {
  const { default: sourceMapSupport } = await import('source-map-support');
  sourceMapSupport.install({ environment: 'node' });
}

const argv = process.argv.slice(2);
const ready = argv.includes('--debug') ? mapStackTraces() : Promise.resolve();
ready
  .then(() => main(argv))
  .then(
    (code) => {
      process.exitCode ??= code;
    },
    (error: unknown) => {
      process.exitCode = reportError(error, argv);
    },
  )
  .finally(collectGarbage);
