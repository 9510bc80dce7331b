/** Completion for shells, from the descriptions of commands. */

import type { CommandDescription, OptionDescription } from './command-descriptions';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The script that a shell is to read. */
export function completionScript(shell: Shell, commands: readonly CommandDescription[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return `#compdef perf-sframe\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;
    case 'fish':
      return fishScript(commands);
  }
}

function topCommands(commands: readonly CommandDescription[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0]))];
}

function subcommandsOf(command: string, commands: readonly CommandDescription[]): string[] {
  return commands.filter(({ name }) => name.startsWith(`${command} `)).map(({ name }) => name.split(' ')[1]);
}

function bashScript(commands: readonly CommandDescription[]): string {
  const cases = commands.map(({ name, options }) => {
    const words = options.flatMap(({ names }) => names.filter((each) => each.startsWith('--')));
    const values = options
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ names, choices }) => `        ${names.join('|')}) words='${choices.join(' ')}'; is_value=1 ;;\n`,
      );
    return [
      `    '${name}')\n      case "$previous" in\n`,
      ...values,
      `        *) words='${words.join(' ')}' ;;\n      esac ;;\n`,
    ].join('');
  });
  return [
    '# perf-sframe completion bash: made from the options of the program\n',
    '_perf_sframe() {\n',
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words= is_value=\n',
    '  local command="${COMP_WORDS[1]}"\n',
    '  if [ "$COMP_CWORD" = 1 ]; then\n',
    `    COMPREPLY=($(compgen -W '${[...topCommands(commands), 'completion'].join(' ')}' -- "$current"))\n`,
    '    return\n  fi\n',
    '  if [ "$command" = sframe ]; then\n',
    '    if [ "$COMP_CWORD" = 2 ]; then\n',
    `      COMPREPLY=($(compgen -W '${subcommandsOf('sframe', commands).join(' ')}' -- "$current"))\n`,
    '      return\n    fi\n',
    '    command="sframe ${COMP_WORDS[2]}"\n  fi\n',
    '  case "$command" in\n',
    ...cases,
    `    completion) words='${shells.join(' ')}'; is_value=1 ;;\n`,
    '  esac\n',
    '  if [ -n "$is_value" ] || [ "${current#-}" != "$current" ]; then\n',
    '    COMPREPLY=($(compgen -W "$words" -- "$current"))\n',
    '  else\n    COMPREPLY=($(compgen -f -- "$current"))\n  fi\n',
    '}\n',
    'complete -o filenames -F _perf_sframe perf-sframe\n',
  ].join('');
}

function fishScript(commands: readonly CommandDescription[]): string {
  const lines = ['# perf-sframe completion fish: made from the options of the program'];
  const tops = topCommands(commands);
  for (const top of tops) {
    const text = commands.find(({ name }) => name === top)?.describe ?? 'look at SFrame data itself';
    lines.push(`complete -c perf-sframe -f -n __fish_use_subcommand -a ${top} -d ${quoted(text)}`);
  }
  for (const { name, options } of commands) {
    const [top, sub] = name.split(' ');
    const condition = sub
      ? `'__fish_seen_subcommand_from ${top}; and __fish_seen_subcommand_from ${sub}'`
      : `'__fish_seen_subcommand_from ${top}'`;
    for (const option of options) lines.push(`complete -c perf-sframe -n ${condition} ${fishOption(option)}`);
  }
  const subcommands = subcommandsOf('sframe', commands).join(' ');
  lines.push(
    `complete -c perf-sframe -n '__fish_seen_subcommand_from sframe; and not __fish_seen_subcommand_from ${subcommands}' -f -a '${subcommands}'`,
  );
  return `${lines.join('\n')}\n`;
}

function fishOption({ names, describe, takesValue, choices }: OptionDescription): string {
  const words = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  if (choices.length > 0) words.push(`-x -a '${choices.join(' ')}'`);
  else if (takesValue) words.push('-r');
  return `${words.join(' ')} -d ${quoted(describe)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
