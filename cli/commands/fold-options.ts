/** The options of `fold`; read apart from the command so that --help needs nothing else. */

import type { Argv } from 'yargs';
import { addSharedOptions } from '../options';
import type { FoldCommandOptions } from './fold';

/** Adds the options that `fold` has. */
export function addFoldOptions<T>(yargs: Argv<T>) {
  return addSharedOptions(yargs)
    .option('weight', {
      choices: ['samples', 'period'] as const,
      default: 'samples',
      describe: 'what the number at the end counts',
      group: 'Stacks:',
    })
    .option('event', {
      type: 'string',
      describe: 'the event to count; the first that has samples unless given',
      group: 'Stacks:',
      requiresArg: true,
    })
    .option('with-pid', {
      type: 'boolean',
      default: false,
      describe: 'begin with command-pid',
      group: 'Stacks:',
    })
    .option('with-tid', {
      type: 'boolean',
      default: false,
      describe: 'begin with command-pid/tid',
      group: 'Stacks:',
    })
    .option('tidy', {
      type: 'boolean',
      default: true,
      describe: 'leave arguments of functions away (--no-tidy: keep them)',
      group: 'Stacks:',
    })
    .option('addrs', {
      type: 'boolean',
      default: false,
      describe: 'say the addresses of frames without symbol',
      group: 'Stacks:',
    })
    .option('srcline', {
      type: 'boolean',
      default: false,
      describe: 'name functions with their source lines: function file:line',
      group: 'Stacks:',
    })
    .option('kernel', {
      type: 'boolean',
      default: false,
      describe: 'mark kernel functions with _[k]',
      group: 'Stacks:',
    })
    .option('jit', {
      type: 'boolean',
      default: false,
      describe: 'mark generated code with _[j]',
      group: 'Stacks:',
    })
    .option('all', {
      type: 'boolean',
      default: false,
      describe: 'mark all of these, and inlined functions with _[i]',
      group: 'Stacks:',
    })
    .example('$0 fold | flamegraph.pl > flame.svg', 'a flame graph')
    .example('$0 fold --srcline', 'a frame for each source line, not each function')
    .example('$0 fold --all --weight period', 'marked for colours, by period');
}

/** What {@link addFoldOptions} parses to. */
export interface FoldArguments {
  /** 'samples' or 'period'. */
  weight: string;
  event?: string;
  'with-pid': boolean;
  'with-tid': boolean;
  tidy: boolean;
  addrs: boolean;
  srcline: boolean;
  kernel: boolean;
  jit: boolean;
  all: boolean;
}

/** The command's options. */
export function foldCommandOptions(args: FoldArguments): FoldCommandOptions {
  return {
    weight: args.weight === 'period' ? 'period' : 'samples',
    event: args.event,
    showsPid: args['with-pid'],
    showsTid: args['with-tid'],
    tidies: args.tidy,
    showsAddresses: args.addrs,
    showsLines: args.srcline,
    marksKernel: args.kernel || args.all,
    marksGenerated: args.jit || args.all,
    marksInlined: args.all,
  };
}
