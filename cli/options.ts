/**
 * Options that several commands share, as perf spells them where perf has them. A command adds its own.
 */

import { existsSync, fstatSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Argv } from 'yargs';
import { userCaches, type ProcessRoot, type SearchPlaces } from '../symbolizer';
import { type UnwindChoice, UsageError } from '../profile';
import { synthesizeSFrame } from '../sframe';
import { behavioursOf } from './as-perf';
import { showProgress } from './show-progress';
import { parseNumberOption } from './number-option';
import { type DebuginfodOptions, type FileSessionOptions } from '../profile/node';

const unwindChoices = ['auto', 'sframe', 'dwarf', 'fp', 'recorded'] as const;

/** perf's PERF_MAX_STACK_DEPTH. */
const DEFAULT_MAX_STACK = 127;
const LARGEST_MAX_STACK = 65_536;

/** As debuginfod clients have it where DEBUGINFOD_TIMEOUT is not set. */
const DEFAULT_DEBUGINFOD_TIMEOUT_SECONDS = 90;

/** What the shared options parse to. */
export interface SharedArguments {
  input?: string;
  i?: string;
  /** One of {@link unwindChoices}. */
  unwind: string;
  'as-perf': boolean;
  'kernel-rules': boolean;
  synthesize: boolean;
  'merge-callchains': boolean;
  'max-stack': string;
  inline: boolean;
  symfs?: string[];
  kallsyms?: string;
  vmlinux?: string;
  vdso?: string;
  'debug-dir'?: string[];
  debuginfod: boolean;
  comms?: string;
  pid?: string;
  tid?: string;
  cpu?: string;
  time?: string;
  dsos?: string;
  symbols?: string;
  /** Of the commands that have {@link addOffCpuOption}. */
  'off-cpu'?: boolean;
  strict: boolean;
  quiet: boolean;
  verbose: number;
  debug: boolean;
}

/** Adds the options that every command on one recording has. */
export function addSharedOptions<T>(yargs: Argv<T>) {
  return addSessionOptions(
    yargs.positional('input', {
      type: 'string',
      describe: 'recording to read; unless given what is piped in, else perf.data; - for standard input',
    }),
  );
}

/** Adds the options that every command on recordings has, but for the recordings. */
export function addSessionOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('i', {
      alias: 'input-file',
      type: 'string',
      describe: 'the same as an option',
      requiresArg: true,
    })
    .option('unwind', {
      choices: unwindChoices,
      default: 'auto',
      describe:
        'how to unwind user stacks: auto takes SFrame where a binary has it, else DWARF, else frame pointers; ' +
        'recorded takes the chain that the kernel recorded',
      group: 'Unwinding:',
    })
    .option('max-stack', {
      type: 'string',
      default: String(DEFAULT_MAX_STACK),
      describe: 'frames at most in a stack',
      group: 'Unwinding:',
      requiresArg: true,
    })
    .option('merge-callchains', {
      type: 'boolean',
      default: true,
      describe: 'join deferred callchains to their samples (--no-merge-callchains: show them by themselves)',
      group: 'Unwinding:',
    })
    .option('as-perf', {
      type: 'boolean',
      default: false,
      describe: 'print what perf 7.2 prints also where that is wrong (docs/as-perf.md)',
      group: 'Unwinding:',
    })
    .option('kernel-rules', {
      type: 'boolean',
      default: false,
      describe:
        'unwind by SFrame as the kernel would that accepts it (docs/kernel-rules.md); -v tells what it would refuse',
      group: 'Unwinding:',
    })
    .option('synthesize', {
      type: 'boolean',
      default: false,
      describe:
        'take for every binary the SFrame section that gas would have written, made from its .eh_frame',
      group: 'Unwinding:',
    })
    .option('inline', {
      type: 'boolean',
      default: true,
      describe: 'show inlined functions (--no-inline: do not)',
      group: 'Names:',
    })
    .option('symfs', {
      type: 'string',
      array: true,
      describe:
        'look for binaries and debug files below this folder; PID=FOLDER: those of a process, and of others in its container',
      group: 'Names:',
      requiresArg: true,
      nargs: 1,
    })
    .option('kallsyms', {
      type: 'string',
      describe: 'file with kernel symbols',
      group: 'Names:',
      requiresArg: true,
    })
    .option('vmlinux', {
      type: 'string',
      alias: 'k',
      describe: 'kernel image with symbols',
      group: 'Names:',
      requiresArg: true,
    })
    .option('vdso', {
      type: 'string',
      describe: "image of the recorded kernel's vDSO",
      group: 'Names:',
      requiresArg: true,
    })
    .option('debug-dir', {
      type: 'string',
      array: true,
      describe: 'more folders with debug files, laid out like /usr/lib/debug',
      group: 'Names:',
      requiresArg: true,
      nargs: 1,
    })
    .option('debuginfod', {
      type: 'boolean',
      default: false,
      describe:
        'fetch missing debug files from the servers in DEBUGINFOD_URLS, into the cache of its clients',
      group: 'Names:',
    })
    .option('comms', {
      type: 'string',
      describe: 'only threads of these names: a,b',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('pid', { type: 'string', describe: 'only these processes', group: 'Filters:', requiresArg: true })
    .option('tid', { type: 'string', describe: 'only these threads', group: 'Filters:', requiresArg: true })
    .option('cpu', {
      alias: 'C',
      type: 'string',
      describe: 'only these CPUs: 0-3,8',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('time', {
      type: 'string',
      describe: 'only this time: 12.5,13 (seconds, either may be left away), 10%/2, 0%-10%,30%-40%',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('dsos', {
      type: 'string',
      describe: 'only samples in these binaries',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('symbols', {
      alias: 'S',
      type: 'string',
      describe: 'only samples in these functions',
      group: 'Filters:',
      requiresArg: true,
    })
    .option('strict', {
      type: 'boolean',
      default: false,
      describe: 'fail (exit code 1) if any part of the input was damaged',
    })
    .option('quiet', {
      alias: 'q',
      type: 'boolean',
      default: false,
      describe: 'say nothing on stderr but errors (report: no headings either)',
    })
    .option('full-names', {
      type: 'boolean',
      default: false,
      describe: 'names and lines whole, however wide the terminal is',
      group: 'Terminal:',
    })
    .option('color', {
      choices: ['auto', 'always', 'never'] as const,
      default: 'auto',
      describe: 'percentages in colours; auto: on terminals, unless NO_COLOR is set',
      group: 'Terminal:',
    })
    .option('pager', {
      type: 'boolean',
      default: true,
      describe: 'show long output with PAGER, or less (--no-pager: do not)',
      group: 'Terminal:',
    })
    .option('verbose', { alias: 'v', type: 'count', describe: 'say more on stderr: how stacks were unwound' })
    .option('debug', {
      type: 'boolean',
      default: false,
      describe: 'print stack traces of errors',
    });
}

/** Adds the option of commands that add up what samples weigh. */
export function addOffCpuOption<T>(yargs: Argv<T>) {
  return yargs.option('off-cpu', {
    type: 'boolean',
    default: false,
    describe:
      'count the nanoseconds that threads were away from their CPUs, by where they left (docs/off-cpu.md: how to record it)',
    group: 'Stacks:',
  });
}

/** The session that the shared options ask for. @throws UsageError when they contradict each other or name nothing */
export function sessionOptions(args: SharedArguments): FileSessionOptions {
  if (args.input !== undefined && args.i !== undefined) {
    throw new UsageError(`two recordings are named, '${args.input}' and '${args.i}': give one`);
  }
  if (args['kernel-rules'] && args.unwind !== 'auto') {
    throw new UsageError('--kernel-rules is a way to unwind by itself: leave --unwind away');
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
    onKernelEvent: args.verbose > 0 ? (line) => process.stderr.write(line) : undefined,
    mergesDeferred: args['merge-callchains'],
    maxStack: parseNumberOption('max-stack', args['max-stack'], { least: 1, most: LARGEST_MAX_STACK }),
    inlines: args.inline,
    offCpu: args['off-cpu'],
    kallsyms: existing('kallsyms', args.kallsyms),
    vmlinux: existing('vmlinux', args.vmlinux),
    places: searchPlaces(args),
    debuginfod: args.debuginfod ? debuginfodOptions(process.env) : undefined,
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
