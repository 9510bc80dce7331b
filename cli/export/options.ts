/** The options of `export`; read apart from the command so that --help needs nothing else. */

import type { Argv } from 'yargs';
import { exporters, UsageError } from '../../profile';
import { addInputs } from '../inputs';
import { addOffCpuOption, addSessionOptions } from '../options';
import type { ExportCommandOptions } from './command';

const formatNames = exporters.map(({ name }) => name);

/** Adds the options that `export` has. */
export function addExportOptions<T>(yargs: Argv<T>) {
  const formats = exporters.map(
    ({ name, options }) => `${name}: ${options.describe} (${options.extensions.join(', ')})`,
  );
  return addOffCpuOption(addSessionOptions(addInputs(yargs)))
    .option('format', {
      choices: formatNames,
      requiresArg: true,
      describe: `unless given, the end of the file's name chooses it. ${formats.join('; ')}`,
      group: 'Output:',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: 'file to write; - for standard output',
      group: 'Output:',
      requiresArg: true,
    })
    .option('weight', {
      choices: ['samples', 'period'] as const,
      requiresArg: true,
      default: 'period',
      describe: 'what is counted, of formats that hold one number: periods, as report counts, or samples',
      group: 'Stacks:',
    })
    .option('event', {
      type: 'string',
      describe: 'only this event; all unless given, or the first that has samples where the format holds one',
      group: 'Stacks:',
      requiresArg: true,
    })
    .option('by', {
      choices: ['thread', 'time'] as const,
      requiresArg: true,
      default: 'thread',
      describe: 'a profile for each thread, or one of all threads in the order of time (speedscope)',
      group: 'Stacks:',
    })
    .example('$0 export -o out.folded', 'the format by the end of the name')
    .example('$0 export recordings/ -o fleet.parquet', 'all recordings of a folder in one');
}

/** What {@link addExportOptions} parses to. */
export interface ExportArguments {
  format?: string;
  output?: string;
  /** 'samples' or 'period'. */
  weight: string;
  event?: string;
  /** 'thread' or 'time'. */
  by: string;
}

/** The command's options. @throws UsageError where no format is named or meant */
export function exportOptions(args: ExportArguments): ExportCommandOptions {
  const { format, output } = args;
  const exporter = exporters.find(({ name, options }) =>
    format === undefined ? options.extensions.some((end) => output?.endsWith(end)) : name === format,
  );
  if (!exporter) {
    const ends = exporters.flatMap(({ options }) => options.extensions).join(', ');
    throw new UsageError(
      output === undefined
        ? `export: say what to write: --format ${formatNames.join('|')}, or -o with a name that ends in ${ends}`
        : `--output ${output}: its name tells no format (${ends}); add --format ${formatNames.join('|')}`,
    );
  }
  return {
    exporter,
    output,
    weight: args.weight === 'samples' ? 'samples' : 'period',
    event: args.event,
    by: args.by === 'time' ? 'time' : 'thread',
  };
}
