/**
 * The program: arguments -> command -> exit code.
 *
 *   0  done; what could not be used was reported on stderr
 *   1  the input cannot be used (or, with --strict, not all of it)
 *   2  the program was called wrongly
 *   3  a promise of compare --fail-under is broken
 */

import yargs from 'yargs';
import packageJson from '../package.json';
import { ParseError } from '../parser';
import { addEventOptions, eventChoice } from './commands/event-options';
import { addFoldOptions, foldCommandOptions } from './commands/fold-options';
import { addHeaderOptions, headerChoice } from './commands/header-options';
import { addCompareOptions, compareOptions } from './commands/compare-options';
import { addReportOptions, reportCommandOptions } from './commands/report-options';
import { addSFrameCommands } from './commands/sframe';
import { UsageError } from './diagnostics';
import { makeRoomForCompiler } from './end-of-process';
import { addSharedOptions, sessionOptions } from './options';
import { printable } from './output/printable';
import { translatePerfArguments } from './perf-options';

const EXIT_UNUSABLE_INPUT = 1;
const EXIT_USAGE = 2;

async function main(argv: string[]): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  // Commands run after yargs is done: for one that it must wait for, it would format the help text each time.
  let chosen: (() => Promise<number>) | undefined;
  const start = (run: () => Promise<number>): void => {
    chosen = run;
  };
  const parser = yargs(translatePerfArguments(argv))
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
    )
    .command(
      'report [input]',
      'print where the time goes, as perf report does',
      (command) => addReportOptions(command),
      (args) =>
        start(async () => {
          const { runReport } = await import('./commands/report');
          return runReport(sessionOptions(args), reportCommandOptions(args));
        }),
    )
    .command(
      'script [input]',
      'print every sample with its stack, as perf script does',
      (command) =>
        addEventOptions(addHeaderOptions(addSharedOptions(command)))
          .option('F', {
            alias: 'fields',
            type: 'string',
            array: true,
            nargs: 1,
            default: [] as string[],
            describe:
              'fields to print: comm,tid,time,ip,sym…; +srcline,-period changes the defaults; sw:… for one type of events',
          })
          .option('ns', { type: 'boolean', default: false, describe: 'times in nanoseconds' })
          .option('full-source-path', {
            type: 'boolean',
            default: false,
            describe: 'source files with their folders',
          })
          .option('reltime', { type: 'boolean', default: false, describe: 'times from the first sample on' })
          .option('deltatime', { type: 'boolean', default: false, describe: 'times since the sample before' })
          .option('G', {
            alias: 'hide-call-graph',
            type: 'boolean',
            default: false,
            describe: 'the sampled address alone, no stack',
          })
          .option('stop-bt', {
            type: 'string',
            requiresArg: true,
            describe: 'end stacks at these functions: a,b',
          })
          .alias('c', 'comms')
          .example('$0 script', 'the samples of ./perf.data')
          .example('$0 script --symfs root rec.data', 'binaries of another machine, copied to root/')
          .example('$0 script --unwind sframe', 'SFrame alone: where it fails, the stack ends'),
      (args) =>
        start(async () => {
          const { runScript } = await import('./commands/script');
          if (args.reltime && args.deltatime)
            throw new UsageError('--reltime and --deltatime contradict each other');
          const timeStyle = args.reltime ? 'relative' : args.deltatime ? 'delta' : 'absolute';
          return runScript(
            sessionOptions(args),
            {
              fields: args.F,
              nanoseconds: args.ns,
              timeStyle,
              showsFullSourcePath: args['full-source-path'],
              hidesCallGraph: args.G,
              stopSymbols: new Set(args['stop-bt']?.split(',')),
            },
            headerChoice(args),
            eventChoice(args),
          );
        }),
    )
    .command(
      'fold [input]',
      'print each stack as one line with its count, for flame graphs',
      (command) => addFoldOptions(command),
      (args) =>
        start(async () => {
          const { runFold } = await import('./commands/fold');
          return runFold(sessionOptions(args), foldCommandOptions(args));
        }),
    )
    .command(
      'info [input]',
      'say what a recording holds and how well its stacks can be unwound',
      (command) =>
        addSharedOptions(command)
          .example('$0 info', 'read this first when stacks look broken')
          .example('$0 info --unwind sframe', 'where stacks would end with SFrame alone'),
      (args) =>
        start(async () => {
          const { runInfo } = await import('./commands/info');
          return runInfo(sessionOptions(args));
        }),
    )
    .command(
      'compare [input] [other]',
      'unwind every sample by SFrame, DWARF and frame pointers, and explain where they differ',
      (command) => addCompareOptions(command),
      (args) =>
        start(async () => {
          const { runCompare } = await import('./commands/compare');
          return runCompare(sessionOptions(args), compareOptions(args));
        }),
    )
    .command('sframe', 'look at SFrame data itself: dump, coverage, verify', (command) =>
      addSFrameCommands(command, finish),
    )
    .demandCommand(
      1,
      'Say what to do: perf-sframe report, perf-sframe script, … (perf-sframe --help lists all)',
    )
    .strict()
    .recommendCommands()
    .parserConfiguration({ 'camel-case-expansion': false })
    .middleware(keepLastOfRepeated)
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .version(packageJson.version)
    .alias('h', 'help')
    .exitProcess(false)
    .fail((message, error) => {
      // Errors of commands come through here too; only the parser's own have a message without an error, or a YError.
      if (error !== undefined && (error as Error | null)?.name !== 'YError') throw error;
      throw new UsageError(message);
    });
  await parser.parseAsync();
  return (await chosen?.()) ?? exitCode;
}

/** Options that may be given several times. */
const repeatable = new Set(['F', 'fields', 'debug-dir', 'fail-under', 'skip-section', 'files', '_']);

/** Of any other option that was given twice the last counts, as with perf. */
function keepLastOfRepeated(args: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(args)) {
    if (Array.isArray(value) && !repeatable.has(name)) args[name] = value.at(-1) as unknown;
  }
}

/** One message for a person; the exit code that belongs to it. */
function reportError(error: unknown, argv: readonly string[]): number {
  const isUsage = error instanceof UsageError;
  const system = error as NodeJS.ErrnoException;
  // The reader of our output went away (`| head`): that is its right.
  if (system.code === 'EPIPE') return 0;
  process.stderr.write(`perf-sframe: ${printable(describeError(error))}\n`);
  if (isUsage) process.stderr.write('Try perf-sframe --help.\n');
  if (argv.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return isUsage ? EXIT_USAGE : EXIT_UNUSABLE_INPUT;
}

function describeError(error: unknown): string {
  if (error instanceof ParseError || error instanceof UsageError) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `${path}: there is no such file`;
  if (code === 'EACCES' || code === 'EPERM')
    return `${path}: no permission to read it (perf.data often belongs to root)`;
  if (code === 'EISDIR') return `${path}: is a folder, not a recording`;
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

// What is said on stderr may go unread; the output itself is written by printText and ByteWriter, which throw.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const argv = process.argv.slice(2);
const ready = argv.includes('--debug') ? mapStackTraces() : Promise.resolve();
ready
  .then(() => main(argv))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.exitCode = reportError(error, argv);
    },
  )
  .finally(makeRoomForCompiler);
