/** The options that `fold` and `flamegraph` share; read apart from the commands so that --help needs nothing else. */

import type { Argv } from 'yargs';
import { addInputs } from '../inputs';
import { addOffCpuOption, addSessionOptions } from '../options';
import { rootNames, type RootName, type StackChoice } from './stack-choice';

/** Adds the options of commands that show stacks from the outermost frame on. */
export function addStackOptions<T>(yargs: Argv<T>) {
  return addOffCpuOption(addSessionOptions(addInputs(yargs)))
    .option('weight', {
      choices: ['samples', 'period'] as const,
      requiresArg: true,
      default: 'period',
      describe:
        'what is counted: periods (nanoseconds of a clock, page faults, …), as report counts, or samples',
      group: 'Stacks:',
    })
    .option('event', {
      type: 'string',
      describe: 'the event to count; the first that has samples unless given',
      group: 'Stacks:',
      requiresArg: true,
    })
    .option('root', {
      choices: rootNames,
      requiresArg: true,
      default: 'comm',
      describe:
        "what stacks begin with: the thread's name; process: its process's, so that pools are one; comm_nodigit: " +
        'the name with <N> for numbers; thread: name and ids; none',
      group: 'Stacks:',
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

/** What {@link addStackOptions} parses to. */
export interface StackArguments {
  /** 'samples' or 'period'. */
  weight: string;
  /** One of {@link rootNames}. */
  root: string;
  event?: string;
  'with-pid': boolean;
  'with-tid': boolean;
  srcline: boolean;
}

/** What the arguments choose. */
export function stackChoice(args: StackArguments): StackChoice {
  return {
    weight: args.weight === 'samples' ? 'samples' : 'period',
    event: args.event,
    root: args.root as RootName,
    showsPid: args['with-pid'],
    showsTid: args['with-tid'],
    showsLines: args.srcline,
  };
}
