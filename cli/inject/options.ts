/** The options of `inject`; read apart from the command so that --help needs nothing else. */

import type { Argv } from 'yargs';
import { UsageError } from '../../profile';
import { addSharedOptions } from '../options';

/** Adds the options that `inject` has. */
export function addInjectOptions<T>(yargs: Argv<T>) {
  return addSharedOptions(yargs)
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: 'the recording to write',
      requiresArg: true,
    })
    .option('keep-registers', {
      type: 'boolean',
      describe: 'keep the registers of samples; the copies of their stacks go all the same',
    })
    .example(
      '$0 inject -o small.data',
      'perf.data with unwound callchains, without registers and stack copies',
    )
    .example('$0 inject rec.data --unwind sframe -o sframe.data', 'SFrame alone, for perf report to show');
}

/** The path to write. @throws UsageError where none is given */
export function injectOutput({ output }: { output?: string }): string {
  if (output !== undefined && output !== '-') return output;
  throw new UsageError('inject writes a file: name it with -o FILE');
}
