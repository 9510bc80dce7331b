/** The options of `flamegraph`; read apart from the command so that --help needs nothing else. */

import type { Argv } from 'yargs';
import type { FlameGraphOptions } from './flamegraph';
import { addStackOptions, stackChoice, type StackArguments } from './stack-options';

const DEFAULT_PAGE = 'flamegraph.html';

/** Adds the options that `flamegraph` has. */
export function addFlameGraphOptions<T>(yargs: Argv<T>) {
  return addStackOptions(yargs)
    .positional('other', {
      type: 'string',
      describe: 'a second recording: its stacks, coloured by what became more or less since the first',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      default: DEFAULT_PAGE,
      describe: 'file to write to; - for standard output',
      group: 'Output:',
      requiresArg: true,
    })
    .example('$0 flamegraph', 'a page to open in a browser; it needs no network')
    .example('$0 flamegraph before.data after.data -o diff.html', 'what became slower, in its place')
    .example('$0 flamegraph --with-tid --time 10%-20% -o start.html', 'by thread, of a part of the time');
}

/** What {@link addFlameGraphOptions} parses to. */
export interface FlameGraphArguments extends StackArguments {
  other?: string;
  output: string;
}

/** The command's options. */
export function flameGraphOptions(args: FlameGraphArguments): FlameGraphOptions {
  return { ...stackChoice(args), other: args.other, output: args.output };
}
