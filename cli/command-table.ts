/** The commands that read recordings: how they are called, and what they do with their arguments. */

import type { Argv } from 'yargs';
import { severalRecordings } from './inputs';
import { addSharedOptions } from './options';
import { sessionOptions } from './session-options';
import { addCompareOptions, compareOptions } from './compare/options';
import { addExportOptions, exportOptions } from './export/options';
import { eventChoice } from './script/event-options';
import { addFoldOptions, foldCommandOptions } from './stacks/fold-options';
import { behavioursOf } from './as-perf';
import { addFlameGraphOptions, addViewOptions, pageOptions } from './page/options';
import { headerChoice } from './header/header-options';
import { addInjectOptions, injectOutput } from './inject/options';
import { reportPageOptions } from './report/page-options';
import { addReportOptions, reportCommandOptions } from './report/options';
import { addSFrameCommands } from './sframe/commands';
import { addScriptOptions, scriptTextOptions } from './script/options';

/** Takes what is to be run when the arguments are known; it gives the exit code. */
export type Start = (run: () => Promise<number>) => void;

/** Adds a command to a parser. @param name by which it is called there */
export type AddCommand = (parser: Argv, name: string, start: Start) => Argv;

/** By name, in the order of the help. */
export const commandTable: ReadonlyMap<string, AddCommand> = new Map<string, AddCommand>([
  [
    'report',
    (parser, name, start) =>
      parser.command(
        `${name} [inputs..]`,
        'print where the time goes, as perf report does',
        (command) => addReportOptions(command),
        (args) =>
          start(async () => {
            const recordings = severalRecordings(args);
            if (args.format === 'html') {
              const { runPage } = await import('./page/command');
              return runPage(recordings, reportPageOptions(args));
            }
            const options = reportCommandOptions(args);
            if (recordings.inputs.length > 1) {
              const { runReportOfSeveral } = await import('./report/several/command');
              return runReportOfSeveral(recordings, options);
            }
            const { runReport } = await import('./report/command');
            return runReport(recordings.options, options);
          }),
      ),
  ],
  [
    'script',
    (parser, name, start) =>
      parser.command(
        `${name} [input]`,
        'print every sample with its stack, as perf script does',
        (command) => addScriptOptions(command),
        (args) =>
          start(async () => {
            const { runScript } = await import('./script/command');
            return runScript(sessionOptions(args), scriptTextOptions(args), {
              format: args.format as 'text' | 'json',
              header: headerChoice(args),
              shownEvents: eventChoice(args),
              behaviours: behavioursOf(args['as-perf']),
            });
          }),
      ),
  ],
  [
    'view',
    (parser, name, start) =>
      parser.command(
        `${name} [inputs..]`,
        'look at a recording in the browser: functions, flame graph, callers, time',
        (command) => addViewOptions(command),
        (args) =>
          start(async () => {
            const { runPage } = await import('./page/command');
            return runPage(severalRecordings(args), pageOptions(args, 'functions'));
          }),
      ),
  ],
  [
    'fold',
    (parser, name, start) =>
      parser.command(
        `${name} [inputs..]`,
        'print each stack as one line with its count, for flame graphs',
        (command) => addFoldOptions(command),
        (args) =>
          start(async () => {
            const { runFold } = await import('./stacks/fold');
            return runFold(severalRecordings(args), foldCommandOptions(args));
          }),
      ),
  ],
  [
    'flamegraph',
    (parser, name, start) =>
      parser.command(
        `${name} [inputs..]`,
        'draw stacks as a flame graph, in a page for the browser',
        (command) => addFlameGraphOptions(command),
        (args) =>
          start(async () => {
            const { runPage } = await import('./page/command');
            return runPage(severalRecordings(args), pageOptions(args, 'flame'));
          }),
      ),
  ],
  [
    'export',
    (parser, name, start) =>
      parser.command(
        `${name} [inputs..]`,
        'write the stacks in a format that other programs read',
        (command) => addExportOptions(command),
        (args) =>
          start(async () => {
            const { runExport } = await import('./export/command');
            return runExport(severalRecordings(args), exportOptions(args));
          }),
      ),
  ],
  [
    'inject',
    (parser, name, start) =>
      parser.command(
        `${name} [input]`,
        'write the recording again, with unwound callchains in place of registers and stack copies',
        (command) => addInjectOptions(command),
        (args) =>
          start(async () => {
            const { runInject } = await import('./inject/command');
            return runInject(sessionOptions(args), injectOutput(args), args['keep-registers'] === true);
          }),
      ),
  ],
  [
    'info',
    (parser, name, start) =>
      parser.command(
        `${name} [input]`,
        'say what a recording holds and how well its stacks can be unwound',
        (command) =>
          addSharedOptions(command)
            .option('format', {
              choices: ['text', 'json'] as const,
              requiresArg: true,
              default: 'text' as const,
              describe: 'json: for programs, as docs/json.md describes it',
            })
            .example('$0 info', 'read this first when stacks look broken')
            .example('$0 info --unwind sframe', 'where stacks would end with SFrame alone'),
        (args) =>
          start(async () => {
            const { runInfo } = await import('./info/command');
            return runInfo(sessionOptions(args), args.format);
          }),
      ),
  ],
  [
    'compare',
    (parser, name, start) =>
      parser.command(
        `${name} [input] [other]`,
        'unwind every sample by SFrame, DWARF and frame pointers, and explain where they differ',
        (command) => addCompareOptions(command),
        (args) =>
          start(async () => {
            const { runCompare } = await import('./compare/command');
            return runCompare(sessionOptions(args), compareOptions(args));
          }),
      ),
  ],
  [
    'completion',
    (parser, name, start) =>
      parser.command(
        `${name} <shell>`,
        'print completion for bash, zsh or fish (or the man page)',
        (command) =>
          command
            .positional('shell', {
              choices: ['bash', 'zsh', 'fish', 'man'] as const,
              demandOption: true,
              describe: 'man: the man page instead',
            })
            .example('source <($0 completion bash)', 'in ~/.bashrc')
            .example('$0 completion fish | source', 'in config.fish')
            .example('$0 completion man | man -l -', 'the man page'),
        ({ shell }) =>
          start(async () => {
            const { runCompletion } = await import('./help/completion-command');
            return runCompletion(shell, { commands: commandTable, addSFrameCommands });
          }),
      ),
  ],
]);
