/** The options of `compare`; read apart from the command so that --help needs nothing else. */

import type { Argv } from 'yargs';
import { UsageError } from '../../profile';
import { addSharedOptions } from '../options';
import type { CompareOptions, Threshold } from './command';

const formats = ['text', 'json', 'html'] as const;

/** Adds the options that `compare` has. */
export function addCompareOptions<T>(yargs: Argv<T>) {
  return addSharedOptions(yargs)
    .positional('other', {
      type: 'string',
      describe: 'a second recording: compare where its time goes, function by function',
    })
    .option('format', {
      choices: formats,
      requiresArg: true,
      default: 'text',
      describe:
        'text: one screen; json: all of it, by a documented schema; html: a page that needs no network',
      group: 'Output:',
    })
    .option('weight', {
      choices: ['samples', 'period'] as const,
      requiresArg: true,
      default: 'period',
      describe: 'of two recordings: compare shares of periods, as report counts, or of samples',
    })
    .option('event', {
      type: 'string',
      describe: 'of two recordings: the event to compare; the one with most samples unless given',
      requiresArg: true,
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: 'file to write to, instead of standard output',
      group: 'Output:',
      requiresArg: true,
    })
    .option('per-sample', {
      type: 'string',
      describe: 'also write a row for each sample into a .csv or .parquet file',
      group: 'Output:',
      requiresArg: true,
    })
    .option('fail-under', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe:
        'METHOD=PERCENT: exit code 3 if fewer stacks agree with DWARF (dwarf: are complete); METHOD:complete=PERCENT: if fewer are complete',
      group: 'Output:',
    })
    .example('$0 compare', 'is the SFrame data of these binaries good enough?')
    .example('$0 compare --format html -o report.html', 'every place where they differ, with stacks')
    .example('$0 compare --fail-under sframe=95', 'as a check in CI')
    .example('$0 compare before.data after.data', 'what became faster or slower, beyond noise');
}

/** What {@link addCompareOptions} parses to. */
export interface CompareArguments {
  other?: string;
  /** One of text, json, html. */
  format: string;
  output?: string;
  /** 'samples' or 'period'. */
  weight: string;
  event?: string;
  'per-sample'?: string;
  'fail-under': string[];
  verbose: number;
}

/** The command's options. @throws UsageError for those that make no sense */
export function compareOptions(args: CompareArguments): CompareOptions {
  const perSample = args['per-sample'];
  if (perSample !== undefined && !/\.(csv|parquet)$/.test(perSample)) {
    throw new UsageError(`--per-sample ${perSample}: name a .csv or a .parquet file`);
  }
  if (args.other !== undefined && (perSample !== undefined || args['fail-under'].length > 0)) {
    throw new UsageError(
      '--per-sample and --fail-under are for the methods of one recording, not for two recordings',
    );
  }
  return {
    other: args.other,
    format: args.format as CompareOptions['format'],
    output: args.output,
    weight: args.weight === 'samples' ? 'samples' : 'period',
    event: args.event,
    perSample,
    failUnder: parseThresholds(args['fail-under']),
    isVerbose: args.verbose > 0,
  };
}

/** Parses the arguments of --fail-under. @throws UsageError */
function parseThresholds(texts: readonly string[]): Threshold[] {
  return texts.map((text) => {
    const match = /^([a-z-]+)(:complete)?=(\d+(?:\.\d+)?)%?$/.exec(text);
    if (!match) {
      throw new UsageError(
        `--fail-under ${text}: say METHOD=PERCENT or METHOD:complete=PERCENT, e.g. sframe=95`,
      );
    }
    return { method: match[1], complete: match[2] !== undefined, percent: Number(match[3]) };
  });
}
