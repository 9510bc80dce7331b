/** The session that the shared options ask for. */

import { existsSync, fstatSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { type UnwindChoice, UsageError } from '../profile';
import { type DebuginfodOptions, type FileSessionOptions } from '../profile/node';
import { synthesizeSFrame } from '../sframe';
import { userCaches, type ProcessRoot, type SearchPlaces } from '../symbolizer';
import { answerCache } from './answer-cache';
import { behavioursOf } from './as-perf';
import { parseNumberOption } from './number-option';
import type { SharedArguments } from './options';
import { showProgress } from './show-progress';
import { writeError } from './text/error-output';

const LARGEST_MAX_STACK = 65_536;

/** As debuginfod clients have it where DEBUGINFOD_TIMEOUT is not set. */
const DEFAULT_DEBUGINFOD_TIMEOUT_SECONDS = 90;

/** @throws UsageError when they contradict each other or name nothing */
export function sessionOptions(args: SharedArguments): FileSessionOptions {
  if (args.input !== undefined && args.i !== undefined) {
    throw new UsageError(`two recordings are named, '${args.input}' and '${args.i}': give one`);
  }
  if (args['kernel-rules'] && args.unwind !== 'auto') {
    throw new UsageError('--kernel-rules is a way to unwind by itself: leave --unwind out');
  }
  if (args.synthesize && (args['kernel-rules'] || !['auto', 'sframe'].includes(args.unwind))) {
    throw new UsageError('--synthesize makes SFrame sections: give it with --unwind sframe, or auto');
  }
  return {
    input: findInput(args),
    unwind: args.unwind as UnwindChoice,
    behaviours: behavioursOf(args['as-perf']).session,
    kernelRules: args['kernel-rules'],
    readSFrame: args.synthesize ? synthesizeSFrame : undefined,
    onKernelEvent: args.verbose > 0 ? (line) => writeError(line) : undefined,
    mergesDeferred: args['merge-callchains'],
    maxStack: parseNumberOption('max-stack', args['max-stack'], { least: 1, most: LARGEST_MAX_STACK }),
    inlines: args.inline,
    offCpu: args['off-cpu'],
    kallsyms: existing('kallsyms', args.kallsyms),
    vmlinux: existing('vmlinux', args.vmlinux),
    places: searchPlaces(args),
    debuginfod: args.debuginfod ? debuginfodOptions(process.env) : undefined,
    answers: args.cache ? answerCache(process.env) : undefined,
    isStrict: args.strict,
    isQuiet: args.quiet,
    onProgress: args.quiet ? undefined : showProgress,
    isVerbose: args.verbose > 0,
    filter: {
      comms: args.comms,
      pid: args.pid,
      tid: args.tid,
      cpu: args.cpu,
      time: args.time,
      dsos: args.dsos,
      symbols: args.symbols,
    },
  };
}

/** The files that a session reads because options name them, other than recordings. */
export function namedFiles({ kallsyms, vmlinux, places }: FileSessionOptions): (string | undefined)[] {
  return [kallsyms, vmlinux, places.vdso];
}

/** The one recording that arguments name, or what there is without a name. @throws UsageError where there is none */
export function findInput(args: Pick<SharedArguments, 'input' | 'i'>): string {
  const input = args.input ?? args.i;
  if (input === '') throw new UsageError('--input needs a value');
  if (input !== undefined) return input;
  // As perf has it: a recording that is piped in needs no name, even where there is a perf.data.
  if (isStandardInputPiped()) return '-';
  if (existsSync('perf.data')) return 'perf.data';
  throw new UsageError(
    'there is no perf.data in this folder: name a recording, or make one with perf record',
  );
}

function isStandardInputPiped(): boolean {
  try {
    return fstatSync(0).isFIFO();
  } catch {
    return false;
  }
}

function searchPlaces(args: SharedArguments): SearchPlaces {
  // What perf calls this layout is what is done anyway.
  const named = (args.symfs ?? []).map((folder) => folder.replace(/,hierarchy$/, ''));
  const plain = named.filter((folder) => !processFolder.test(folder));
  return {
    ...userCaches({ HOME: homedir(), ...process.env }),
    // As with perf, the last counts.
    symfs: plain.length === 0 ? undefined : existingFolder(plain.at(-1)!),
    processRoots: named.filter((folder) => processFolder.test(folder)).map(processRoot),
    debugDirs: args['debug-dir'],
    vdso: existing('vdso', args.vdso),
  };
}

/** A folder of that very name is ./12=x. */
const processFolder = /^(\d+)=(.+)$/s;

function processRoot(text: string): ProcessRoot {
  const [, pid, folder] = processFolder.exec(text)!;
  return { pid: Number(pid), folder: existingFolder(folder), namespacePid: namespacePidOf(folder) };
}

function existingFolder(folder: string): string {
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  const remedy = folder.endsWith(',flat') ? ': files lie under their whole paths here, not side by side' : '';
  throw new UsageError(`--symfs ${folder}: there is no such folder${remedy}`);
}

/** What a running process calls itself, where its root is given as /proc/PID/root: the last number of NSpid (proc(5)). */
function namespacePidOf(folder: string): number | undefined {
  const pid = /^\/proc\/(\d+)\/root\/?$/.exec(folder)?.[1];
  if (pid === undefined) return undefined;
  try {
    const numbers = /^NSpid:(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return numbers === undefined ? undefined : Number(numbers.trim().split(/\s+/).at(-1));
  } catch {
    return undefined;
  }
}

/** The servers that the environment names. @throws UsageError when it names none */
function debuginfodOptions(environment: Readonly<Record<string, string | undefined>>): DebuginfodOptions {
  const servers = (environment.DEBUGINFOD_URLS ?? '').split(/\s+/).filter((url) => /^https?:\/\//.test(url));
  if (servers.length === 0) {
    throw new UsageError('--debuginfod: set DEBUGINFOD_URLS to the addresses of servers, https://…');
  }
  const seconds = Number(environment.DEBUGINFOD_TIMEOUT) || DEFAULT_DEBUGINFOD_TIMEOUT_SECONDS;
  return { servers, timeoutMs: seconds * 1000 };
}

function existing(option: string, path: string | undefined): string | undefined {
  if (path !== undefined && !existsSync(path))
    throw new UsageError(`--${option} ${path}: there is no such file`);
  return path;
}
