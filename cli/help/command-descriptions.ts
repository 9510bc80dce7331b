/**
 * The commands and their options as data, read from the tables that parse them: what shell completion and the man page
 * are made of.
 */

import type { Argv } from 'yargs';

export interface OptionDescription {
  /** With dashes, the long ones first: --verbose, -v; at the end the opposite of what is on by itself: --no-inline. */
  readonly names: readonly string[];
  readonly describe: string;
  readonly takesValue: boolean;
  /** The values it takes; empty where any is. */
  readonly choices: readonly string[];
  /** "Filters:"; empty for the others. */
  readonly group: string;
}

export interface CommandDescription {
  /** "report", "sframe dump". */
  readonly name: string;
  /** What it is called with: "report [input]". */
  readonly usage: string;
  readonly describe: string;
  readonly options: readonly OptionDescription[];
}

export interface CommandTables {
  /** By name, each with what adds it to a parser. */
  readonly commands: ReadonlyMap<
    string,
    (parser: Argv, name: string, start: (run: () => Promise<number>) => void) => Argv
  >;
  readonly addSFrameCommands: (parser: Argv, finish: (exitCode: number) => void) => Argv;
}

type Builder = (parser: Argv) => Argv;

/** What yargs knows besides its types. */
interface Tables {
  getOptions: () => {
    key: Record<string, unknown>;
    alias: Record<string, string[]>;
    boolean: string[];
    count: string[];
    default: Record<string, unknown>;
    choices: Record<string, string[]>;
  };
  getGroups: () => Record<string, string[]>;
  getInternalMethods: () => { getUsageInstance: () => { getDescriptions: () => Record<string, string> } };
}

/** All commands, in the order of the help. @param makeParser a parser without arguments */
export function describeCommands(
  { commands, addSFrameCommands }: CommandTables,
  makeParser: () => Argv,
): CommandDescription[] {
  const described: CommandDescription[] = [];
  for (const [name, add] of commands) {
    if (name === 'completion') continue;
    add(
      recorder((command) => described.push(describe(name, command, makeParser))),
      name,
      () => undefined,
    );
  }
  addSFrameCommands(
    recorder(([usage, ...rest]) => {
      const name = `sframe ${usage.split(' ')[0]}`;
      described.push(describe(name, [`sframe ${usage}`, ...rest], makeParser));
    }),
    () => undefined,
  );
  return described;
}

/** Takes the commands that are added to it, whatever else it is asked. */
function recorder(take: (command: [string, string, Builder]) => void): Argv {
  const proxy: Argv = new Proxy({} as Argv, {
    get:
      (_, method) =>
      (...args: unknown[]) => {
        if (method === 'command') take(args as [string, string, Builder]);
        return proxy;
      },
  });
  return proxy;
}

function describe(
  name: string,
  [usage, text, build]: [string, string, Builder],
  makeParser: () => Argv,
): CommandDescription {
  const parser = build(makeParser()) as unknown as Tables;
  const { key, alias, boolean, count, choices, default: defaults } = parser.getOptions();
  const descriptions = parser.getInternalMethods().getUsageInstance().getDescriptions();
  const groups = parser.getGroups();
  const positionals = new Set([...usage.matchAll(/[[<]([\w-]+)/g)].map(([, word]) => word));
  const options: OptionDescription[] = [];
  const seen = new Set<string>([...positionals, 'help', 'version']);
  for (const option of Object.keys(key)) {
    if (seen.has(option)) continue;
    const others = Object.entries(alias).flatMap(([name, more]) =>
      name === option || more.includes(option) ? [name, ...more] : [],
    );
    const names = [...new Set([option, ...others])].sort((a, b) => b.length - a.length);
    for (const name of names) seen.add(name);
    const isOn = names.some((name) => defaults[name] === true);
    options.push({
      names: [
        ...names.map((each) => (each.length === 1 ? `-${each}` : `--${each}`)),
        ...(isOn ? [`--no-${names[0]}`] : []),
      ],
      describe: names.map((each) => descriptions[each]).find((each) => each) ?? '',
      takesValue: !names.some((each) => boolean.includes(each) || count.includes(each)),
      choices: names.flatMap((each) => choices[each] ?? []).map(String),
      group:
        Object.entries(groups).find(([, members]) => names.some((each) => members.includes(each)))?.[0] ?? '',
    });
  }
  return { name, usage, describe: text, options };
}
