/** The options of `script`; read apart from the command so that --help needs nothing else. */

import type { ArgumentsCamelCase, Argv } from 'yargs';
import { UsageError } from '../../profile';
import { addSharedOptions } from '../options';
import type { ScriptTextOptions } from './script-text';
import { addEventOptions, eventChoice } from './event-options';
import { addHeaderOptions } from '../header/header-options';

/** Adds the options that `script` has. */
export function addScriptOptions<T>(yargs: Argv<T>) {
  return addEventOptions(addHeaderOptions(addSharedOptions(yargs)))
    .option('format', {
      choices: ['text', 'json'] as const,
      default: 'text',
      describe: 'json: a line of JSON for each sample, as docs/json.md describes it',
    })
    .option('F', {
      alias: 'fields',
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe:
        'fields to print: comm,tid,time,ip,sym…; +srcline,-period changes the defaults; sw:… for one type of events',
    })
    .option('ns', { type: 'boolean', default: false, describe: 'times in nanoseconds' })
    .option('full-source-path', {
      type: 'boolean',
      default: false,
      describe: 'source files with their folders',
    })
    .option('reltime', { type: 'boolean', default: false, describe: 'times from the first sample on' })
    .option('deltatime', { type: 'boolean', default: false, describe: 'times since the sample before' })
    .option('G', {
      alias: 'hide-call-graph',
      type: 'boolean',
      default: false,
      describe: 'the sampled address alone, no stack',
    })
    .option('stop-bt', {
      type: 'string',
      requiresArg: true,
      describe: 'end stacks at these functions: a,b',
    })
    .alias('c', 'comms')
    .example('$0 script', 'the samples of ./perf.data')
    .example('$0 script --symfs root rec.data', 'binaries of another machine, copied to root/')
    .example('$0 script --unwind sframe', 'SFrame alone: where it fails, the stack ends');
}

export type ScriptArguments = ArgumentsCamelCase<
  ReturnType<typeof addScriptOptions> extends Argv<infer Options> ? Options : never
>;

/** @throws UsageError for an option that changes the text, beside --format json */
function refuseTextOptions(args: ScriptArguments): void {
  const given: readonly (readonly [string, boolean])[] = [
    ['-F', args.F.length > 0],
    ['--ns', args.ns],
    ['--reltime', args.reltime],
    ['--deltatime', args.deltatime],
    ['-G', args.G],
    ['--stop-bt', args['stop-bt'] !== undefined],
    ['--full-source-path', args['full-source-path']],
    ['--header', args.header || args['header-only']],
    ...[...eventChoice(args)].map((option) => [`--${option}`, true] as const),
  ];
  const option = given.find(([, isGiven]) => isGiven)?.[0];
  if (option === undefined) return;
  throw new UsageError(
    `${option} is about the text: lines of JSON have all fields of docs/json.md (choose among them with jq); leave out ${option} or --format json`,
  );
}

/** What the options say of the text. @throws UsageError where they contradict each other */
export function scriptTextOptions(args: ScriptArguments): ScriptTextOptions {
  if (args.format === 'json') refuseTextOptions(args);
  if (args.reltime && args.deltatime) throw new UsageError('--reltime and --deltatime contradict each other');
  return {
    fields: args.F,
    nanoseconds: args.ns,
    timeStyle: args.reltime ? 'relative' : args.deltatime ? 'delta' : 'absolute',
    showsFullSourcePath: args['full-source-path'],
    hidesCallGraph: args.G,
    stopSymbols: new Set(args['stop-bt']?.split(',')),
  };
}
