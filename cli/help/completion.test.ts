/** Completion and man page: current, complete, and read by the programs that they are for. */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { testWhere } from '../../test-data/test-support/left-out';
import { repositoryFolder } from '../../test-data/test-support/places';
import { commandTable } from '../command-table';
import { addSFrameCommands } from '../sframe/commands';

const program = join(repositoryFolder, 'bin/perf-sframe.js');
const run = (...args: string[]): string =>
  execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' });

/** Names of the commands that are added to a parser. */
function namesOf(addCommands: (parser: Argv) => unknown): string[] {
  const names: string[] = [];
  const parser: Argv = new Proxy({} as Argv, {
    get:
      (_, method) =>
      (...args: unknown[]): Argv => {
        if (method === 'command') names.push((args[0] as string).split(' ')[0]);
        return parser;
      },
  });
  addCommands(parser);
  return names;
}

/** Of the program's own tables, so that none is forgotten. */
const commands = [
  ...[...commandTable.keys()].filter((name) => name !== 'completion'),
  ...namesOf((parser) => addSFrameCommands(parser, () => undefined)).map((name) => `sframe ${name}`),
];
const helps = new Map<string, string>();
beforeAll(() => {
  for (const command of commands) helps.set(command, run(...command.split(' '), '--help'));
});

/** Long options that --help lists. */
function optionsOf(command: string): string[] {
  const options = [...helps.get(command)!.matchAll(/^ +(?:-\w, )*(--[\w-]+)/gm)].map(([, name]) => name);
  return [...new Set(options)].filter((name) => !['--help', '--version'].includes(name));
}

/** What bash proposes for a line. */
function complete(...words: string[]): string[] {
  const script = `${run('completion', 'bash')}
COMP_WORDS=(perf-sframe "$@"); COMP_CWORD=$#; _perf_sframe; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

test('bash proposes commands, their options and values', () => {
  expect(complete('fl')).toEqual(['flamegraph']);
  expect(complete('sframe', 'co')).toEqual(['coverage']);
  expect(complete('report', '--unwind', 's')).toEqual(['sframe']);
  expect(complete('report', '--no-such')).toEqual(['']);
  for (const command of commands) {
    const proposed = complete(...command.split(' '), '--');
    for (const option of optionsOf(command)) expect([command, ...proposed]).toContain(option);
  }
});

test.each(['zsh', 'fish'])('%s knows every command and option', (shell) => {
  const script = run('completion', shell);
  for (const command of commands) {
    for (const option of optionsOf(command))
      expect(script).toContain(shell === 'fish' ? `-l ${option.slice(2)} ` : option);
  }
});

test.each(['bash', 'zsh', 'fish'])('%s reads its script', (shell) => {
  const { status, error } = spawnSync(shell, ['-n'], { input: run('completion', shell), encoding: 'utf8' });
  // A shell that is not installed reads nothing.
  if (!error) expect(status).toBe(0);
});

test('the man page of the build is current, and has every option', () => {
  const page = run('completion', 'man');
  expect(readFileSync(join(repositoryFolder, 'dist/man/perf-sframe.1'), 'utf8')).toBe(page);
  const text = page.replaceAll('\\-', '-');
  for (const command of commands) {
    const section = text.slice(text.indexOf(`.SH OPTIONS OF ${command.toUpperCase()}\n`));
    for (const option of optionsOf(command)) expect(section).toContain(option);
  }
});

const hasGroff = spawnSync('groff', ['--version']).status === 0;
testWhere(hasGroff, 'groff formats the man page without a warning', 'no groff', () => {
  const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww'], {
    input: run('completion', 'man'),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  // Bold letters are printed twice.
  // eslint-disable-next-line no-control-regex -- backspaces are what is looked for
  expect(stdout.replace(/.\x08/g, '')).toContain('OPTIONS OF REPORT');
});

test('--help fits 80 columns, examples too', () => {
  const others = ['', 'completion', 'sframe'].map((name): [string, string] => [
    name,
    run(...name.split(' ').filter(Boolean), '--help'),
  ]);
  for (const [command, text] of [...helps, ...others]) {
    for (const line of text.split('\n'))
      expect([command, line.length <= 80 ? '' : line]).toEqual([command, '']);
  }
});
