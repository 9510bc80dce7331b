/** The commands about SFrame data itself: `perf-sframe sframe dump | coverage | verify | make`. */

import type { Argv } from 'yargs';
import { loadDecompressors, machines } from '../../parser';
import { UsageError } from '../../profile';
import { parseNumberOption } from '../number-option';
import {
  addCoverageOptions,
  addDiffOptions,
  addDumpOptions,
  addMakeOptions,
  addVerifyOptions,
  HELP_WIDTH,
} from './options';

const machinesWithSFrame = machines.all
  .filter(({ sframeAbis }) => sframeAbis.length > 0)
  .map(({ name }) => name)
  .join(', ');

/** Adds the commands. @param finish takes the exit code */
export function addSFrameCommands(yargs: Argv, finish: (exitCode: number) => void) {
  return (
    yargs
      .usage(
        [
          '$0 sframe <command> FILE…',
          '',
          'SFrame is a section of programs and libraries (.sframe) that tells, for every',
          'instruction, how to find the caller: a small table that profilers and kernels',
          'can use instead of DWARF (.eh_frame) or frame pointers. gcc writes it with',
          '-Wa,--gsframe-3 (binutils 2.46 and later). These commands look at the table:',
          'what is in it, how much of the code it covers, and whether it is right.',
          '',
          `They read ELF files of ${machinesWithSFrame} on any machine, SFrame`,
          'version 3 and, labelled as such, version 2. Version 1 is refused.',
        ].join('\n'),
      )
      .wrap(HELP_WIDTH)
      // .debug_frame may be compressed.
      .middleware(() => loadDecompressors())
      .command('dump [files..]', 'print the table, as readelf --sframe does', addDumpOptions, async (args) =>
        finish(await dump(args)),
      )
      .command(
        'coverage [files..]',
        'how much code the table covers, beside .eh_frame',
        addCoverageOptions,
        async (args) => finish(await coverage(args)),
      )
      .command(
        'verify [files..]',
        'whether the table is well-formed and agrees with .eh_frame',
        addVerifyOptions,
        async (args) => finish(await verify(args)),
      )
      .command(
        'make [files..]',
        'write the table that gcc and gas would have written',
        addMakeOptions,
        async (args) => finish(await make(args)),
      )
      .command(
        'diff [files..]',
        'what a build changed: functions that lost or gained rows',
        addDiffOptions,
        async (args) => finish(await diff(args)),
      )
      .demandCommand(1, 'Say what to do: perf-sframe sframe dump, coverage, verify, make or diff')
      .example('$0 sframe dump a.out', 'the rows of a.out')
      .example('$0 sframe coverage /usr', 'how far a distribution is')
      .example('$0 sframe verify build/', 'exit code 3 if any row is wrong')
      .example('$0 sframe coverage --predict /usr', 'what SFrame would cost')
  );
}

/** What the options of a command parse to. */
type ArgumentsOf<Add extends (yargs: Argv) => Argv<unknown>> = Awaited<ReturnType<Add>['argv']>;

async function dump(args: ArgumentsOf<typeof addDumpOptions>): Promise<number> {
  const { runSFrameDump } = await import('./dump/dump-command');
  return runSFrameDump(parseFiles(args.files, 'dump'), {
    json: args.json,
    functions: listOf(args.function),
    svmas: listOf(args.addr).map(parseSvma),
    sections: listOf(args.section),
  });
}

async function coverage(args: ArgumentsOf<typeof addCoverageOptions>): Promise<number> {
  const run = args.predict
    ? (await import('./coverage/predict-command')).runSFramePredict
    : (await import('./coverage/coverage-command')).runSFrameCoverage;
  const limit = parseLimit(args.limit);
  return run(parseFiles(args.files, 'coverage'), {
    json: args.json,
    sort: args.sort,
    limit,
    withSFrameOnly: args['with-sframe'],
    failUnder: parsePercent(args['fail-under']),
  });
}

async function verify(args: ArgumentsOf<typeof addVerifyOptions>): Promise<number> {
  if (args.kernel) {
    const { runKernelVerify } = await import('./verify/kernel-command');
    return runKernelVerify(parseFiles(args.files, 'verify'), { json: args.json });
  }
  const { runSFrameVerify } = await import('./verify/verify-command');
  const limit = parseLimit(args.limit);
  return runSFrameVerify(parseFiles(args.files, 'verify'), {
    format: args.json ? 'json' : args.format,
    limit,
    skippedSections: listOf(args['skip-section']),
    requiresSFrame: args['require-sframe'],
    allow: listOf(args.allow),
    baseline: args.baseline,
    writeBaseline: args['write-baseline'],
  });
}

async function make(args: ArgumentsOf<typeof addMakeOptions>): Promise<number> {
  const { runSFrameMake } = await import('./make/make-command');
  const { output, json } = args;
  const limit = parseLimit(args.limit);
  return runSFrameMake(parseFiles(args.files, 'make'), { output, json, limit });
}

async function diff(args: ArgumentsOf<typeof addDiffOptions>): Promise<number> {
  const { runSFrameDiff } = await import('./diff/diff-command');
  const limit = parseLimit(args.limit);
  return runSFrameDiff(parseFiles(args.files, 'diff'), { json: args.json, limit });
}

function parseFiles(files: string[], command: string): string[] {
  if (files.length > 0) return files;
  throw new UsageError(`sframe ${command}: name a program, a library or a folder, such as a.out`);
}

/** The values of an option that may be repeated, however often it was: yargs gives one as it is. */
function listOf(values: string | string[] | undefined): string[] {
  return values === undefined ? [] : [values].flat();
}

function parseSvma(text: string): number {
  if (/^(0x)?[0-9a-f]{1,13}$/i.test(text)) return parseInt(text, 16);
  throw new UsageError(`--addr takes an address in hexadecimal, such as 0x401136, not '${text}'`);
}

/** "95", "99.5%"; undefined where the option was not given. */
function parsePercent(given: string | string[] | undefined): number | undefined {
  const text = listOf(given).at(-1);
  if (text === undefined) return undefined;
  const number = /^\d+(\.\d+)?%?$/.test(text) ? parseFloat(text) : NaN;
  if (number <= 100) return number;
  throw new UsageError(`--fail-under takes a percentage from 0 to 100, such as 95, not '${text}'`);
}

function parseLimit(text: string): number {
  const limit = parseNumberOption('limit', text, { least: 0 });
  return limit === 0 ? Infinity : limit;
}
