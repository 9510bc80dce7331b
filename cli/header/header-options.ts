/** --header, --header-only and -I: what is known of the recording as a whole, printed first. */

import type { Argv } from 'yargs';
import type { Recording } from '../../parser';
import { formatHeader, formatPipeHeader } from './header-text';

export interface HeaderArguments {
  header: boolean;
  'header-only': boolean;
  'show-info': boolean;
}

export interface HeaderChoice {
  /** Print nothing else. */
  readonly only: boolean;
  /** Topologies and caches too. */
  readonly full: boolean;
}

/** Adds the options. */
export function addHeaderOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('header', { type: 'boolean', default: false, describe: "print the recording's header first" })
    .option('header-only', {
      type: 'boolean',
      default: false,
      describe: "print the recording's header and no more",
    })
    .option('show-info', {
      alias: 'I',
      type: 'boolean',
      default: false,
      describe: 'with --header, show topologies and caches too',
    });
}

/** What the options ask for; undefined where no header is to be printed. */
export function headerChoice(args: HeaderArguments): HeaderChoice | undefined {
  if (!args.header && !args['header-only']) return undefined;
  return { only: args['header-only'], full: args['show-info'] };
}

/** The header's text. */
export function headerText(recording: Recording, choice: HeaderChoice): string {
  let names: Map<bigint, string> | undefined;
  const tracepointName = (id: bigint): string | undefined => {
    names ??= new Map(
      recording
        .tracingData()
        ?.formats.map((format) => [BigInt(format.id), `${format.system}:${format.name}`]),
    );
    return names.get(id);
  };
  const options = { full: choice.full, tracepointName };
  const text = formatHeader(recording, options);
  return recording.header.isPipe ? text + formatPipeHeader(recording, options) : text;
}
