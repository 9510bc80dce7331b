/** `report --format html`: the profile page instead of a text. Read apart from the command so that --help needs nothing else. */

import type { Argv } from 'yargs';
import { UsageError } from '../../profile';
import type { PageOptions } from '../page/command';

const DEFAULT_FILE = 'report.html';

/** Adds the options. */
export function addPageFormat<T>(yargs: Argv<T>) {
  return yargs
    .option('format', {
      choices: ['text', 'html', 'json', 'csv'] as const,
      requiresArg: true,
      default: 'text',
      describe:
        'html: a page for the browser with all views, as of the command view; json, csv: the rows for programs (docs/json.md)',
      group: 'Output:',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: `with --format, the file to write (html: ${DEFAULT_FILE}); - for standard output`,
      group: 'Output:',
      requiresArg: true,
    });
}

/** What {@link addPageFormat} parses to. */
export interface PageFormatArguments {
  /** 'text', 'html', 'json' or 'csv'. */
  format: string;
  output?: string;
  sort?: string;
  fields?: string;
  'call-graph'?: string | boolean;
  header: boolean;
}

/** What the page is. @throws UsageError for options of the text */
export function reportPageOptions(args: PageFormatArguments): PageOptions {
  const given = (['sort', 'fields', 'call-graph', 'header'] as const).find(
    (name) => args[name] !== undefined && args[name] !== false,
  );
  if (given !== undefined) {
    throw new UsageError(`--format html with --${given}: the page has all views; leave --${given} out`);
  }
  return {
    weight: 'period',
    event: undefined,
    root: 'comm',
    showsPid: false,
    showsTid: false,
    showsLines: false,
    together: false,
    output: args.output ?? DEFAULT_FILE,
    view: 'functions',
  };
}

/** @throws UsageError where a file is named for the text */
export function requireNoFile({ output, format }: Pick<PageFormatArguments, 'output' | 'format'>): void {
  if (output === undefined || format !== 'text') return;
  throw new UsageError(
    `--output ${output}: add --format html for a page; the text goes to standard output (> ${output})`,
  );
}
