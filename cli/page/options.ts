/** The options of `view` and `flamegraph`; read apart from the command so that --help needs nothing else. */

import type { Argv } from 'yargs';
import { addStackOptions, stackChoice, type StackArguments } from '../stacks/stack-options';
import type { PageOptions } from './command';

const FLAME_GRAPH_FILE = 'flamegraph.html';

/** Adds the options of `view`. */
export function addViewOptions<T>(yargs: Argv<T>) {
  return addPageOptions(yargs, undefined)
    .example('$0 view', 'functions, flame graph, callers and callees, time line of ./perf.data')
    .example('$0 view before.data after.data', 'the difference, in every view');
}

/** Adds the options of `flamegraph`. */
export function addFlameGraphOptions<T>(yargs: Argv<T>) {
  return addPageOptions(yargs, FLAME_GRAPH_FILE)
    .example('$0 flamegraph', 'a page to open in a browser; it needs no network')
    .example('$0 flamegraph before.data after.data -o diff.html', 'what became slower, in its place')
    .example('$0 flamegraph recordings/', 'all recordings of a folder, each with a box of its own')
    .example('$0 flamegraph --with-tid --time 10%-20% -o start.html', 'by thread, of a part of the time');
}

function addPageOptions<T>(yargs: Argv<T>, output: string | undefined) {
  return addStackOptions(yargs)
    .option('together', {
      type: 'boolean',
      default: false,
      describe:
        'show two recordings as one, as more of them are; without, what became more or less in the second',
      group: 'Stacks:',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      default: output,
      describe: `file to write to${output === undefined ? ' (a temporary one unless given)' : ''}; - for standard output`,
      group: 'Output:',
      requiresArg: true,
    });
}

/** What the options of pages parse to. */
export interface PageArguments extends StackArguments {
  together: boolean;
  output?: string;
}

/** The command's options. @param view what the page begins with */
export function pageOptions(args: PageArguments, view: PageOptions['view']): PageOptions {
  return { ...stackChoice(args), together: args.together, output: args.output, view };
}
