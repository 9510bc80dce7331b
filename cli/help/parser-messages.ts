/** Mistakes that the parser of arguments finds, said with the words that were typed. */

import { UsageError } from '../../profile';
import { nearestWord } from './near-words';

interface KnownOptions {
  readonly key: Readonly<Record<string, unknown>>;
  readonly alias: Readonly<Record<string, readonly string[]>>;
  readonly boolean: readonly string[];
}

const sframeCommands = ['dump', 'coverage', 'verify', 'make', 'diff'];

/** What a parser knows of the options of the command that it runs; the types of yargs leave that out. */
export function knownOptions(parser: unknown): KnownOptions {
  return (parser as { getOptions: () => KnownOptions }).getOptions();
}

/**
 * A message of yargs in our words.
 * @param args what was typed, the command first
 */
export function describeParserMessage(message: string, args: readonly string[], known: KnownOptions): string {
  const text = message.replace(/\s*\n\s*/g, ' ');
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(text)?.[1];
  if (unknown !== undefined) return describeUnknown(unknown.split(', ')[0], args, known);
  const valueless = /^Not enough arguments following: (.*)$/.exec(text)?.[1];
  if (valueless !== undefined) return `${optionText(valueless)} needs a value`;
  const invalid = /^Invalid values: Argument: (\S+), Given: (.*), Choices: (.*)$/.exec(text);
  if (invalid) {
    const [, name, given, choices] = invalid.map((part) => part.replaceAll('"', ''));
    const near = nearestWord(given, choices.split(', '));
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return `${optionText(name)} ${given}: takes one of ${choices}${hint}`;
  }
  if (text.startsWith('Not enough non-option arguments')) return 'an argument is missing: --help names it';
  const missing = /^Missing required argument: (.*)$/.exec(text)?.[1];
  return missing === undefined ? text : `${optionText(missing)} must be given`;
}

/**
 * Arguments with a shortened option at length, as perf takes `--comm` for --comms.
 * @param message of yargs
 * @param args what was typed, the command first
 * @param others names of options that a shortened one may mean besides those of the command
 * @returns undefined where the message is of something else, or no option begins so
 * @throws UsageError where several options begin so
 */
export function expandAbbreviation(
  message: string,
  args: readonly string[],
  known: KnownOptions,
  others: readonly string[],
): string[] | undefined {
  const unknown = /^Unknown arguments?: ([^,]*)/.exec(message)?.[1];
  const at = args.findIndex((word) => /^--(?:no-)?([^=]*)/.exec(word)?.[1] === unknown);
  if (unknown === undefined || unknown === '' || at < 0) return undefined;
  const negation = args[at].startsWith('--no-') ? 'no-' : '';
  const names = new Set([...longNames(known, negation !== ''), ...others]);
  const meant = [...names].filter((name) => name.startsWith(unknown)).sort();
  if (meant.length > 1) {
    const choices = meant.map((name) => `--${negation}${name}`).join(', ');
    throw new UsageError(`--${negation}${unknown} is short for several options: ${choices}`);
  }
  if (meant.length === 0) return undefined;
  const typed = `--${negation}${unknown}`;
  return args.with(at, `--${negation}${meant[0]}${args[at].slice(typed.length)}`);
}

function describeUnknown(name: string, args: readonly string[], known: KnownOptions): string {
  const typed = args.find((word) => isOption(word, name))?.replace(/=.*$/s, '');
  if (args[0] === 'sframe' && args[1] === name) {
    const near = nearestWord(name, sframeCommands);
    const hint = near === undefined ? `; it has ${sframeCommands.join(', ')}` : `. Did you mean ${near}?`;
    return `sframe has no command '${name}'${hint}`;
  }
  if (typed === undefined) {
    return `'${name}' is one argument too many (perf-sframe ${args[0]} --help lists what it takes)`;
  }
  const [, dashes, negation = ''] = /^(--?)(no-)?/.exec(typed) ?? [];
  const near = dashes === '--' ? nearestWord(name, longNames(known, negation !== '')) : undefined;
  const hint = near === undefined ? '' : `; did you mean --${negation}${near}?`;
  return `${typed}: there is no such option${hint}`;
}

/** Whether a word is how an option of that name was given: --name, --no-name, --name=value, -n, -xn. */
function isOption(word: string, name: string): boolean {
  if (word.startsWith('--')) {
    return [`--${name}`, `--no-${name}`].includes(word.replace(/=.*$/s, ''));
  }
  return name.length === 1 && word.startsWith('-') && word.includes(name, 1);
}

function longNames({ key, alias, boolean }: KnownOptions, isNegated: boolean): string[] {
  const names = [...Object.keys(key), ...Object.values(alias).flat()].filter((name) => name.length > 1);
  return isNegated ? names.filter((name) => boolean.includes(name)) : names;
}

function optionText(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
