/** The options of `fold` and `flamegraph`; read apart from the commands so that --help needs nothing else. */

import type { Argv } from 'yargs';
import { addSharedOptions } from '../options';
import type { FlameGraphOptions } from './flamegraph';
import type { FoldCommandOptions } from './fold';
import type { StackChoice } from './stack-choice';

/** Adds the options of commands that show stacks from the outermost frame on. */
function addStackOptions<T>(yargs: Argv<T>) {
  return addSharedOptions(yargs)
    .option('weight', {
      choices: ['samples', 'period'] as const,
      default: 'samples',
      describe: 'what is counted',
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
    .option('srcline', {
      type: 'boolean',
      default: false,
      describe: 'name functions with their source lines: function file:line',
      group: 'Stacks:',
    });
}

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
    .example('$0 fold | flamegraph.pl > flame.svg', 'a flame graph')
    .example('$0 fold --srcline', 'a frame for each source line, not each function')
    .example('$0 fold --all --weight period', 'marked for colours, by period');
}

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

interface StackArguments {
  /** 'samples' or 'period'. */
  weight: string;
  event?: string;
  'with-pid': boolean;
  'with-tid': boolean;
  srcline: boolean;
}

/** What {@link addFoldOptions} parses to. */
export interface FoldArguments extends StackArguments {
  tidy: boolean;
  addrs: boolean;
  kernel: boolean;
  jit: boolean;
  all: boolean;
}

/** What {@link addFlameGraphOptions} parses to. */
export interface FlameGraphArguments extends StackArguments {
  other?: string;
  output: string;
}

function stackChoice(args: StackArguments): StackChoice {
  return {
    weight: args.weight === 'period' ? 'period' : 'samples',
    event: args.event,
    showsPid: args['with-pid'],
    showsTid: args['with-tid'],
    showsLines: args.srcline,
  };
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
  };
}

/** The command's options. */
export function flameGraphOptions(args: FlameGraphArguments): FlameGraphOptions {
  return { ...stackChoice(args), other: args.other, output: args.output };
}
