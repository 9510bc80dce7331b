/**
 * What is different when a person looks at the output: lines as wide as the terminal, colours, a pager. Set up once, before
 * anything is printed; in files and pipes everything is as it is.
 */

import type { ChildProcess, spawn } from 'node:child_process';
import { OutputError } from '../output-error';

export interface TerminalChoice {
  readonly isTerminal: boolean;
  /** Characters in a line. */
  readonly columns: number | undefined;
  /** False for --full-names. */
  readonly fitsLines: boolean;
  readonly colors: 'auto' | 'always' | 'never';
  readonly usesPager: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** As perf has them (tools/lib/subcmd/pager.c): quit where all fits, colours, cut lines, leave the text. */
const LESS_OPTIONS = 'FRSX';

let choice: TerminalChoice | undefined;
let startProcess: typeof spawn | undefined;
let pager: ChildProcess | undefined;

/** Loads what starts a pager: for a terminal alone, as it takes as long as the rest of the start. */
export async function preparePager(): Promise<void> {
  startProcess = (await import('node:child_process')).spawn;
}

/** Says how to print. */
export function setUpTerminal(chosen: TerminalChoice): void {
  choice = chosen;
}

/** Characters that a line may have; Infinity where the output is not a terminal. */
export function lineWidth(): number {
  return choice?.isTerminal && choice.fitsLines ? (choice.columns ?? Infinity) : Infinity;
}

/** Whether to print colours. */
export function hasColors(): boolean {
  if (choice === undefined || choice.colors === 'never') return false;
  if (choice.colors === 'always') return true;
  return choice.isTerminal && !choice.environment.NO_COLOR && choice.environment.TERM !== 'dumb';
}

/** The pager to use, as perf chooses it; undefined for none. */
function pagerCommand({ isTerminal, usesPager, environment }: TerminalChoice): string | undefined {
  if (!isTerminal || !usesPager || environment.TERM === 'dumb') return undefined;
  const command = environment.PERF_PAGER ?? environment.PAGER ?? 'less';
  return command === '' || command === 'cat' ? undefined : command;
}

/**
 * Starts the pager, if one is wanted, for the output that begins now.
 * @returns the descriptor to write to: of the pager, or standard output
 */
export function beginOutput(): number {
  const command = choice && pagerCommand(choice);
  if (command === undefined || !startProcess || process.platform === 'win32') return 1;
  const env = { LESS: LESS_OPTIONS, ...process.env };
  const started = startProcess('/bin/sh', ['-c', `${command} || cat`], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env,
  });
  // Output is written at once and not by Node's streams: a process that waits for its own writes can do nothing else.
  const descriptor = (started.stdin as unknown as { _handle?: { fd: number } })._handle?.fd ?? -1;
  if (descriptor < 0) return 1;
  pager = started;
  started.stdin?.on('error', () => undefined);
  // What interrupts a pager is not meant for us.
  process.on('SIGINT', () => undefined);
  return descriptor;
}

/** Waits until the person has left the pager. */
export async function endOutput(): Promise<void> {
  if (!pager) return;
  const ended = new Promise((resolve) => pager?.once('exit', resolve));
  pager.stdin?.end();
  await ended;
}

/** Whether an error only says that the person left the pager before the end. */
export function isPagerLeft(error: unknown): boolean {
  return pager !== undefined && error instanceof OutputError && error.code === 'EPIPE';
}
