/** The options of `fold`; read apart from the command so that --help needs nothing else. */

import type { Argv } from 'yargs';
import type { FoldCommandOptions } from './fold';
import { addStackOptions, stackChoice, type StackArguments } from './stack-options';

/** Adds the options that `fold` has. */
export function addFoldOptions<T>(yargs: Argv<T>) {
  return addStackOptions(yargs)
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
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: 'file to write, instead of standard output',
      group: 'Output:',
      requiresArg: true,
    })
    .example('$0 fold | flamegraph.pl > flame.svg', 'a flame graph')
    .example('$0 fold --srcline', 'a frame for each source line, not each function')
    .example('$0 fold --all --weight samples', 'marked for colours, by number of samples');
}

/** What {@link addFoldOptions} parses to. */
export interface FoldArguments extends StackArguments {
  tidy: boolean;
  addrs: boolean;
  kernel: boolean;
  jit: boolean;
  all: boolean;
  output?: string;
}

/** The command's options. */
export function foldCommandOptions(args: FoldArguments): FoldCommandOptions {
  return {
    ...stackChoice(args),
    tidies: args.tidy,
    showsAddresses: args.addrs,
    marksKernel: args.kernel || args.all,
    marksGenerated: args.jit || args.all,
    marksInlined: args.all,
    output: args.output,
  };
}
