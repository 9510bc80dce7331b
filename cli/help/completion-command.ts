/** `perf-sframe completion`: what a shell reads to complete words, or the man page; both from the tables of options. */

import yargs from 'yargs';
import packageJson from '../../package.json';
import { printText } from '../text/byte-writer';
import { describeCommands, type CommandTables } from './command-descriptions';
import { completionScript, type Shell } from './completion';
import { formatManPage } from './man-page';

/** @returns the exit code */
export function runCompletion(what: Shell | 'man', tables: CommandTables): number {
  const commands = describeCommands(tables, () => yargs([]));
  printText(what === 'man' ? formatManPage(commands, packageJson.version) : completionScript(what, commands));
  return 0;
}
